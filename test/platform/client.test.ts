import { expect } from "chai";
import { createClient } from "../../src/platform/client.ts";
import type { PlatformClock } from "../../src/platform/clock.ts";
import { PlatformFault } from "../../src/platform/fault.ts";
import type {
	Incoming,
	Outgoing,
	Transport,
} from "../../src/platform/transport.ts";

const ACCOUNT = {
	name: "default",
	apiKey: "abcd1234",
	apiSecret: "s3cret",
	hosts: { rest: "https://rest.example", api: "https://api.example" },
	paceMs: 1000 / 3,
};

const READ = {
	method: "GET",
	host: "rest",
	path: "/account/numbers",
	doing: "list the numbers",
} as const;

/** A clock that moves by what is slept. */
function createClock(): PlatformClock & { readonly slept: number[] } {
	let now = 1_000_000;
	const slept: number[] = [];
	return {
		slept,
		now: () => now,
		async sleep(ms) {
			slept.push(Math.round(ms));
			now += ms;
		},
	};
}

type Script = (Partial<Incoming> | Error)[];

/** Answers from a list; the last answer is given again. */
function play(script: Script) {
	const sent: Outgoing[] = [];
	const transport: Transport = {
		async send(outgoing) {
			sent.push(outgoing);
			const next = script[Math.min(sent.length, script.length) - 1];
			if (next instanceof Error) throw next;
			return { status: 200, headers: {}, text: "{}", ...next };
		},
		close: async () => {},
	};
	const clock = createClock();
	const client = createClient(ACCOUNT, { transport, clock });
	return { sent, clock, client };
}

async function faultOf(script: Script) {
	const world = play(script);
	try {
		await world.client.call(READ);
	} catch (error) {
		if (error instanceof PlatformFault) return { ...world, fault: error };
		throw error;
	}
	throw new Error("it did not fail");
}

const RESET = Object.assign(new Error("reset"), { code: "ECONNRESET" });

describe("the client of the platform", () => {
	it("keeps to the pace, however many calls come at once", async () => {
		const { client, clock } = play([{}]);
		await Promise.all([1, 2, 3, 4].map(() => client.call(READ)));
		const total = clock.slept.reduce((sum, ms) => sum + ms, 0);
		expect(total).to.be.within(999, 1001);
	});

	it("waits as long as Retry-After says after a 429, and goes on", async () => {
		const { client, clock, sent } = play([
			{ status: 429, headers: { "retry-after": "7" } },
			{ text: '{"count":1}' },
		]);
		expect(await client.call(READ)).to.equal('{"count":1}');
		expect(clock.slept).to.include(7000);
		expect(sent).to.have.length(2);
	});

	it("reads a Retry-After that is a date", async () => {
		const at = new Date(1_000_000 + 9000).toUTCString();
		const { client, clock } = play([
			{ status: 503, headers: { "retry-after": at } },
			{},
		]);
		await client.call(READ);
		expect(clock.slept).to.include(9000);
	});

	it("tries 5xx and broken connections again, longer each time, and then gives up", async () => {
		const { fault, sent, clock } = await faultOf([RESET, { status: 502 }]);
		expect(sent).to.have.length(5);
		expect(clock.slept).to.deep.equal([1000, 2000, 4000, 8000]);
		expect(fault.code).to.equal("unreachable");
		expect(fault.message).to.match(
			/^The platform failed to list the numbers: status 502\. /,
		);
	});

	it("says what cannot be reached, and why", async () => {
		const { fault } = await faultOf([
			Object.assign(new Error("fetch failed"), {
				cause: Object.assign(new Error("x"), { code: "ENOTFOUND" }),
			}),
		]);
		expect(fault.message).to.equal(
			"rest.example cannot be reached to list the numbers (ENOTFOUND). Check the network, and `hosts` in `platform`.",
		);
	});

	it("does not wait minutes for one answer", async () => {
		const { fault, sent } = await faultOf([
			{ status: 429, headers: { "retry-after": "3600" } },
		]);
		expect(sent).to.have.length(1);
		expect(fault.code).to.equal("rate");
		expect(fault.message).to.include("It asks to wait 3600 s.");
	});

	const refusals: readonly [string, Partial<Incoming>, string, string][] = [
		["stops at 401", { status: 401 }, "credentials", "account default"],
		[
			"stops at error-code 401 inside a 200",
			{ text: '{"error-code":"401","error-code-label":"no"}' },
			"credentials",
			"Check `apiKey` and `apiSecret`",
		],
		[
			"stops at 420",
			{
				status: 420,
				text: '{"error-code":"420","error-code-label":"method failed"}',
			},
			"refused",
			"error-code 420, method failed",
		],
		[
			"takes an error-code inside a 200 for an error",
			{ text: '{"error-code":420,"error-code-label":"method failed"}' },
			"refused",
			"error-code 420, method failed",
		],
		[
			"names the parameters of problem+json",
			{
				status: 400,
				text: '{"title":"Bad Request","detail":"Validation failed.","invalid_parameters":[{"name":"capabilities.voice.webhooks","reason":"must be https"}]}',
			},
			"refused",
			"Bad Request. Validation failed. `capabilities.voice.webhooks`: must be https",
		],
		["says that a key may not", { status: 403 }, "forbidden", "may not list"],
		["follows no redirect", { status: 302 }, "answer", "Check `hosts`"],
		["cuts the secret out", { status: 400, text: "s3cret!" }, "refused", "("],
	];
	for (const [name, answer, code, part] of refusals) {
		it(`${name}, at the first try`, async () => {
			const { fault, sent } = await faultOf([answer]);
			expect(sent).to.have.length(1);
			expect(fault.code).to.equal(code);
			expect(fault.message).to.include(part).and.not.include("s3cret");
		});
	}

	it("takes a title of an answer that is fine for no refusal", async () => {
		const { client } = play([{ text: '{"title":"Main"}' }]);
		expect(await client.call(READ)).to.equal('{"title":"Main"}');
	});

	it("sends Basic credentials, and a form as a form", async () => {
		const { client, sent } = play([{}]);
		await client.call({
			...READ,
			method: "POST",
			form: { moHttpUrl: "https://a.example/?b=c&d" },
		});
		expect(sent[0]).to.deep.include({
			url: "https://rest.example/account/numbers",
			body: "moHttpUrl=https%3A%2F%2Fa.example%2F%3Fb%3Dc%26d",
		});
		expect(sent[0]?.headers.authorization).to.equal(
			`Basic ${Buffer.from("abcd1234:s3cret").toString("base64")}`,
		);
	});
});
