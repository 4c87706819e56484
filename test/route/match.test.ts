import { expect } from "chai";
import type { Subject } from "../../src/route/field.ts";
import { compileMatcher } from "../../src/route/match.ts";
import { fakeRoute, matchOf, subjectOf, tableOf } from "./kinds.ts";

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

	it("takes keys that were pressed by their digits", () => {
		const menu = compileMatcher([
			fakeRoute("any", "app"),
			fakeRoute("one", "app", { on: { "dtmf.digits": ["1"] } }),
		]);
		const select = (dtmf: unknown) => menu.select(subjectOf({ dtmf }))?.name;
		expect(select({ digits: "1", timed_out: false })).to.equal("one");
		expect(select("1")).to.equal("any");
		expect(select({ digits: "2" })).to.equal("any");
		expect(select({ timed_out: true })).to.equal("any");
	});

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

	it("reads paths, headers, parameters and claims", () => {
		const subject = subjectOf(
			{
				dtmf: { digits: "1" },
				"session.id": { kind: "a" },
				session: { id: "no", other: { "x.y": "z" } },
				list: [{ text: "first" }, { text: "second" }],
			},
			{
				headers: { "x-event": "ping" },
				query: "step=2&tag=a&tag=b&bad=%zz",
				params: { tenant: "acme" },
				claims: { api_key: "k", acl: { paths: "p" } },
			},
		);
		const right = {
			"dtmf.digits": "1",
			"session.id.kind": "a",
			"session.other.x.y": "z",
			"list.1.text": "second",
			"list.length": "2",
			"headers.X-Event": "ping",
			"query.step": "2",
			"query.bad": "%zz",
			"params.tenant": "acme",
			"claims.api_key": "k",
			"claims.acl.paths": "p",
		};
		const wrong = {
			dtmf: "1",
			"dtmf.digits.0": "1",
			"session.id": "no",
			"list.2.text": "third",
			"list.text": "first",
			"headers.x-other": "ping",
			"query.tag": "a",
			"query.constructor": "a",
			"params.toString": "a",
			"dtmf.constructor.name": "Object",
			step: "2",
		};
		for (const [field, value] of Object.entries(right))
			expect(select({ [field]: value }, subject), field).to.equal(true);
		for (const [field, value] of Object.entries(wrong))
			expect(select({ [field]: value }, subject), field).to.equal(false);
		expect(select({ "query.tag": { exists: true } }, subject)).to.equal(true);
	});

	describe("of several that fit, takes", () => {
		const tenants = tableOf("tenants", ["447", "448"]);
		const winner = (
			subject: Record<string, unknown>,
			...matches: Record<string, unknown>[]
		) =>
			compileMatcher(
				matches.map((on, index) =>
					fakeRoute(`${index}`, "number", { match: matchOf(on, [tenants]) }),
				),
			).select(subjectOf(subject))?.name;

		it("more fields that are equal or in a table", () => {
			const exact = { from: "1", to: { in: "tenants" } };
			const longer = { to: "447", text: { exists: true } };
			expect(
				winner({ to: "447", from: "1", text: "a" }, longer, exact),
			).to.equal("1");
		});
		it("then the longer prefixes in all", () => {
			const two = { from: "12*", to: "4*" };
			const one = { to: "44*" };
			expect(winner({ to: "447", from: "123" }, one, two)).to.equal("1");
			expect(winner({ to: "447" }, { to: "4*" }, { to: "447*" })).to.equal("1");
			expect(winner({ to: "447" }, { to: ["4*", "447*"] }, one)).to.equal("0");
		});
		it("then more conditions of other sorts", () => {
			const one = { to: { pattern: "4" } };
			const two = { to: { exists: true, not: "1" } };
			expect(winner({ to: "447" }, one, two)).to.equal("1");
		});
		it("then a text before a key of a table", () => {
			const inTable = { to: { in: "tenants" } };
			expect(winner({ to: "447" }, inTable, { to: "447" })).to.equal("1");
			expect(winner({ to: "448" }, inTable, { to: "447" })).to.equal("0");
		});
		it("then the first in the file", () => {
			const matches = [{ a: { pattern: "1" } }, { b: { pattern: "1" } }];
			expect(winner({ a: "1", b: "1" }, ...matches)).to.equal("0");
		});
		it("and none that fits in part", () => {
			const matches = [{ to: "447", from: "2" }, { to: "44*" }];
			expect(winner({ to: "447", from: "1" }, ...matches)).to.equal("1");
		});
	});

	it("reads each field once a webhook, and none that no level asks for", () => {
		const read: string[] = [];
		const payload = new Proxy<Record<string, unknown>>(
			{ a: "x", b: "y", c: "z" },
			{
				get(target, name) {
					read.push(String(name));
					return target[String(name)];
				},
			},
		);
		const { select } = compileMatcher([
			fakeRoute("one", "app", { on: { a: "1", b: { pattern: "x" } } }),
			fakeRoute("two", "app", { on: { a: "2", b: { pattern: "x" } } }),
			fakeRoute("three", "app", { on: { a: { pattern: "x" } } }),
			fakeRoute("wide", "account", { on: { c: "z" } }),
		]);
		expect(select(subjectOf(payload))?.name).to.equal("three");
		expect(read).to.deep.equal(["a"]);
	});

	it("takes as many look-ups for 100,000 rows, prefixes and values as for one", () => {
		const lookups = (count: number): number => {
			const keys = Array.from({ length: count }, (_, index) => `44${index}`);
			let looked = 0;
			const rows = new Map(keys.map((key) => [key, {}]));
			const table = {
				...tableOf("many", []),
				rows: Object.assign(rows, {
					has: (key: string) => {
						looked += 1;
						return Map.prototype.has.call(rows, key);
					},
				}),
			};
			const prefixes = keys.map((key) => `${key.padStart(8, "9")}*`);
			const matcher = compileMatcher([
				fakeRoute("rows", "app", {
					match: matchOf({ to: { in: "many" } }, [table]),
				}),
				fakeRoute("values", "number", {
					on: { to: keys.map((key) => `${key}-`) },
				}),
				fakeRoute("prefixes", "number", { on: { to: prefixes } }),
				fakeRoute("rest", "account"),
			]);
			const { get } = Map.prototype;
			const found = ["440", "440-", "9999944099", "x"].map((to) => {
				Map.prototype.get = function (this: unknown, key: unknown) {
					looked += 1;
					return get.call(this, key);
				};
				try {
					return matcher.select(subjectOf({ to }))?.name;
				} finally {
					Map.prototype.get = get;
				}
			});
			expect(found).to.deep.equal(["rows", "values", "prefixes", "rest"]);
			return looked;
		};
		expect(lookups(100_000)).to.equal(lookups(1));
	});

	it("shares what 1,000 numbers and 1,000 senders lead to", () => {
		const texts = Array.from({ length: 1000 }, (_, index) => `${index}`);
		const { select } = compileMatcher(
			Array.from({ length: 100 }, (_, index) =>
				fakeRoute(`${index}`, "app", {
					on: { tenant: `${index}`, to: texts, from: texts },
				}),
			),
		);
		const payload = { tenant: "7", to: "999", from: "0" };
		expect(select(subjectOf(payload))?.name).to.equal("7");
		expect(select(subjectOf({ ...payload, from: "1000" }))).to.equal(undefined);
	});
});

// --- helpers ---

function select(on: Record<string, unknown>, subject: Subject): boolean {
	const { select } = compileMatcher([fakeRoute("one", "app", { on })]);
	return select(subject) !== undefined;
}
