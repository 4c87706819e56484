import { connect } from "node:net";
import { expect } from "chai";
import { createFirewall } from "../../../src/gate/firewall.ts";
import { compileRanges } from "../../../src/gate/ranges.ts";
import { compileSignature } from "../../../src/gate/schemes/none.ts";
import { createRandom } from "../../crash/random.ts";
import { configure, type Settings } from "../../gate/schemes/signers.ts";
import { ask, type Router, startRouter } from "../../http/router.ts";
import { createInputs, type Input, SIGNED_PATHS } from "./generate.ts";

/** Inputs of one run; SWITCHHOOK_FUZZ_ROUNDS makes more, SWITCHHOOK_FUZZ_SEED others. */
const ROUNDS = Number(process.env.SWITCHHOOK_FUZZ_ROUNDS ?? 6_000);
const SEED = Number(process.env.SWITCHHOOK_FUZZ_SEED ?? 20_260_101);
const AT_ONCE = 8;

const SECRET = "a-secret-of-the-tests-and-of-nothing-else";
const TIME = { toleranceMs: 300_000 } as const;
const SIGNATURES: Readonly<Record<(typeof SIGNED_PATHS)[number], Settings>> = {
	"/hmac": {
		scheme: "hmac",
		header: "x-signature",
		algorithm: "sha256",
		encoding: "hex",
		prefix: "",
		separator: undefined,
		timestamp: undefined,
		content: "{body}",
		secrets: [SECRET],
		...TIME,
	},
	"/jwt": {
		scheme: "vonage-jwt",
		secrets: new Map([["abcd1234", [SECRET]]]),
		payloadHash: "required",
		issuers: undefined,
		applications: undefined,
		...TIME,
	},
	"/sig": {
		scheme: "vonage-sig",
		method: "sha256",
		secrets: [SECRET],
		timestamp: "required",
		...TIME,
	},
	"/basic": { scheme: "basic", username: "user", passwords: [SECRET] },
};

/** The proxy of the fuzz calls from here, and is trusted; its clients are strangers. */
const PROXY = "127.0.0.2";

function startTarget(): Promise<Router> {
	const firewallOf = (network: string) =>
		createFirewall([network], compileRanges([network]));
	return startRouter({
		trusted: [PROXY],
		routes: ["/open", "/gated", ...SIGNED_PATHS].map((path) => ({
			path,
			methods: ["GET", "POST", "PUT"],
		})),
		door: (path) => {
			const signature = SIGNATURES[path as keyof typeof SIGNATURES];
			return {
				firewall: firewallOf(path === "/gated" ? "192.0.2.1" : "127.0.0.1"),
				...(signature && {
					signature: compileSignature([configure(signature)]),
				}),
			};
		},
	});
}

/** Sends an input, and returns all that comes back. */
function send(
	{ port }: Router,
	{ text, cuts, isProxied }: Input,
): Promise<string> {
	return new Promise((resolve) => {
		const socket = connect({
			port,
			host: "127.0.0.1",
			localAddress: isProxied ? PROXY : "127.0.0.1",
		});
		let heard = "";
		socket.on("error", () => {});
		socket.setEncoding("latin1").on("data", (part: string) => {
			heard += part;
		});
		socket.on("close", () => resolve(heard));
		// An input that is cut short waits for more; the router for the rest of it.
		socket.setTimeout(200, () => socket.end());
		const bytes = Buffer.from(text, "latin1");
		const ends = [...cuts, bytes.length];
		const next = (from: number): void => {
			const end = ends.shift();
			if (end === undefined || socket.destroyed) return;
			socket.write(bytes.subarray(from, end), () =>
				setImmediate(() => next(end)),
			);
		};
		socket.once("connect", () => next(0));
	});
}

/** Statuses that are the router's own word, whatever came. */
const EXPLAINED: ReadonlySet<number> = new Set([
	100, 200, 400, 401, 403, 404, 405, 408, 413, 415, 417, 431, 505,
]);

describe("random raw bytes", () => {
	let router: Router;
	beforeEach(async () => {
		router = await startTarget();
	});
	afterEach(() => router.close());

	it(`bring ${ROUNDS} times no fault, and nobody past a gate`, async function () {
		this.timeout(60_000 + ROUNDS * 100);
		const make = createInputs(createRandom(SEED));
		let left = ROUNDS;
		const seen: Record<string, number> = {};
		const work = async (): Promise<void> => {
			while (left > 0) {
				left -= 1;
				const input = make();
				const heard = await send(router, input);
				for (const [, digits] of heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
					const status = Number(digits);
					const name = `${input.class} ${status}`;
					seen[name] = (seen[name] ?? 0) + 1;
					expect(
						EXPLAINED.has(status),
						`${status} to ${JSON.stringify(input)}`,
					).to.equal(true);
				}
			}
		};
		await Promise.all(Array.from({ length: AT_ONCE }, work));
		expect(router.faults).to.deep.equal([]);
		// Each class has to get as far as it is meant to: a fuzz that is refused at the first line tests nothing.
		expect(seen["bodies 200"], JSON.stringify(seen)).to.be.greaterThan(0);
		for (const name of ["framing 400", "headers 403", "signatures 401"])
			expect(seen[name], JSON.stringify(seen)).to.be.greaterThan(ROUNDS / 100);
		const routes = router.events.map(({ route }) => route);
		expect(new Set(routes)).to.deep.equal(new Set(["route-0"]));
		for (const { client, answer } of router.visits) {
			if (answer.outcome !== "handled") continue;
			expect(client.address?.text).to.equal("127.0.0.1");
			expect(client.found).to.equal("peer 127.0.0.1");
		}
		const after = await ask(`${router.url}/open`, { method: "GET" });
		expect(after.status).to.equal(200);
	});

	it("do not keep a quiet client waiting", async function () {
		this.timeout(120_000);
		const p95 = async (): Promise<number> => {
			const took: number[] = [];
			for (let count = 0; count < 60; count++) {
				const begun = performance.now();
				await ask(`${router.url}/open`, { method: "GET" });
				took.push(performance.now() - begun);
			}
			return took.sort((a, b) => a - b)[56] as number;
		};
		const make = createInputs(createRandom(SEED + 1));
		const figures: string[] = [];
		for (let round = 0; round < 3; round++) {
			const calm = await p95();
			let isOver = false;
			const work = async (): Promise<void> => {
				while (!isOver) await send(router, make());
			};
			const fuzz = Promise.all(Array.from({ length: AT_ONCE }, work));
			const busy = await p95();
			isOver = true;
			await fuzz;
			if (busy < 100 + 20 * calm) return;
			figures.push(`${busy} ms instead of ${calm} ms`);
		}
		expect.fail(figures.join(", "));
	});
});
