import { expect } from "chai";
import { type Router, startRouter, talk } from "./router.ts";

describe("a request target", () => {
	let router: Router;
	beforeEach(async () => {
		router = await startRouter({
			routes: [{ path: "/", methods: ["GET"] }, { methods: ["GET", "POST"] }],
		});
	});
	afterEach(() => router.close());

	const served: [target: string, path: string, query: string][] = [
		["http://hooks.example/hook?a=1", "/hook", "a=1"],
		["http://hooks.example/hook", "/hook", ""],
		["https://hooks.example/hook?a=1", "/hook", "a=1"],
		["HTTP://HOOKS.EXAMPLE/hook?a=1", "/hook", "a=1"],
		["hTTpS://hooks.example/hook?a=1", "/hook", "a=1"],
		["http://hooks.example?a=1", "/", "a=1"],
		["http://hooks.example", "/", ""],
		["http://hooks.example/", "/", ""],
		["http://hooks.example:8080/hook?a=1", "/hook", "a=1"],
		["http://[2001:db8::1]/hook?a=1", "/hook", "a=1"],
		["http://[2001:db8::1]:8080?a=1", "/", "a=1"],
		["http://user:secret@hooks.example/hook?a=1", "/hook", "a=1"],
		["http://hooks.example/hook?u=http://x/y?z", "/hook", "u=http://x/y?z"],
		["/hook?u=http://x/y", "/hook", "u=http://x/y"],
	];
	for (const [target, path, query] of served) {
		it(`is served by its path and query: ${target}`, async () => {
			const heard = await talk(
				router.port,
				`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`,
				/\r\n\r\n/,
			);
			expect(heard).to.match(/^HTTP\/1\.1 200 /);
			expect((await router.visited(1)).path).to.equal(path);
			expect(router.events[0]).to.include({ query });
		});
	}

	for (const [target, path] of [
		["ftp://hooks.example/hook", "ftp://hooks.example/hook"],
		["http:///hook", "http:///hook"],
		["http://hooks.example//hook", "//hook"],
		["http://hooks.example/HOOK", "/HOOK"],
		["http://hooks.example/a/../hook", "/a/../hook"],
		["http://user:secret@hooks.example/nowhere", "/nowhere"],
	]) {
		it(`is not found: ${target}`, async () => {
			const heard = await talk(
				router.port,
				`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`,
				/\r\n\r\n/,
			);
			expect(heard).to.match(/^HTTP\/1\.1 404 /);
			expect((await router.visited(1)).path).to.equal(path);
		});
	}

	it("in asterisk form is not found", async () => {
		const heard = await talk(
			router.port,
			"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
			/\r\n\r\n/,
		);
		expect(heard).to.match(/^HTTP\/1\.1 404 /);
	});

	it("in authority form is not served", async () => {
		const heard = await talk(
			router.port,
			"CONNECT hooks.example:80 HTTP/1.1\r\nHost: x\r\n\r\n",
			/\r\n\r\n/,
		);
		expect(heard).to.equal("");
		expect(router.visits).to.have.length(0);
	});
});
