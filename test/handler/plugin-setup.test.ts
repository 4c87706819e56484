import { expect } from "chai";
import { createPluginHandler } from "../../src/handler/plugin/plugin.ts";
import { loadPlugin } from "../../src/plugin/loader/load.ts";
import { withFolder } from "../plugin/folder.ts";
import {
	CountingDeadline,
	createTestLog,
	EVENT,
	handlerFor,
	initOf,
} from "./plugin-harness.ts";

describe("a plugin's setup and teardown", () => {
	it("sets up once, and waits for it", async () => {
		let setups = 0;
		const handler = await handlerFor({
			setup: async () => {
				setups += 1;
				await Promise.resolve();
				return { n: 7 };
			},
			on: { "*": (_: unknown, { state }: { state: object }) => state },
		});
		handler.handle(EVENT, new CountingDeadline());
		expect(handler.handle(EVENT, new CountingDeadline())).to.include({
			body: '{"n":7}',
		});
		expect(setups).to.equal(1);
	});

	it("says that setup did not finish, and tears down what it took when it does", async () => {
		let finish: (state: string) => void = () => {};
		const torn: unknown[] = [];
		const { promise: teardown, resolve: tornDown } = withResolvers();
		const { handler, problems } = await createPluginHandler(
			initOf(
				{
					name: "slow",
					setup: () =>
						new Promise((resolve) => {
							finish = resolve;
						}),
					on: { "*": () => {} },
					teardown: (state: unknown) => {
						torn.push(state);
						tornDown();
					},
				},
				{ setupTimeoutMs: 5 },
			),
		);
		expect(handler).to.equal(undefined);
		expect(problems).to.deep.equal([
			{
				keys: ["plugin"],
				what: "setup of the plugin `slow` for the route `r` did not finish in 0.005 s",
				todo: "did it forget to return?",
			},
		]);
		finish("taken");
		await teardown;
		expect(torn).to.deep.equal(["taken"]);
	});

	it("says that setup threw, and logs the error with its stack", async () => {
		const error = new Error("no database");
		for (const setup of [
			() => {
				throw error;
			},
			() => Promise.reject(error),
		]) {
			const log = createTestLog();
			const init = initOf({ name: "p", setup, on: { "*": () => {} } }, { log });
			const { handler, problems } = await createPluginHandler(init);
			expect(handler).to.equal(undefined);
			expect(problems.map(({ what }) => what)).to.deep.equal([
				"setup of the plugin `p` for the route `r` threw: no database",
			]);
			expect(log.lines).to.deep.equal([
				["error", { err: error }, "setup failed"],
			]);
		}
	});

	it("says in which line of the plugin's file setup threw", () =>
		withFolder(
			{
				"p.ts":
					'export default {\n\tsetup(): void {\n\t\tnull!.connect();\n\t},\n\ton: { "*"() {} },\n};',
			},
			async (folder) => {
				const { plugin } = await loadPlugin(`${folder}/p.ts`);
				if (plugin === undefined) throw new Error("it did not load");
				const made = await createPluginHandler({
					...initOf({ on: { "*"() {} } }),
					plugin,
				});
				expect(made.problems[0]?.what)
					.to.include("threw: Cannot read properties of null")
					.and.include(`(${folder}/p.ts:3:`);
			},
		));

	it("tears down when it is closed, and survives a teardown that throws", async () => {
		const log = createTestLog();
		const error = new Error("stuck");
		const torn: unknown[] = [];
		const handler = await handlerFor(
			{
				setup: () => "state",
				on: { "*": () => {} },
				teardown: async (state: unknown) => {
					torn.push(state);
					throw error;
				},
			},
			{ log },
		);
		await handler.close?.();
		expect(torn).to.deep.equal(["state"]);
		expect(log.lines).to.deep.equal([
			["error", { err: error }, "teardown failed"],
		]);
	});
});

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers(): { promise: Promise<void>; resolve: () => void } {
	let resolve: () => void = () => {};
	const promise = new Promise<void>((done) => {
		resolve = done;
	});
	return { promise, resolve };
}
