import { expect } from "chai";
import { LEVELS, type Payload } from "../../src/event/webhook.ts";
import { createFirewall } from "../../src/gate/firewall.ts";
import { UNSIGNED } from "../../src/gate/signature.ts";
import type { Branch } from "../../src/route/branch.ts";
import { explainKind, explainRoutes } from "../../src/route/explain.ts";
import type { Route } from "../../src/route/route.ts";
import { branchFor, createStack, type Stack } from "../../src/route/stack.ts";
import { fakeKind, fakeRoute, matchOf, subjectOf, tableOf } from "./kinds.ts";

const ONE = fakeKind("test.one", "one", { precedence: 1 });
const TWO = fakeKind("test.two", "two");

function stackOf(routes: readonly Route[]): Stack<Route> {
	return createStack("/x", routes, {
		firewall: createFirewall([], undefined),
		onDenied: "reject",
		onUnsigned: "reject",
		signature: UNSIGNED,
		bodyLimitBytes: 1000,
	});
}

/** Route names to reasons, in the order of the candidates; the winner is marked. */
function explain(
	routes: readonly Route[],
	payload: object,
	method = "POST",
): string[] {
	const stack = stackOf(routes);
	const kindBranch = branchFor(stack, method)?.kinds.find(
		({ kind }) => kind === routes[0]?.kind,
	);
	const subject = subjectOf(payload);
	const winner = kindBranch?.select(subject);
	const choice = { method, kindBranch, winner, subject };
	return explainRoutes(stack, choice).map(
		({ route, won, why }) => `${won ? "* " : ""}${route.name}: ${why}`,
	);
}

describe("explainRoutes", () => {
	it("says which value a match has not", () => {
		const routes = [
			fakeRoute("all", "account"),
			fakeRoute("mine", "number", { on: { to: ["1", "2"] } }),
		];
		expect(explain(routes, { to: "3" })).to.deep.equal([
			'mine: `to` is "3", and not "1" or "2"',
			"* all: level account",
		]);
	});

	it("says which level is wider", () => {
		const routes = [
			fakeRoute("all", "account"),
			fakeRoute("mine", "number", { on: { to: ["1", "2"] } }),
		];
		expect(explain(routes, { to: 2 })).to.deep.equal([
			"* mine: level number, `to` fits",
			"all: wider than mine: account comes after number",
		]);
	});

	it("says which route matches more fields, and which is written first", () => {
		const routes = [
			fakeRoute("few", "account", { on: { a: ["1"] } }),
			fakeRoute("many", "account", { on: { a: ["1"], b: ["1"] } }),
			fakeRoute("late", "account", { on: { b: ["1"] } }),
		];
		expect(explain(routes, { a: "1", b: "1" })).to.deep.equal([
			"* many: level account, `a` fits, `b` fits",
			"few: many matches more fields by their whole value",
			"late: many matches more fields by their whole value",
		]);
		expect(explain(routes.slice(0, 1), { a: "1" })).to.deep.equal([
			"* few: the only route of this kind, `a` fits",
		]);
		const twins = [
			fakeRoute("a", "account", { on: { a: ["1"] } }),
			fakeRoute("b", "account", { on: { b: ["1"] } }),
		];
		expect(explain(twins, { a: "1", b: "1" })[1]).to.equal(
			"b: a stands first in the file",
		);
	});

	it("says in which way the winner of a level is narrower", () => {
		const tenants = tableOf("tenants", ["447"]);
		const explained = (...matches: Record<string, unknown>[]) =>
			explain(
				matches.map((on, index) =>
					fakeRoute(`r${index}`, "number", { match: matchOf(on, [tenants]) }),
				),
				{ to: "447", text: "stop" },
			).at(-1);
		const prefix = { to: "44*" };
		expect(explained(prefix, { to: "447*" })).to.equal(
			"r0: r1 matches a longer prefix",
		);
		expect(explained(prefix, { to: { in: "tenants" } })).to.equal(
			"r0: r1 matches more fields by their whole value",
		);
		expect(explained({ to: { in: "tenants" } }, { to: "447" })).to.equal(
			"r0: r1 names the value itself, and not a table",
		);
		expect(explained(prefix, { to: "44*", text: { pattern: "^s" } })).to.equal(
			"r0: r1 matches more conditions",
		);
	});

	it("marks the value of a condition that failed, and shortens a long one", () => {
		const stack = stackOf([
			fakeRoute("stop", "number", { on: { text: { pattern: "^stop" } } }),
			fakeRoute("all", "account"),
		]);
		const kindBranch = branchFor(stack, "POST")?.kinds[0];
		const subject = subjectOf({ text: "x".repeat(1000) });
		const winner = kindBranch?.select(subject);
		const [stop] = explainRoutes(
			stack,
			{ method: "POST", kindBranch, winner, subject },
			(value) => `<${value}>`,
		);
		expect(stop?.why).to.equal(
			`\`text\` is <"${"x".repeat(100)}…">, and not a text that /^stop/ fits`,
		);
	});

	it("says that a field is missing, or is no text", () => {
		const routes = [fakeRoute("mine", "number", { on: { to: ["1"] } })];
		expect(explain(routes, {})).to.deep.equal([
			'mine: `to` is missing, and not "1"',
		]);
		expect(explain(routes, { to: ["1"] })).to.deep.equal([
			'mine: `to` is a list, and not "1"',
		]);
	});

	it("says that a route takes another method or another kind", () => {
		const routes = [
			fakeRoute("one", "account", { kind: ONE }),
			fakeRoute("two", "account", { kind: TWO }),
			fakeRoute("get", "account", { kind: ONE, methods: ["GET"] }),
		];
		expect(explain(routes, {})).to.deep.equal([
			"* one: the only route of this kind",
			"two: another kind: test.two",
			"get: another method: it takes GET",
		]);
	});

	it("reads a HEAD as a GET", () => {
		const routes = [fakeRoute("get", "account", { methods: ["GET"] })];
		expect(explain(routes, {}, "HEAD")).to.deep.equal([
			"* get: the only route of this kind",
		]);
	});

	it("names the matcher's winner, and looks at it first of those that fit", () => {
		const values = [undefined, ["1"], ["2"], ["1", "2"]];
		const routes = LEVELS.flatMap((level) =>
			values.flatMap((a, i) =>
				values.map((b, j) => {
					const on = { ...(a && { a }), ...(b && { b }) };
					const name = `${level}-${i}-${j}`;
					return fakeRoute(name, level, i + j > 0 ? { on } : {});
				}),
			),
		);
		// A fixed sequence, so that a failure can be repeated.
		let seed = 7;
		const next = (below: number): number => {
			seed = (seed * 1103515245 + 12345) % 2 ** 31;
			return Math.floor((seed / 2 ** 31) * below);
		};
		for (let round = 0; round < 300; round++) {
			const some = Array.from(
				{ length: 1 + next(6) },
				() => routes[next(routes.length)] as Route,
			);
			const stack = stackOf([...new Set(some)]);
			const subject = subjectOf({
				a: String(1 + next(3)),
				b: String(1 + next(3)),
			});
			const branch = branchFor(stack, "POST") as Branch<Route>;
			const [kindBranch] = branch.kinds as [Branch<Route>["kinds"][0]];
			const expected = kindBranch.select(subject);
			const found = explainRoutes(stack, {
				method: "POST",
				kindBranch,
				winner: expected,
				subject,
			});
			const winners = found.filter(({ won }) => won).map(({ route }) => route);
			expect(winners).to.deep.equal(expected === undefined ? [] : [expected]);
			const fits = found.find(
				({ won, why }) => won || !why.includes(", and not "),
			);
			expect(fits?.route, JSON.stringify(found)).to.equal(expected);
			expect(found.map(({ why }) => why)).not.to.include("not chosen");
		}
	});
});

describe("explainKind", () => {
	const branch = (...routes: Route[]) =>
		branchFor(stackOf(routes), "POST") as Branch<Route>;
	const one = fakeRoute("one", "account", { kind: ONE });
	const two = fakeRoute("two", "account", { kind: TWO });

	const explain = (asked: Branch<Route>, payload: Payload) =>
		explainKind(asked, asked.identify(payload));

	it("lists who was asked, the highest precedence first, until one knew", () => {
		expect(explain(branch(two, one), { two: 1 })).to.deep.equal([
			{ kind: "test.one", recognized: false },
			{ kind: "test.two", recognized: true },
		]);
		expect(explain(branch(two, one), { one: 1, two: 1 })).to.deep.equal([
			{ kind: "test.one", recognized: true },
		]);
	});

	it("lists all where none knew", () => {
		expect(explainKind(branch(two, one), undefined)).to.deep.equal([
			{ kind: "test.one", recognized: false },
			{ kind: "test.two", recognized: false },
		]);
	});

	it("says that an only kind is not asked", () => {
		expect(explain(branch(one), {})).to.deep.equal([
			{ kind: "test.one", recognized: undefined },
		]);
	});
});
