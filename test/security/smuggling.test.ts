import { expect } from "chai";
import { type Router, startRouter, talk } from "../http/router.ts";

const SMUGGLED =
	'POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"smuggled":1}';

describe("a request in a request", () => {
	let router: Router;
	beforeEach(async () => {
		router = await startRouter({
			routes: [{ methods: ["GET", "POST"] }],
			door: { bodyLimitBytes: 20 },
		});
	});
	afterEach(() => router.close());

	// Each is one request to a server that reads the framing one way, and two the other way.
	const table: [what: string, head: string, body: string][] = [
		[
			"Content-Length and Transfer-Encoding",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
			"0\r\n\r\n",
		],
		[
			"Transfer-Encoding before Content-Length",
			"POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5",
			"0\r\n\r\n",
		],
		[
			"two lengths",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 100",
			"",
		],
		[
			"a list of lengths",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 100",
			"",
		],
		[
			"a signed length",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: +0",
			"",
		],
		[
			"a hexadecimal length",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 0x0",
			"",
		],
		[
			"a negative length",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: -1",
			"",
		],
		[
			"a space before the colon",
			"POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked",
			"0\r\n\r\n",
		],
		[
			"an unknown transfer coding",
			"POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked",
			"0\r\n\r\n",
		],
		[
			"chunked that is not last",
			"POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity",
			"0\r\n\r\n",
		],
		[
			"a folded header",
			"POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 5",
			"0\r\n\r\n",
		],
		[
			"a bare line feed in the head",
			"POST /hook HTTP/1.1\r\nHost: x\r\nX: y\nContent-Length: 0\r\nContent-Length: 100",
			"",
		],
		[
			"a chunk size that is none",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked",
			"0x0\r\n\r\n",
		],
		[
			"a chunk size past 64 bits",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked",
			"10000000000000000\r\n\r\n",
		],
		[
			"a body over the limit",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000",
			"",
		],
		[
			"a body of a wrong type",
			"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 5000",
			"",
		],
		[
			"a body for a path that is not there",
			"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5000",
			"",
		],
		[
			"a GET with a body",
			`GET /hook HTTP/1.1\r\nHost: x\r\nContent-Length: ${SMUGGLED.length}`,
			"",
		],
		[
			"a HEAD with a body",
			`HEAD /hook HTTP/1.1\r\nHost: x\r\nContent-Length: ${SMUGGLED.length}`,
			"",
		],
		[
			"an Expect that is not waited for",
			`POST /nowhere HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${SMUGGLED.length}`,
			"",
		],
	];
	for (const [what, head, body] of table) {
		it(`is not served: ${what}`, async () => {
			await talk(router.port, `${head}\r\n\r\n${body}${SMUGGLED}`, /\r\n\r\n/);
			// A second connection, and its answer, come after all that the first one could start.
			await talk(router.port, "GET /hook HTTP/1.1\r\nHost: x\r\n\r\n", /200/);
			const smuggled = router.events.filter(
				({ payload }) => payload.smuggled !== undefined,
			);
			expect(smuggled).to.have.length(0);
		});
	}

	it("answers pipelined requests in their order", async () => {
		const heard = await talk(
			router.port,
			`GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n${SMUGGLED}DELETE /hook HTTP/1.1\r\nHost: x\r\n\r\n`,
			/404[\s\S]*200[\s\S]*405/,
		);
		expect(heard).to.match(/^HTTP\/1\.1 404 [\s\S]* 200 [\s\S]* 405 /);
	});
});
