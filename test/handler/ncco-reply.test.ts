import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { toNccoReply } from "../../src/handler/ncco/check.ts";
import type { ReplyRule } from "../../src/kind/kind.ts";
import {
	connect,
	input,
	record,
	sharedChecker,
	talk,
	URLS,
} from "./ncco-samples.ts";

const checker = sharedChecker();

describe("a template that is checked before it is rendered", () => {
	const isOpen = (value: unknown) =>
		typeof value === "string" && value.startsWith("{{");
	const errorsOf = (ncco: unknown) => checker.check(ncco, { isOpen }).errors;

	it("may have an expression in place of any scalar", () => {
		const open = "{{ x }}";
		const ncco = [
			...talk({ text: open, bargeIn: open, loop: open, level: open }),
			...record({ format: open, endOnKey: open, eventUrl: [open] }),
			...connect({ type: "phone", number: open }, { eventType: open }),
			...input({ type: [open] }),
		];
		expect(errorsOf(ncco)).to.deep.equal([]);
		expect(checker.check(ncco).warnings).to.not.deep.equal([]);
		expect(
			checker.check(ncco, { isOpen }).warnings.map(({ path }) => path),
		).to.deep.equal([]);
	});

	it("may not have one in place of a list or a mapping", () => {
		expect(errorsOf(record({ eventUrl: "{{ x }}" }))).to.have.length(1);
		expect(errorsOf(input({ dtmf: "{{ x }}" }))).to.have.length(1);
	});

	it("may not let a value decide which action or endpoint it is", () => {
		expect(errorsOf([{ action: "{{ x }}" }])[0]?.what).to.match(
			/is a template/,
		);
		expect(errorsOf(connect({ type: "{{ x }}" }))[0]?.path).to.deep.equal([
			0,
			"endpoint",
			0,
			"type",
		]);
	});

	it("still has its other mistakes named", () => {
		expect(errorsOf(talk({ text: "{{ x }}", loop: [] }))).to.have.length(1);
	});
});

describe("toNccoReply", () => {
	const required: ReplyRule = { body: "ncco", required: true };
	const optional: ReplyRule = { body: "ncco", required: false };
	const codeOf = (value: unknown, rule = required): string | undefined => {
		try {
			toNccoReply(value, checker, rule);
		} catch (error) {
			return error instanceof HookError ? error.code : String(error);
		}
		return undefined;
	};

	it("writes a valid list as JSON", () => {
		expect(toNccoReply(talk({}), checker, required)).to.deep.equal({
			status: 200,
			headers: { "content-type": "application/json" },
			body: '[{"action":"talk","text":"hi"}]',
		});
	});

	it("takes nothing for `go on` only where the kind allows it", () => {
		expect(toNccoReply(undefined, checker, optional)).to.equal(undefined);
		expect(toNccoReply(null, checker, optional)).to.equal(undefined);
		expect(codeOf(undefined)).to.equal("HANDLER_REPLY");
		expect(codeOf(null)).to.equal("HANDLER_REPLY");
	});

	it("takes an empty list, and what is no list, for `go on` only where the kind allows it", () => {
		for (const value of ["OK", "", "[]", "[broken", '{"a":1}', 5, true, {}, []])
			expect(toNccoReply(value, checker, optional), String(value)).to.equal(
				undefined,
			);
		expect(codeOf([])).to.equal("NCCO_INVALID");
	});

	it("checks a list that is not empty, in a text too", () => {
		for (const value of [talk({}), JSON.stringify(talk({}))])
			expect(toNccoReply(value, checker, optional)?.body).to.equal(
				'[{"action":"talk","text":"hi"}]',
			);
		for (const value of [[{}], "[{}]", [null], ["OK"]])
			expect(codeOf(value, optional), String(value)).to.equal("NCCO_INVALID");
	});

	it("refuses what is no list, and what JSON cannot say", () => {
		const cycle: Record<string, unknown> = {};
		cycle.self = cycle;
		for (const value of ["[]", 5, true, { action: "talk", text: "x" }]) {
			expect(codeOf(value), String(value)).to.equal("HANDLER_REPLY");
		}
		const payload = [{ action: "notify", payload: cycle, eventUrl: URLS }];
		expect(codeOf(payload)).to.equal("HANDLER_REPLY");
	});

	it("names action, option and what was expected of an invalid one", () => {
		const ncco = [...talk({}), ...record({ timeOut: [1] })];
		expect(() => toNccoReply(ncco, checker, required)).to.throw(
			HookError,
			"[1] `record.timeOut` is a list of 1. Expected a number from 3 to 7200 seconds.",
		);
	});

	it("leaves out options that are undefined", () => {
		const reply = toNccoReply(talk({ loop: undefined }), checker, required);
		expect(reply?.body).to.equal('[{"action":"talk","text":"hi"}]');
	});
});
