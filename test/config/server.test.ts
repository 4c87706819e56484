import { expect } from "chai";
import { parseListen } from "../../src/config/parts/server/server.ts";
import { checkText } from "./case.ts";

describe("parseListen", () => {
	const read: readonly [string, object][] = [
		["0.0.0.0:8080", { kind: "tcp", host: "0.0.0.0", port: 8080 }],
		[":8080", { kind: "tcp", host: "", port: 8080 }],
		["[::1]:80", { kind: "tcp", host: "::1", port: 80 }],
		["localhost:0", { kind: "tcp", host: "localhost", port: 0 }],
		["a-b.example:65535", { kind: "tcp", host: "a-b.example", port: 65_535 }],
		["unix:/run/hook.sock", { kind: "unix", path: "/run/hook.sock" }],
		["unix:run/hook.sock", { kind: "unix", path: "/config/run/hook.sock" }],
	];
	for (const [text, settings] of read) {
		it(`reads ${text}`, () => {
			expect(parseListen(text, "/config")).to.deep.equal(settings);
		});
	}

	for (const text of [
		...["", "8080", "localhost", "::1:80", "[::1]", "[127.0.0.1]:80", "unix:"],
		...["host:65536", "host:-1", "1.2.3:80", "http://host:80", "a b:80", "*:1"],
	]) {
		it(`refuses ${JSON.stringify(text)}`, () => {
			expect(parseListen(text, "/config")).to.equal(undefined);
		});
	}
});

describe("server", () => {
	const read = async (server: string) =>
		(await checkText(`version: 1\nserver: ${server}\n`)).settings?.server;

	it("has a default for every key", async () => {
		expect(await read("{}")).to.deep.equal({
			listen: [{ kind: "tcp", host: "0.0.0.0", port: 8080 }],
			publicUrl: "http://localhost:8080",
			trustedProxies: [],
			bodyLimitBytes: 100_000,
			drainTimeoutMs: 10_000,
			headLimitBytes: 16_384,
			maxConnections: 10_000,
			workers: 1,
			isPublicUrlWritten: false,
		});
	});

	for (const [headLimit, bytes] of [
		["4KiB", 4096],
		["64KB", 64_000],
		["256KiB", 262_144],
	] as const) {
		it(`takes a head limit of ${headLimit}`, async () => {
			const server = await read(`{ headLimit: ${headLimit} }`);
			expect(server?.headLimitBytes).to.equal(bytes);
		});
	}

	for (const headLimit of ["0B", "4095B", "262145B", "1GB"]) {
		it(`refuses a head limit of ${headLimit}`, async () => {
			const { findings } = await checkText(
				`version: 1\nserver: { headLimit: ${headLimit} }\n`,
			);
			expect(JSON.stringify(findings)).to.contain("from `4KiB` to `256KiB`");
		});
	}

	it("takes the public URL's port from where it listens", async () => {
		const server = await read('{ listen: ["unix:/run/x", ":81"] }');
		expect(server?.publicUrl).to.equal("http://localhost:81");
	});

	it("drops the slash at the public URL's end, but not its path", async () => {
		const server = await read("{ publicUrl: https://example.com/hooks/ }");
		expect(server?.publicUrl).to.equal("https://example.com/hooks");
	});
});
