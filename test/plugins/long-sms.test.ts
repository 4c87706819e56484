import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Handler } from "../../src/handler/handler.ts";
import type { HandOnFrom } from "../../src/handler/plugin/init.ts";
import { findPlugins } from "../../src/plugin/loader/find.ts";
import { loadPlugin } from "../../src/plugin/loader/load.ts";
import { CountingDeadline } from "../handler/plugin-harness.ts";
import { eventOf, setUpShipped } from "./shipped.ts";
import { partOf, WHOLE } from "./sms.ts";

const SHIPPED = fileURLToPath(
	new URL("../../plugins/shipped", import.meta.url),
);

describe("the plugin long-sms", () => {
	let handed: (readonly [route: string, text: unknown, from: unknown])[];
	beforeEach(() => {
		handed = [];
	});
	const handOn: HandOnFrom = async (route, payload, _, from) =>
		void handed.push([route, payload.text, from?.event.id]);
	const handle = async (handler: Handler, payload: object) =>
		handler.handle(eventOf({ ...payload }), new CountingDeadline());

	it("hands on a whole message with its event's claims, and at teardown what is open", async () => {
		const handler = await setUpShipped("long-sms", { to: "menu" }, handOn);
		expect(handler.handsOn).to.deep.equal(["menu"]);
		await handle(handler, WHOLE);
		await handle(handler, partOf(2, 2, "world"));
		await handle(handler, partOf(1, 2, "hello "));
		await handle(handler, partOf(1, 2, "cut", { "concat-ref": "8" }));
		await handler.close?.();
		expect(handed).to.deep.equal([
			["menu", "Hello world", "e1"],
			["menu", "hello world", "e1"],
			["menu", "cut", undefined],
		]);
	});

	it("has a state of its own for each route", async () => {
		const one = await setUpShipped("long-sms", { to: "menu" }, handOn);
		const other = await setUpShipped("long-sms", { to: "menu" }, handOn);
		await handle(one, partOf(1, 2, "a"));
		await handle(other, partOf(2, 2, "b"));
		expect(handed).to.deep.equal([]);
		await Promise.all([one.close?.(), other.close?.()]);
		expect(handed.map(([, text]) => text)).to.have.members(["a", "b"]);
	});

	it("takes durations, and refuses what is none, itself as a target, and no target", async () => {
		for (const timeout of ["30s", "1m30s", "2h"])
			await setUpShipped("long-sms", { to: "menu", timeout });
		for (const [options, what] of [
			[{}, /`to` is missing/],
			[{ to: "menu", timeout: "60" }, /`timeout` must match/],
			[{ to: "menu", timeout: "0s" }, /`timeout` must match/],
			[{ to: "menu", timeout: "" }, /`timeout` must match/],
			[{ to: "menu", maxOpen: 0 }, /`maxOpen` must be/],
			[{ to: "r" }, /hands on to itself/],
			[{ to: "nowhere" }, /no route `nowhere`/],
		] as const) {
			const error: Error = await setUpShipped("long-sms", options).then(
				() => new Error("it was set up"),
				(error: Error) => error,
			);
			expect(error.message).to.match(what);
		}
	});

	it("loads from where npm installs packages, TypeScript as it is", async () => {
		const folder = await mkdtemp(join(tmpdir(), "switchhook-shipped-"));
		try {
			const there = join(folder, "node_modules/switchhook/plugins/shipped");
			await cp(SHIPPED, there, { recursive: true });
			const found = await findPlugins(there);
			expect([...found.keys()].sort()).to.deep.equal([
				"keywords",
				"log",
				"long-sms",
			]);
			for (const [name, file] of found) {
				const { plugin, findings } = await loadPlugin(file);
				expect(findings).to.deep.equal([]);
				expect(plugin?.name).to.equal(name);
			}
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});
