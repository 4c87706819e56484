import { expect } from "chai";
import { checkPluginRoute } from "../../src/handler/plugin/check.ts";
import type { HandOnFrom, Origin } from "../../src/handler/plugin/init.ts";
import type { PluginContext } from "../../src/plugin/define.ts";
import {
	CountingDeadline,
	EVENT,
	handlerFor,
	initOf,
} from "./plugin-harness.ts";

describe("a plugin's handOn", () => {
	it("knows in a handler which event it comes of and what commits with it, and in setup none", async () => {
		const calls: unknown[][] = [];
		const handOn: HandOnFrom = async (...given) => void calls.push(given);
		const handler = await handlerFor(
			{
				setup: (context: PluginContext) => context.handOn,
				on: {
					"*": async (_: unknown, { handOn, state }: PluginContext) => {
						await handOn("menu", { a: 1 });
						await (state as typeof handOn)("menu", { b: 2 }, { params: {} });
					},
				},
			},
			{ handOn },
		);
		const deadline = new CountingDeadline();
		await handler.handle(EVENT, deadline);
		expect(calls).to.deep.equal([
			["menu", { a: 1 }, {}, { event: EVENT, journal: deadline.journal }],
			["menu", { b: 2 }, { params: {} }, undefined],
		]);
		const from = calls[0]?.[3] as Origin;
		expect(from.event).to.equal(EVENT);
		expect(from.journal).to.equal(deadline.journal);
	});

	it("tells the router which routes it reaches", async () => {
		const plain = await handlerFor({ on: { "*": () => {} } });
		const handing = await handlerFor(
			{
				options: { properties: { to: { type: "string", default: "menu" } } },
				handsOn: ({ to, other }: Record<string, string>) => [to, other],
				on: { "*": () => {} },
			},
			{ options: {} },
		);
		expect(plain.handsOn).to.deep.equal([]);
		expect(handing.handsOn).to.deep.equal(["menu"]);
	});
});

describe("checkPluginRoute, of handsOn", () => {
	const problemsOf = (handsOn: unknown, options: unknown) =>
		checkPluginRoute(
			initOf({ name: "p", handsOn, on: { "*": () => {} } }, { options }),
		).problems;

	it("finds a route that is not there at the option that names it", () => {
		const handsOn = ({ to }: { to: { routes: string[] } }) => to.routes;
		const options = { from: "x", to: { routes: ["menu", "menü"] } };
		expect(problemsOf(handsOn, options)).to.deep.equal([
			{
				keys: ["options", "to", "routes", 1],
				what: "there is no route `menü` to hand on to",
				expected: "the name of a route",
				todo: "did you mean `menu`?",
			},
		]);
	});

	it("finds one that stands in no option, at the options", () => {
		const [problem] = problemsOf(() => ["nowhere"], undefined);
		expect(problem).to.deep.include({ keys: ["options"], todo: undefined });
	});

	it("finds a route that hands on to itself", () => {
		const [problem] = problemsOf(() => ["r"], { to: "r" });
		expect(problem).to.deep.include({
			keys: ["options", "to"],
			what: "the route hands on to itself",
		});
	});

	it("says that `handsOn` threw, or returned something else", () => {
		const fail = () => {
			throw new Error("oops");
		};
		expect(problemsOf(fail, {})[0]?.what).to.equal(
			"`handsOn` of the plugin `p` failed: oops",
		);
		expect(problemsOf(() => "menu", {})[0]?.what).to.equal(
			"`handsOn` of the plugin `p` failed: it returned no list",
		);
	});

	it("is not asked about options that are wrong", () => {
		const init = initOf(
			{
				options: { required: ["to"] },
				handsOn: () => {
					throw new Error("ran");
				},
				on: { "*": () => {} },
			},
			{ options: {} },
		);
		expect(
			checkPluginRoute(init).problems.map(({ what }) => what),
		).to.deep.equal(["the option `to` is missing"]);
	});
});
