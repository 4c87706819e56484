import { expect } from "chai";
import { parseDuration } from "../../src/finding/units.ts";
import { RESENT_FOR_MS } from "../../src/inbox/port/room.ts";
import { loadKinds } from "../../src/kind/load.ts";
import {
	describeResend,
	isSentAgain,
	tellResend,
	toResend,
} from "../../src/kind/resend.ts";
import { findingsOf, kindOf, ownKind, ownKinds, SCHEMAS } from "./folder.ts";

describe("webhook.retry", () => {
	it("lasts for no built-in kind longer than an inbox without room remembers", async () => {
		const { kinds } = await loadKinds([SCHEMAS]);
		const times = [...kinds.values()].map(({ resend }) => resend?.forMs ?? 0);
		expect(Math.max(...times)).to.equal(RESENT_FOR_MS);
	});

	it("is unknown where a kind does not say it", async () => {
		expect((await kindOf({ webhook: {} })).resend).to.equal(undefined);
	});

	it("is read as ranges and milliseconds, with the words of the file", async () => {
		const retry = { statuses: [429, "500-599"], for: "1h", after: "Then …." };
		const { resend } = await kindOf({ webhook: { retry } });
		expect(resend).to.deep.equal({
			forMs: 3_600_000,
			success: undefined,
			statuses: [
				{ from: 429, to: 429 },
				{ from: 500, to: 599 },
			],
			written: retry,
		});
	});

	const wrong: readonly (readonly [string, object, RegExp])[] = [
		["an unknown key", { fro: "1h" }, /unknown key `fro`.*`for`/],
		["a time that is none", { for: "1 day" }, /`webhook.retry.for`/],
		["a status that is none", { statuses: [42] }, /`webhook.retry.statuses/],
		["one attempt, which is none more", { attempts: 1 }, /attempts`/],
		[
			"two lists, of which one says all",
			{ success: [200], statuses: [503] },
			/webhook.retry/,
		],
		["nothing", {}, /webhook.retry/],
	];
	for (const [name, retry, finding] of wrong) {
		it(`is refused with ${name}`, async () => {
			const findings = await findingsOf({ "a.json": { webhook: { retry } } });
			expect(findings).to.have.length(1);
			expect(findings[0]).to.match(finding);
		});
	}
});

describe("isSentAgain", () => {
	const rows: readonly (readonly [object, number, boolean | undefined])[] = [
		[{ statuses: [429, "500-599"] }, 503, true],
		[{ statuses: [429, "500-599"] }, 429, true],
		[{ statuses: [429, "500-599"] }, 401, false],
		[{ statuses: [429, "500-599"] }, 200, false],
		[{ success: ["200-205"] }, 205, false],
		[{ success: ["200-205"] }, 206, true],
		[{ success: ["200-205"] }, 404, true],
		[{ wait: "5s" }, 200, false],
		[{ wait: "5s" }, 503, undefined],
	];
	for (const [retry, status, isAgain] of rows) {
		it(`says ${isAgain ?? "nothing"} of ${status} by ${JSON.stringify(retry)}`, () => {
			expect(isSentAgain(toResend(retry), status)).to.equal(isAgain);
		});
	}
});

describe("describeResend", () => {
	const rows: readonly (readonly [object, string | undefined])[] = [
		[{ wait: "5s" }, undefined],
		[{ statuses: [503], attempts: 2 }, "after no answer or 503: once"],
		[
			{ success: [200], attempts: 6, first: "10s" },
			"after no answer, or any status but 200: 5 times, 10s apart",
		],
		[
			{
				statuses: [429, "500-599"],
				first: "5s",
				factor: 2,
				max: "15m",
				for: "24h",
			},
			"after no answer, 429 or 500–599: after 5s, then with delays that double up to 15m, for 24h",
		],
		[
			{ success: ["200-205"], for: "24h" },
			"after no answer, or any status but 200–205: for 24h",
		],
		[
			{ first: "1m", factor: 3 },
			"after 1m, then with delays that grow by a factor of 3",
		],
	];
	for (const [retry, text] of rows) {
		it(`says ${text ?? "nothing"}`, () => {
			expect(describeResend(retry)).to.equal(text);
		});
	}
});

describe("tellResend", () => {
	const rule = toResend({
		statuses: [503],
		attempts: 2,
		after: "Then it gives up.",
		disputed: "Some say twice.",
	});

	it("says what follows an answer that fails for good, and that others say otherwise", () => {
		expect(tellResend(rule, 401)).to.equal(
			"The sender does not send it again after 401. Then it gives up. Some say twice.",
		);
	});

	it("says how often it comes again", () => {
		expect(tellResend(rule, 503)).to.equal(
			"The sender sends it again: once. Some say twice.",
		);
		expect(tellResend(toResend({ success: [200] }), 503)).to.equal(
			"The sender sends it again.",
		);
	});

	it("says nothing where nothing is known", () => {
		expect(tellResend(toResend({ wait: "5s" }), 503)).to.equal(undefined);
	});
});

describe("the retry rules of the platform", () => {
	/** What the router answers where it asks for another attempt, and where it could not get an NCCO. */
	const AGAIN = 503;

	it("have the 503 of the router sent again, wherever anything is known", async () => {
		const kinds = ownKinds(await loadKinds([SCHEMAS]));
		const known = [...kinds.values()].filter(
			({ resend }) => resend?.statuses ?? resend?.success,
		);
		expect(known.length).to.be.greaterThan(20);
		for (const { name, resend } of known)
			expect(resend && isSentAgain(resend, AGAIN), name).to.equal(true);
	});

	it("never have a 200 sent again", async () => {
		for (const { name, resend } of ownKinds(
			await loadKinds([SCHEMAS]),
		).values())
			if (resend) expect(isSentAgain(resend, 200), name).to.equal(false);
	});

	it("leave a handler less time than the sender waits", async () => {
		for (const { name, resend, timeoutMs } of ownKinds(
			await loadKinds([SCHEMAS]),
		).values()) {
			const wait = parseDuration(resend?.written.wait ?? "");
			if (wait !== undefined) expect(timeoutMs, name).to.be.at.most(wait);
		}
	});

	it("ask for an NCCO once more after 429, 503 and 504, and never after other statuses", async () => {
		const { resend } = await ownKind("voice.answer");
		const isAgain = (status: number) => resend && isSentAgain(resend, status);
		for (const status of [429, 503, 504])
			expect(isAgain(status)).to.equal(true);
		for (const status of [401, 404, 500, 502])
			expect(isAgain(status)).to.equal(false);
	});
});
