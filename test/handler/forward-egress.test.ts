import { expect } from "chai";
import {
	addressClassOf,
	createEgress,
	type Resolve,
} from "../../src/handler/forward/egress.ts";
import { Origins } from "../../src/handler/forward/origins.ts";
import {
	createUpstreams,
	type Upstream,
	type UpstreamTarget,
} from "../../src/handler/forward/upstream.ts";
import {
	closeAll,
	failureOf,
	forwardTo,
	handle,
	serve,
} from "./forward-tools.ts";

/** Addresses at the edges of each range, by class. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
	loopback: ["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"],
	unspecified: ["0.0.0.0", "0.255.255.255", "::", "::ffff:0.0.0.0"],
	private: [
		"10.0.0.0",
		"10.255.255.255",
		"172.16.0.0",
		"172.31.255.255",
		"192.168.0.0",
		"192.168.255.255",
		"::ffff:192.168.1.1",
		"64:ff9b::10.0.0.1",
		"64:ff9b::a00:1",
		"2002:a00:1::1",
		"::10.0.0.1",
		"::ffff:0:10.0.0.1",
		"fec0::1",
	],
	"link-local": [
		"169.254.0.0",
		"169.254.255.255",
		"fe80::1",
		"fe80::1%eth0",
		"febf::1",
		"64:ff9b::169.254.1.1",
	],
	metadata: [
		"169.254.169.254",
		"169.254.170.2",
		"100.100.100.200",
		"168.63.129.16",
		"fd00:ec2::254",
		"::ffff:169.254.169.254",
		"64:ff9b::a9fe:a9fe",
		"2002:a9fe:a9fe::",
	],
	"unique-local": ["fc00::", "fd12:3456::1", "fdff:ffff::1"],
	shared: ["100.64.0.0", "100.127.255.255"],
	multicast: ["224.0.0.1", "239.255.255.255", "ff02::1"],
	reserved: [
		"192.0.0.1",
		"192.0.2.1",
		"198.18.0.1",
		"198.19.255.255",
		"203.0.113.1",
		"240.0.0.1",
		"255.255.255.255",
		"64:ff9b:1::1",
		"100::1",
		"2001::1",
		"2001:db8::1",
		"3fff::1",
		"5f00::1",
		"::8.8.8.8",
		"4000::1",
	],
	unknown: ["", "127.1", "0177.0.0.1", "2130706433", "localhost"],
};

const INTERNET = [
	"1.1.1.1",
	"9.255.255.255",
	"11.0.0.0",
	"100.63.255.255",
	"100.128.0.0",
	"126.255.255.255",
	"128.0.0.0",
	"169.253.255.255",
	"169.255.0.0",
	"172.15.255.255",
	"172.32.0.0",
	"192.167.255.255",
	"192.169.0.0",
	"223.255.255.255",
	"2606:4700::1111",
	"::ffff:1.1.1.1",
	"64:ff9b::1.1.1.1",
	"2002:101:101::1",
];

describe("the class of an address", () => {
	for (const [name, addresses] of Object.entries(CLASSES)) {
		it(`is ${name} for ${addresses.join(", ")}`, () => {
			for (const address of addresses)
				expect(addressClassOf(address), address).to.equal(name);
		});
	}

	it("is none for addresses of the Internet", () => {
		for (const address of INTERNET)
			expect(addressClassOf(address), address).to.equal(undefined);
	});
});

describe("the hosts that a written URL may reach", () => {
	const isAllowed = (host: string, named: readonly string[] = []): boolean => {
		try {
			createEgress(named).checkHost(host);
			return true;
		} catch {
			return false;
		}
	};

	it("are those of the Internet, and names until they are resolved", () => {
		for (const host of ["1.1.1.1", "[2606:4700::1111]", "acme.example", "a."])
			expect(isAllowed(host), host).to.equal(true);
		for (const host of ["10.0.0.1", "[::1]", "localhost", "a.LOCALHOST."])
			expect(isAllowed(host), host).to.equal(false);
	});

	it("are also those that are named, in each form of the address", () => {
		const named = ["10.0.0.0/8", "fc00::/7"];
		for (const host of ["10.1.2.3", "[::ffff:10.1.2.3]", "[64:ff9b::a00:1]"])
			expect(isAllowed(host, named), host).to.equal(true);
		expect(isAllowed("[fd00::1]", named)).to.equal(true);
		expect(isAllowed("192.168.0.1", named)).to.equal(false);
		expect(isAllowed("localhost", ["127.0.0.0/8"])).to.equal(true);
	});

	it("include a metadata service only if it is named by its own address", () => {
		for (const named of ["169.254.0.0/16", "0.0.0.0/0", "169.254.169.252/30"])
			expect(isAllowed("169.254.169.254", [named]), named).to.equal(false);
		expect(isAllowed("[fd00:ec2::254]", ["fc00::/7", "::/0"])).to.equal(false);
		expect(isAllowed("169.254.169.254", ["169.254.169.254/32"])).to.equal(true);
		expect(isAllowed("[fd00:ec2::254]", ["fd00:ec2::254/128"])).to.equal(true);
	});
});

describe("forwarding to a host that an event names", () => {
	afterEach(closeAll);

	/** A DNS whose answers change. The last one stays. */
	function createDns(...answers: readonly (readonly string[])[]) {
		const asked: string[] = [];
		const resolve: Resolve = (hostname, _options, callback) => {
			const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
			asked.push(hostname);
			const addresses = answer.map((address) => ({
				address,
				family: address.includes(":") ? 6 : 4,
			}));
			setImmediate(() => callback(null, addresses));
		};
		return { asked, resolve };
	}

	async function createHandler(
		port: string,
		resolve: Resolve,
		keepAliveMs = 0,
	) {
		return forwardTo("http://unused.example", {
			upstreams: createUpstreams({ resolve }),
			settings: {
				origin: "",
				as: "json",
				keepAliveMs,
				egress: ["127.0.0.2/32"],
				url: {
					scheme: "http",
					host: "{{ payload.host }}",
					path: "/in",
					query: "",
					isSecret: false,
				},
			},
			mapping: {
				readsHeaders: [],
				url: {
					write: ({ payload: { host = "tenant.example" } }) => ({
						origin: `http://${host}:${port}`,
						path: "/in",
					}),
					findings: [],
					readsHeaders: [],
					isOwnHost: true,
				},
			},
		});
	}

	/** Two services at one port: at an address that is named, and at another one. */
	async function servePair(answer: Parameters<typeof serve>[0] = 200) {
		const outside = await serve(200);
		const { port } = new URL(outside.url);
		const inside = await serve(answer, {
			host: "127.0.0.2",
			port: Number(port),
		});
		return { outside, inside, port };
	}

	it("connects to the address that was checked, and asks the DNS once for it", async () => {
		const { outside, inside, port } = await servePair();
		const { asked, resolve } = createDns(["127.0.0.2"], ["127.0.0.1"]);
		const handler = await createHandler(port, resolve);
		expect(await handle(handler)).to.equal(undefined);
		expect(inside.received.map(({ headers }) => headers.host)).to.deep.equal([
			`tenant.example:${port}`,
		]);
		expect(asked).to.deep.equal(["tenant.example"]);
		// The name leads elsewhere now: it is refused, and no connection is opened.
		const error = await failureOf(handle(handler));
		expect(error.name).to.equal("GiveUp");
		expect(error.message).to.equal(
			`EGRESS_DENIED: POST http://tenant.example:${port}: the URL leads to a loopback address, which \`egress\` does not name`,
		);
		expect(error.message).to.not.contain("127.0.0.1");
		expect([outside.connections(), inside.received.length]).to.deep.equal([
			0, 1,
		]);
	});

	it("refuses a name if one of its addresses is refused, at every try", async () => {
		const { outside, inside, port } = await servePair();
		const { resolve } = createDns(
			["127.0.0.2", "127.0.0.1"],
			["::1"],
			["::ffff:127.0.0.1"],
			["fe80::1%eth0"],
			["64:ff9b::a9fe:a9fe"],
			["127.0.0.2"],
		);
		const handler = await createHandler(port, resolve);
		for (const found of [
			"loopback",
			"loopback",
			"loopback",
			"link-local",
			"the metadata service",
		]) {
			const { message } = await failureOf(handle(handler));
			expect(message).to.contain("EGRESS_DENIED").and.to.contain(found);
		}
		// Refused events say nothing about the service: its circuit is closed.
		expect(await handle(handler)).to.equal(undefined);
		expect([outside.connections(), inside.received.length]).to.deep.equal([
			0, 1,
		]);
	});

	it("retries a name that does not resolve now", async () => {
		const handler = await createHandler("1", (_host, _options, callback) =>
			callback(
				Object.assign(new Error("getaddrinfo"), { code: "EAI_AGAIN" }),
				[],
			),
		);
		const error = await failureOf(handle(handler));
		expect(error.name).to.equal("RetryLater");
		expect(error.message).to.contain("cannot be looked up now");
	});

	it("keeps the connections of each host for its next event", async () => {
		const { inside, port } = await servePair();
		const { asked, resolve } = createDns(["127.0.0.2"]);
		const handler = await createHandler(port, resolve, 4000);
		for (const host of ["a.example", "b.example", "a.example", "b.example"])
			await handle(handler, { payload: { host } });
		expect(inside.received).to.have.length(4);
		expect(asked).to.deep.equal(["a.example", "b.example"]);
	});

	it("does not follow a redirect to an address that it must not reach", async () => {
		const { outside, port } = await servePair((response) => {
			response.writeHead(302, { location: "http://127.0.0.1/" }).end();
		});
		const { resolve } = createDns(["127.0.0.2"]);
		const handler = await createHandler(port, resolve);
		const { message } = await failureOf(handle(handler));
		expect(message).to.contain("redirects are not followed");
		expect(outside.connections()).to.equal(0);
	});
});

describe("the upstreams of a route whose URLs name the host", () => {
	function createOrigins(max: number) {
		const open = new Set<string>();
		const origins = new Origins((origin) => {
			open.add(origin);
			return {
				close: async () => void open.delete(origin),
			} as Partial<Upstream> as Upstream;
		}, max);
		return { open, origins };
	}

	it("are bounded: the one that was not used for longest is closed for another", () => {
		const { open, origins } = createOrigins(2);
		for (const origin of ["a", "b", "a", "c"]) origins.take(origin)?.release();
		expect([...open]).to.deep.equal(["a", "c"]);
		for (let count = 0; count < 1000; count += 1)
			origins.take(`x${count}`)?.release();
		expect(open.size).to.equal(2);
	});

	it("are not closed while an event uses them", async () => {
		const { open, origins } = createOrigins(2);
		const a = origins.take("a");
		origins.take("b");
		expect(origins.take("c")).to.equal(undefined);
		expect(origins.take("a")).to.not.equal(undefined);
		a?.release();
		expect(origins.take("c")).to.equal(undefined);
		await origins.close();
		expect(open.size).to.equal(0);
	});

	it("keep a circuit each, which is released with them", async () => {
		const upstreams = createUpstreams();
		const target: Omit<UpstreamTarget, "origin"> = {
			socket: undefined,
			ca: undefined,
			host: undefined,
			connectTimeoutMs: 100,
			keepAliveMs: 0,
			connections: 1,
			egress: [],
			shown: "https://{{ payload.to }}",
		};
		const user = { route: "sms", mode: "accept" } as const;
		const origins = new Origins(
			(origin) => upstreams.open({ ...target, origin }, user),
			3,
		);
		for (let count = 0; count < 10; count += 1)
			origins.take(`https://h${count}.example`)?.release();
		expect(upstreams.states()).to.have.length(3);
		expect(new Set(upstreams.states().map(({ name }) => name))).to.deep.equal(
			new Set(["https://{{ payload.to }}"]),
		);
		await origins.close();
		expect(upstreams.states()).to.deep.equal([]);
	});
});
