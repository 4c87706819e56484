import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createAddressReader } from "../../src/gate/address.ts";
import { ask, type Router, startRouter, talk } from "../http/router.ts";

describe("a client that lies about its address", () => {
	let router: Router;
	afterEach(() => router.close());

	// The peer, 127.0.0.1, is a trusted proxy; the firewall admits 127.0.0.0/8. What the proxy itself
	// wrote is the last hop.
	const table: [what: string, lines: readonly string[], status: number][] = [
		["no header", [], 403],
		["Via alone", ["Via: 1.1 proxy"], 403],
		[
			"a foreign hop behind 1,100 empty headers",
			[...Array(1100).fill("a:"), "X-Forwarded-For: 203.0.113.9"],
			403,
		],
		[
			"a foreign hop behind 3,000 empty headers",
			[...Array(3000).fill("a:"), "X-Forwarded-For: 203.0.113.9"],
			403,
		],
		[
			"a foreign hop behind 1,100 names",
			[
				...Array.from({ length: 1100 }, (_, index) => `a${index}:`),
				"Forwarded: for=203.0.113.9",
			],
			403,
		],
		[
			"a foreign hop behind a foreign hop and 1,100 empty headers",
			[
				"X-Forwarded-For: 127.0.0.1",
				...Array(1100).fill("a:"),
				"X-Forwarded-For: 203.0.113.9",
			],
			403,
		],
		[
			"a local hop behind 3,000 empty headers",
			[...Array(3000).fill("a:"), "X-Forwarded-For: 127.0.0.2"],
			200,
		],
		["a foreign hop", ["X-Forwarded-For: 203.0.113.9"], 403],
		[
			"a local hop left of it",
			["X-Forwarded-For: 127.0.0.1, 203.0.113.9"],
			403,
		],
		[
			"a local hop on a line before",
			["X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 203.0.113.9"],
			403,
		],
		[
			"a local hop in other letters",
			["x-forwarded-for: 127.0.0.1", "X-FORWARDED-FOR: 203.0.113.9"],
			403,
		],
		["a foreign hop with a port", ["X-Forwarded-For: 203.0.113.9:80"], 403],
		["a mapped foreign hop", ["X-Forwarded-For: ::ffff:203.0.113.9"], 403],
		["a foreign hop with a zone", ["X-Forwarded-For: fe80::1%127.0.0.1"], 403],
		["empty hops", ["X-Forwarded-For: 127.0.0.2, ,"], 200],
		["an empty line", ["X-Forwarded-For: 127.0.0.2", "X-Forwarded-For:"], 200],
		[
			"empty hops behind a foreign one",
			["X-Forwarded-For: 203.0.113.9,,"],
			403,
		],
		["an empty header", ["X-Forwarded-For:"], 403],
		["a header of empty hops", ["X-Forwarded-For: , ,"], 403],
		["an IPv4-compatible hop", ["X-Forwarded-For: ::127.0.0.1"], 403],
		["a translated hop", ["X-Forwarded-For: ::ffff:0:127.0.0.1"], 403],
		["a NAT64 hop", ["X-Forwarded-For: 64:ff9b::127.0.0.1"], 403],
		["a hop that is no address", ["X-Forwarded-For: localhost"], 403],
		["an unknown hop", ["X-Forwarded-For: unknown"], 403],
		["a short spelling", ["X-Forwarded-For: 127.1"], 403],
		["an octal spelling", ["X-Forwarded-For: 0177.0.0.1"], 403],
		["a number", ["X-Forwarded-For: 2130706433"], 403],
		["full-width digits", ["X-Forwarded-For: \uff11\uff12\uff17.0.0.1"], 403],
		["the unix peer's name", ["X-Forwarded-For: unix"], 403],
		["Forwarded", ["Forwarded: for=203.0.113.9"], 403],
		[
			"Forwarded, local left",
			["Forwarded: for=127.0.0.1, for=203.0.113.9"],
			403,
		],
		[
			"Forwarded on two lines",
			["Forwarded: for=127.0.0.1", 'Forwarded: for="203.0.113.9:1"'],
			403,
		],
		["Forwarded, unknown", ["Forwarded: for=unknown"], 403],
		["Forwarded, hidden", ["Forwarded: for=_x"], 403],
		["Forwarded without for", ["Forwarded: by=127.0.0.1"], 403],
		["Forwarded, empty", ["Forwarded:"], 403],
		["Forwarded, for twice", ["Forwarded: for=127.0.0.1;for=203.0.113.9"], 403],
		[
			"Forwarded, an open quote that the proxy's own quote closes",
			['Forwarded: for=127.0.0.2;x=", for="[2001:db8::1]"'],
			403,
		],
		[
			"Forwarded, the same over two lines",
			['Forwarded: for=127.0.0.2;x="', 'Forwarded: for="[2001:db8::1]"'],
			403,
		],
		[
			"Forwarded, an open quote with an escape",
			['Forwarded: for=127.0.0.2;x="\\, for="[2001:db8::1]"'],
			403,
		],
		[
			"Forwarded, an open quote before a bare hop",
			['Forwarded: for=127.0.0.2;x=", for=203.0.113.9'],
			403,
		],
		[
			"Forwarded, a name in a quote",
			['Forwarded: "for=127.0.0.1", for=203.0.113.9'],
			403,
		],
		[
			"two headers that disagree",
			["X-Forwarded-For: 127.0.0.1", "Forwarded: for=203.0.113.9"],
			403,
		],
		[
			"two headers that disagree the other way",
			["X-Forwarded-For: 203.0.113.9", "Forwarded: for=127.0.0.1"],
			403,
		],
		["what the proxy wrote, local", ["X-Forwarded-For: 127.0.0.2"], 200],
		["Forwarded, local", ['Forwarded: For = "127.0.0.2:80" ; proto=http'], 200],
	];
	for (const [what, lines, status] of table) {
		it(`is ${status === 403 ? "refused" : "admitted"}: ${what}`, async () => {
			router = await startRouter({ trusted: ["127.0.0.1"] });
			const head = ["POST /hook HTTP/1.1", "Host: x", ...lines].join("\r\n");
			const heard = await talk(
				router.port,
				`${head}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
				/\r\n\r\n/,
			);
			expect(heard).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
			expect(router.events).to.have.length(status === 200 ? 1 : 0);
		});
	}

	for (const line of [
		"X-Forwarded-For: 127.0.0.1",
		"Forwarded: for=127.0.0.1",
		"Via: 1.1 proxy",
	]) {
		it(`is unknown behind a neighbour that is no trusted proxy: ${line}`, async () => {
			router = await startRouter();
			const heard = await talk(
				router.port,
				`POST /hook HTTP/1.1\r\nHost: x\r\n${line}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
				/\r\n\r\n/,
			);
			expect(heard).to.match(/^HTTP\/1\.1 403 /);
			const { client } = await router.visited(1);
			expect(client.stranger?.text).to.equal("127.0.0.1");
		});
	}

	it("cannot hide its body behind empty headers", async () => {
		router = await startRouter();
		const heard = await talk(
			router.port,
			`POST /hook HTTP/1.1\r\nHost: x\r\n${"a:\r\n".repeat(1100)}Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}`,
			/\r\n\r\n/,
		);
		expect(heard).to.match(/^HTTP\/1\.1 200 /);
		expect(router.events[0]?.payload).to.deep.equal({ a: 1 });
	});

	it("is answered at once with thousands of hops", async () => {
		router = await startRouter({ trusted: ["127.0.0.1"] });
		const hops = "127.0.0.1,".repeat(1200);
		const heard = await ask(`${router.url}/hook`, {
			method: "POST",
			headers: { "x-forwarded-for": `${hops}203.0.113.9` },
		});
		expect(heard.status).to.equal(403);
		const tooMany = await ask(`${router.url}/hook`, {
			method: "POST",
			headers: { "x-forwarded-for": "127.0.0.1,".repeat(10_000) },
		}).then(
			({ status }) => status,
			(error: NodeJS.ErrnoException) => error.code,
		);
		expect(tooMany).to.equal(431);
		expect(router.visits).to.have.length(1);
		expect(router.rejections[0]).to.deep.include({
			peer: "127.0.0.1",
			status: 431,
			severity: "warn",
		});
		expect(router.rejections[0]?.reason).to.match(
			/^HEAD_TOO_LARGE: .* 16384 bytes of `server\.headLimit`$/,
		);
	});

	/** The event loop stands still meanwhile, so that the reset is there before the connection is looked at. */
	const postAndReset = (headers: string): void => {
		const text = `POST /hook HTTP/1.1\r\nHost: x\r\n${headers}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
		spawnSync(process.execPath, [
			"-e",
			`const s = require("net").connect(${router.port}, "127.0.0.1", () => s.write(${JSON.stringify(text)}, () => s.resetAndDestroy()))`,
		]);
	};

	it("does not pass for a unix peer by resetting the connection", async () => {
		router = await startRouter({ trusted: ["127.0.0.1"] });
		postAndReset("");
		const { client, answer } = await router.visited(1);
		expect(client.address).to.equal(undefined);
		expect(answer.outcome).to.equal("denied");
		expect(router.events).to.have.length(0);
	});

	it("does not pass for a trusted proxy by resetting the connection", async () => {
		router = await startRouter({ trusted: ["127.0.0.1"] });
		postAndReset("X-Forwarded-For: 127.0.0.9\r\n");
		expect((await router.visited(1)).answer.outcome).to.equal("denied");
	});

	it("is a neighbour behind a unix socket, and what such a proxy says", async () => {
		const folder = await mkdtemp(join(tmpdir(), "switchhook-unix-"));
		const socketPath = join(folder, "hook.sock");
		try {
			router = await startRouter({
				trusted: ["127.0.0.1"],
				listen: [{ kind: "unix", path: socketPath }],
			});
			const post = (headers: Record<string, string>) =>
				ask("http://localhost/hook", {
					socketPath,
					method: "POST",
					headers: { "content-type": "application/json", ...headers },
					body: "{}",
				});
			expect((await post({})).status).to.equal(403);
			expect((await post({ "x-forwarded-for": "127.0.0.1" })).status).to.equal(
				200,
			);
			const heard = await post({ "x-forwarded-for": "203.0.113.9" });
			expect(heard.status).to.equal(403);
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});

describe("the memory of addresses", () => {
	it("does not keep what a sender makes long", () => {
		const read = createAddressReader();
		const short = "fe80::1%eth0";
		expect(read(short)).to.equal(read(short));
		const long = `fe80::1%${"a".repeat(1000)}`;
		expect(read(long)?.text).to.equal("fe80::1");
		expect(read(long)).not.to.equal(read(long));
	});
});
