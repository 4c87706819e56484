import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { Reply } from "../../src/event/webhook.ts";
import { checkPluginRoute } from "../../src/handler/plugin/check.ts";
import { createPluginHandler } from "../../src/handler/plugin/plugin.ts";
import type { PluginContext } from "../../src/plugin/define.ts";
import { giveUp, retryLater } from "../../src/plugin/steer.ts";
import {
	CountingDeadline,
	createTestLog,
	EVENT,
	errorOf,
	handlerFor,
	initOf,
} from "./plugin-harness.ts";

describe("createPluginHandler", () => {
	it("hands the URLs of routes to setup and handlers", async () => {
		const handler = await handlerFor({
			setup: ({ url }: PluginContext) => url("menu", { language: "de" }),
			on: {
				"my.kind": (_: unknown, { state, url }: PluginContext) =>
					`${state} ${url("menu", { language: "en", from: "+44" })}`,
			},
		});
		const reply = await handler.handle(EVENT, new CountingDeadline());
		expect(reply?.body).to.equal(
			"https://hooks.example.com/menu/de https://hooks.example.com/menu/en?from=%2B44",
		);
	});

	it("calls the handler of the kind, and `*` for every other", async () => {
		const own = await handlerFor({
			on: { "my.kind": () => "own", "*": () => "star" },
		});
		const star = await handlerFor({
			on: { "other.kind": () => "other", "*": () => "star" },
		});
		const deadline = new CountingDeadline();
		expect(own.handle(EVENT, deadline)).to.include({ body: "own" });
		expect(star.handle(EVENT, deadline)).to.include({ body: "star" });
	});

	it("answers at once where the plugin returns no promise", async () => {
		const handler = await handlerFor({ on: { "*": () => "now" } });
		const reply = handler.handle(EVENT, new CountingDeadline());
		expect(reply).not.to.be.instanceOf(Promise);
		expect((reply as Reply).body).to.equal("now");
	});

	it("answers with a real promise where the plugin returns anything with `then`", async () => {
		const handler = await handlerFor({
			on: {
				"*": () => ({
					// biome-ignore lint/suspicious/noThenProperty: that is what is tested.
					then: (resolve: (value: string) => void) => resolve("later"),
				}),
			},
		});
		const reply = handler.handle(EVENT, new CountingDeadline());
		expect(reply).to.be.instanceOf(Promise);
		expect(await reply).to.include({ body: "later" });
	});

	it("gives event, options, state, log and route", async () => {
		const log = createTestLog();
		let seen: readonly unknown[] = [];
		const handler = await handlerFor(
			{
				options: { properties: { limit: { type: "integer", default: 3 } } },
				setup: ({ options }: { options: object }) => ({ ...options, calls: 0 }),
				on: {
					"*": (event: unknown, context: Record<string, unknown>) => {
						const { options, state, log, route } = context;
						seen = [event, options, state, log, route];
					},
				},
			},
			{ options: { text: "hi" }, log },
		);
		handler.handle(EVENT, new CountingDeadline());
		expect(seen).to.deep.equal([
			EVENT,
			{ text: "hi", limit: 3 },
			{ text: "hi", limit: 3, calls: 0 },
			log.forEvent(EVENT),
			{ name: "r", kind: "my.kind", level: "app", mode: "reply", path: "/r" },
		]);
	});

	it("asks for the signal only when the plugin does, also by destructuring", async () => {
		const blind = await handlerFor({ on: { "*": () => {} } });
		const seeing = await handlerFor({
			on: {
				"*": (_: unknown, { signal }: { signal: AbortSignal }) =>
					String(signal.aborted),
			},
		});
		const deadline = new CountingDeadline();
		blind.handle(EVENT, deadline);
		expect(deadline.asked).to.equal(0);
		expect(seeing.handle(EVENT, deadline)).to.include({ body: "false" });
		expect(deadline.asked).to.equal(1);
	});
});

describe("checkPluginRoute", () => {
	it("says that the plugin does not handle the kind", () => {
		const init = initOf({ name: "p", on: { "sms.inbound": () => {} } });
		expect(checkPluginRoute(init).problems).to.deep.equal([
			{
				keys: ["plugin"],
				what: "the plugin `p` does not handle `my.kind`",
				expected: "one of the kinds in its `on`: `sms.inbound`",
				todo: 'add `"my.kind"` or `"*"` to its `on`',
			},
		]);
	});

	it("says which kind was mistyped, and takes no other kind for one", () => {
		const todo = (...names: readonly string[]) => {
			const on = Object.fromEntries(names.map((name) => [name, () => {}]));
			return checkPluginRoute(initOf({ name: "p", on })).problems.map(
				({ todo }) => todo,
			);
		};
		expect(todo("sms.dlr", "my.knid")).to.deep.equal([
			'rename `"my.knid"` in its `on` to `"my.kind"`',
		]);
		expect(todo("my.other")).to.deep.equal([
			'add `"my.kind"` or `"*"` to its `on`',
		]);
	});

	it("checks the options, and runs nothing", async () => {
		const init = initOf(
			{
				options: {
					required: ["currency"],
					properties: { currency: { type: "string" } },
				},
				setup: () => {
					throw new Error("ran");
				},
				on: { "*": () => {} },
			},
			{ options: {} },
		);
		const [problem] = checkPluginRoute(init).problems;
		expect(problem).to.deep.include({
			keys: ["options", "currency"],
			what: "the option `currency` is missing",
		});
		const made = await createPluginHandler(init);
		expect(made.handler).to.equal(undefined);
		expect(made.problems).to.deep.equal([problem]);
	});
});

describe("a plugin that throws", () => {
	it("is named, with what it threw as the cause", async () => {
		const thrown = new TypeError("no such customer");
		for (const handle of [
			() => {
				throw thrown;
			},
			() => Promise.reject(thrown),
		]) {
			const handler = await handlerFor({ name: "p", on: { "*": handle } });
			const error = await errorOf(() =>
				handler.handle(EVENT, new CountingDeadline()),
			);
			expect(error).to.be.instanceOf(HookError);
			expect(error).to.include({
				code: "HANDLER_FAILED",
				message: "the plugin `p` threw: no such customer",
				cause: thrown,
			});
		}
	});

	it("steers with its own errors as they are", async () => {
		for (const steering of [giveUp("never"), retryLater("later")]) {
			const handler = await handlerFor({
				on: {
					"*": () => {
						throw steering;
					},
				},
			});
			const error = await errorOf(() =>
				handler.handle(EVENT, new CountingDeadline()),
			);
			expect(error).to.equal(steering);
		}
	});
});
