import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { probeUrl, refusalOf } from "../../../src/platform/mock/probe.ts";

describe("the mock's probe", () => {
	it("calls a URL by a bare GET, and follows no redirect", async () => {
		const seen: string[] = [];
		const server = createServer((request, response) => {
			seen.push(`${request.method} ${request.url}`);
			if (request.url === "/broken") response.destroy();
			else if (request.url === "/moved") {
				response.writeHead(302, { location: "/sms" }).end();
			} else response.end("ok");
		});
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		const { port } = server.address() as AddressInfo;
		const base = `http://127.0.0.1:${port}`;
		try {
			expect(await refusalOf(`${base}/sms?a=1`, probeUrl)).to.equal(undefined);
			expect(await refusalOf(`${base}/moved`, probeUrl)).to.equal(
				`GET ${base}/moved answered 302, expected 200`,
			);
			expect(await refusalOf(`${base}/broken`, probeUrl)).to.match(
				/\/broken failed: socket hang up$/,
			);
			expect(seen).to.deep.equal(["GET /sms?a=1", "GET /moved", "GET /broken"]);
		} finally {
			server.closeAllConnections();
			server.close();
			await once(server, "close");
		}
		expect(await refusalOf(`${base}/sms`, probeUrl)).to.match(/ECONNREFUSED/);
		expect(await refusalOf(`https://127.0.0.1:${port}/sms`, probeUrl)).to.match(
			/ECONNREFUSED/,
		);
	});

	it("calls nothing that is no URL of the web", async () => {
		const probe = async () => {
			throw new Error("called");
		};
		for (const url of ["nowhere", "file:///etc/passwd", "https:", "http://"]) {
			expect(await refusalOf(url, probe)).to.equal(
				`${url} is not an http or https URL`,
			);
		}
	});
});
