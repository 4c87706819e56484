import { expect } from "chai";
import { LEVELS, type Payload } from "../../src/event/webhook.ts";
import { createFirewall } from "../../src/gate/firewall.ts";
import { UNSIGNED } from "../../src/gate/signature.ts";
import type { Branch } from "../../src/route/branch.ts";
import { explainKind, explainRoutes } from "../../src/route/explain.ts";
import type { Route } from "../../src/route/route.ts";
import { branchFor, createStack, type Stack } from "../../src/route/stack.ts";
import { fakeKind, fakeRoute } from "./kinds.ts";

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
	const winner = kindBranch?.select({ ...payload }, {});
	const choice = { method, kindBranch, winner, payload: { ...payload } };
	return explainRoutes(stack, { ...choice, claims: {} }).map(
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
			"mine: match.to does not include 3",
			"* all: level account",
		]);
	});

	it("says which level is wider", () => {
		const routes = [
			fakeRoute("all", "account"),
			fakeRoute("mine", "number", { on: { to: ["1", "2"] } }),
		];
		expect(explain(routes, { to: 2 })).to.deep.equal([
			"* mine: level number, match.to fits",
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
			"* many: level account, match.a fits, match.b fits",
			"few: many matches more fields",
			"late: many matches more fields",
		]);
		expect(explain(routes.slice(0, 1), { a: "1" })).to.deep.equal([
			"* few: the only route of this kind, match.a fits",
		]);
		const twins = [
			fakeRoute("a", "account", { on: { a: ["1"] } }),
			fakeRoute("b", "account", { on: { b: ["1"] } }),
		];
		expect(explain(twins, { a: "1", b: "1" })[1]).to.equal(
			"b: a is looked at first",
		);
	});

	it("says that a field is missing, or is no text", () => {
		const routes = [fakeRoute("mine", "number", { on: { to: ["1"] } })];
		expect(explain(routes, {})).to.deep.equal([
			"mine: match.to: the webhook has no such field",
		]);
		expect(explain(routes, { to: ["1"] })).to.deep.equal([
			"mine: match.to: the value is not one text",
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
			const payload = { a: String(1 + next(3)), b: String(1 + next(3)) };
			const branch = branchFor(stack, "POST") as Branch<Route>;
			const [kindBranch] = branch.kinds as [Branch<Route>["kinds"][0]];
			const expected = kindBranch.select(payload, {});
			const found = explainRoutes(stack, {
				method: "POST",
				kindBranch,
				winner: expected,
				payload,
				claims: {},
			});
			const winners = found.filter(({ won }) => won).map(({ route }) => route);
			expect(winners).to.deep.equal(expected === undefined ? [] : [expected]);
			const fits = found.find(
				({ won, why }) => won || !why.startsWith("match."),
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
