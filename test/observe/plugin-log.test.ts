import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { HookEvent } from "../../src/event/webhook.ts";
import type { LogOptions } from "../../src/observe/log.ts";
import { createPluginLog } from "../../src/observe/plugin-log.ts";
import type { PluginContext, PluginLog } from "../../src/plugin/define.ts";
import { loadPlugin } from "../../src/plugin/loader/load.ts";
import { handlerOf } from "../../src/plugin/loader/plugin.ts";
import { createTestLog } from "./lines.ts";

/** The one line that `use` writes, without its time. */
function lineOf(
	use: (log: PluginLog) => void,
	options?: LogOptions,
): Record<string, unknown> {
	const { log, lines } = createTestLog(options);
	use(createPluginLog(log, { plugin: "p", route: "r" }));
	const [{ time, ...line } = {}, ...more] = lines();
	expect(more).to.deep.equal([]);
	return line;
}

const NAMES = { plugin: "p", route: "r" };

describe("createPluginLog", () => {
	it("names the plugin and the route, and masks fields and message", () => {
		expect(
			lineOf((log) =>
				log.info("for 447700900001", {
					to: "447700900001",
					text: "hi",
					payload: { text: "hello", token: "x" },
				}),
			),
		).to.deep.equal({
			severity: "info",
			...NAMES,
			to: "44********01",
			text: "[masked 2 characters]",
			payload: { text: "[masked 5 characters]", token: "[secret]" },
			msg: "for 44********01",
		});
	});

	it("takes the message first or last, or alone, or fields alone", () => {
		const line = { severity: "warn", ...NAMES };
		expect(lineOf((log) => log.warn("m", { a: 1 }))).to.deep.equal({
			...line,
			a: 1,
			msg: "m",
		});
		expect(lineOf((log) => log.warn({ a: 1 }, "m"))).to.deep.equal({
			...line,
			a: 1,
			msg: "m",
		});
		expect(lineOf((log) => log.warn("m"))).to.deep.equal({ ...line, msg: "m" });
		expect(lineOf((log) => log.warn({ a: 1 }))).to.deep.equal({
			...line,
			a: 1,
		});
	});

	it("writes an error masked, wherever it stands", () => {
		const error = new Error("no 447700900001");
		for (const use of [
			(log: PluginLog) => log.error(error),
			(log: PluginLog) => log.error("failed", error),
			(log: PluginLog) => log.error({ err: error }, "failed"),
		]) {
			const line = lineOf(use);
			expect(line.err).to.include({
				type: "Error",
				message: "no 44********01",
			});
			expect(line.msg).to.be.oneOf(["failed", "no 44********01"]);
			expect(JSON.stringify(line)).not.to.include("447700900001");
		}
	});

	it("shows all where payloads may be shown", () => {
		expect(
			lineOf((log) => log.info("447700900001", { text: "hi" }), {
				payloads: true,
			}),
		).to.include({ msg: "447700900001", text: "hi" });
	});

	it("does not even look at what is not written", () => {
		const { log, lines } = createTestLog();
		createPluginLog(log, NAMES).debug("m", {
			get a() {
				throw new Error("looked");
			},
		});
		expect(lines()).to.deep.equal([]);
	});
});

describe("the plugin `log`", () => {
	it("writes one masked line for an event of any kind", async () => {
		const { plugin, findings } = await loadPlugin(
			fileURLToPath(new URL("../../plugins/shipped/log.ts", import.meta.url)),
		);
		expect(findings).to.deep.equal([]);
		const handler = plugin && handlerOf(plugin, "sms.inbound");
		const event = {
			id: "e1",
			kind: "sms.inbound",
			payload: { msisdn: "447700900001", text: "hello" },
		} as unknown as HookEvent;
		const line = lineOf(
			(log) =>
				void handler?.(event, {
					log,
					options: { level: "info", message: "event received" },
				} as unknown as PluginContext),
		);
		expect(line).to.deep.equal({
			severity: "info",
			...NAMES,
			kind: "sms.inbound",
			id: "e1",
			payload: { msisdn: "44********01", text: "[masked 5 characters]" },
			msg: "event received",
		});
	});
});
