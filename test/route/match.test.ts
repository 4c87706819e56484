import { expect } from "chai";
import { compileMatcher } from "../../src/route/match.ts";
import { fakeRoute, subjectOf } from "./kinds.ts";

describe("the matcher", () => {
	const matcher = compileMatcher([
		fakeRoute("default", "account"),
		fakeRoute("uk", "number", { on: { to: ["447700900001", "447700900002"] } }),
		fakeRoute("vip", "number", {
			on: { to: ["447700900001"], msisdn: ["447700900009"] },
		}),
		fakeRoute("call", "request", { on: { "client-ref": ["a"] } }),
	]);
	const table: [
		what: string,
		payload: Record<string, unknown>,
		name: string,
	][] = [
		["falls back to the widest level", { to: "1" }, "default"],
		["takes the narrower level", { to: "447700900002" }, "uk"],
		[
			"takes the route that names more fields",
			{ to: "447700900001", msisdn: "447700900009" },
			"vip",
		],
		["needs every field to fit", { to: "447700900001", msisdn: "1" }, "uk"],
		[
			"takes the narrowest of all levels",
			{ to: "447700900001", "client-ref": "a" },
			"call",
		],
		["compares a number by its text", { to: 447700900002 }, "uk"],
		["does not look inside a list", { to: ["447700900002"] }, "default"],
		[
			"does not take inherited names for fields",
			{ "client-ref": undefined },
			"default",
		],
	];
	for (const [what, payload, name] of table) {
		it(what, () => {
			expect(matcher.select(subjectOf(payload))?.name).to.equal(name);
		});
	}

	it("selects nothing where nothing fits", () => {
		const narrow = compileMatcher([
			fakeRoute("one", "number", { on: { to: ["1"] } }),
		]);
		expect(narrow.select(subjectOf({ to: "2" }))).to.equal(undefined);
		expect(narrow.select(subjectOf({ constructor: "1" }))).to.equal(undefined);
	});

	it("takes verified claims beside fields, and never one for the other", () => {
		const { select } = compileMatcher([
			fakeRoute("ours", "app", {
				on: { "claims.application_id": ["a1"], to: ["1"] },
			}),
		]);
		const claims = { application_id: "a1" };
		expect(select(subjectOf({ to: "1" }, { claims }))?.name).to.equal("ours");
		expect(select(subjectOf({ to: "1" }))).to.equal(undefined);
		expect(
			select(subjectOf({ to: "1", "claims.application_id": "a1", claims })),
		).to.equal(undefined);
	});

	it("holds 100,000 numbers in one map, not in a list", () => {
		const numbers = Array.from(
			{ length: 100_000 },
			(_, index) => `4477${index}`,
		);
		const { select } = compileMatcher([
			fakeRoute("many", "number", { on: { to: numbers } }),
			fakeRoute("rest", "account"),
		]);
		expect(select(subjectOf({ to: "477" }))?.name).to.equal("rest");
		expect(select(subjectOf({ to: "447799999" }))?.name).to.equal("many");
	});
});
