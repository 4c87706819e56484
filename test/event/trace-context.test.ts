import { expect } from "chai";
import { readTraceContext, traceIdOf } from "../../src/event/trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const VALID = `00-${TRACE}-${SPAN}-01`;

describe("readTraceContext", () => {
	it("reads the trace of a request, and its id", () => {
		const trace = readTraceContext({ traceparent: VALID, tracestate: "a=1" });
		expect(trace).to.deep.equal({ traceparent: VALID, tracestate: "a=1" });
		expect(traceIdOf(trace)).to.equal(TRACE);
		expect(traceIdOf(undefined)).to.equal(undefined);
	});

	it("continues a later version as version 00", () => {
		for (const traceparent of [
			`cc-${TRACE}-${SPAN}-01`,
			`cc-${TRACE}-${SPAN}-01-more`,
		])
			expect(readTraceContext({ traceparent })).to.deep.equal({
				traceparent: VALID,
			});
	});

	const INVALID: readonly (readonly [why: string, parent: string])[] = [
		["a text", "x"],
		["nothing", ""],
		["upper case", VALID.toUpperCase()],
		["version ff", `ff-${TRACE}-${SPAN}-01`],
		["a fifth part in version 00", `${VALID}-x`],
		["no trace", `00-${"0".repeat(32)}-${SPAN}-01`],
		["no span", `00-${TRACE}-${"0".repeat(16)}-01`],
		["two in one", `${VALID}, ${VALID}`],
		["a short id", `00-${TRACE.slice(1)}-${SPAN}-01`],
		["blanks", ` ${VALID}`],
		["a second line", `${VALID}\n`],
	];
	for (const [why, traceparent] of INVALID)
		it(`does not take ${why}`, () => {
			expect(readTraceContext({ traceparent, tracestate: "a=1" })).to.equal(
				undefined,
			);
		});

	it("joins several lines of tracestate, and drops one that is empty or too long", () => {
		const read = (tracestate: string | string[]) =>
			readTraceContext({ traceparent: VALID, tracestate })?.tracestate;
		expect(read(["a=1", "b=2"])).to.equal("a=1,b=2");
		expect(read("")).to.equal(undefined);
		expect(read("a".repeat(513))).to.equal(undefined);
	});
});
