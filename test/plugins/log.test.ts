import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Payload } from "../../src/event/webhook.ts";
import { createNccoChecker } from "../../src/handler/ncco/check.ts";
import { createPluginHandler } from "../../src/handler/plugin/plugin.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { runCli } from "../cli/cli.ts";
import {
	CountingDeadline,
	createTestLog,
	initOf,
} from "../handler/plugin-harness.ts";
import { withFolder } from "../plugin/folder.ts";
import { eventOf, loadShipped } from "./shipped.ts";

const SCHEMAS = fileURLToPath(new URL("../../schemas", import.meta.url));
const FREE = {
	name: "my.kind",
	reply: { body: "any", required: false },
} as Kind;

describe("the plugin log", () => {
	const write = async (
		options: object,
		payload: Payload,
		kind: Kind = FREE,
	) => {
		const log = createTestLog();
		const { handler, problems } = await createPluginHandler({
			...initOf({ on: { "*": () => {} } }),
			plugin: await loadShipped("log"),
			kind,
			options,
			checker: createNccoChecker(),
			log,
		});
		if (handler === undefined) throw new Error(problems[0]?.what);
		const event = { ...eventOf(payload), kind: kind.name };
		const reply = await handler.handle(event, new CountingDeadline());
		return { lines: log.lines, reply };
	};

	it("writes a line with the event's kind, id and payload", async () => {
		const { lines, reply } = await write({}, { a: "1" });
		expect(lines).to.deep.equal([
			[
				"info",
				"event received",
				{ kind: "my.kind", id: "e1", payload: { a: "1" } },
			],
		]);
		expect(reply).to.equal(undefined);
	});

	it("writes it as its options say", async () => {
		const payload = {
			status: "delivered",
			message: { content: { type: "text", text: "Hello" }, other: 1 },
			"a.b": 2,
			a: { b: 3 },
		};
		const before = structuredClone(payload);
		const fieldsOf = async (...fields: string[]) => {
			const { lines } = await write({ fields }, payload);
			return (lines[0]?.[2] as { payload?: object } | undefined)?.payload;
		};
		expect(
			await fieldsOf("status", "message.content.type", "not.there"),
		).to.deep.equal({
			status: "delivered",
			message: { content: { type: "text" } },
		});
		expect(
			await fieldsOf("message.other", "message", "message.content.type"),
		).to.deep.equal({ message: payload.message });
		expect(await fieldsOf("a.b", "toString", "__proto__")).to.deep.equal({
			"a.b": 2,
		});
		expect(await fieldsOf()).to.equal(undefined);
		expect(payload).to.deep.equal(before);
		const { lines } = await write(
			{ level: "warn", message: "an order", fields: [] },
			payload,
		);
		expect(lines).to.deep.equal([
			["warn", "an order", { kind: "my.kind", id: "e1" }],
		]);
	});

	it("refuses other options", async () => {
		for (const options of [
			{ level: "loud" },
			{ message: "" },
			{ fields: "status" },
			{ text: "x" },
		]) {
			const failure = await write(options, {}).then(
				() => undefined,
				(error: Error) => error.message,
			);
			expect(failure, JSON.stringify(options)).to.be.a("string");
		}
	});

	it("answers every kind that the platform waits for, by what its rule asks", async () => {
		const { kinds } = await loadKinds([SCHEMAS]);
		let required = 0;
		for (const kind of kinds.values()) {
			const [example = {}] = (kind.schema.examples ?? []) as Payload[];
			const { reply, lines } = await write({}, example, kind);
			expect(lines, kind.name).to.have.length(1);
			if (!kind.reply.required) continue;
			required += 1;
			expect(reply?.status, kind.name).to.equal(200);
			expect(reply?.body, kind.name).to.have.property("length").above(0);
		}
		expect(required).to.equal(5);
	});

	it("gives way to one in the folder, which `check` notes once", () =>
		withFolder(
			{
				"plugins/log.mjs":
					'export default { name: "log", on: { "sms.dlr": () => {} } };\n',
				"routes.yaml": `version: 1
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: a, path: /a, kind: sms.dlr, handler: { plugin: log } }
  - { name: b, path: /b, kind: sms.dlr, handler: { plugin: log } }
`,
			},
			async (folder) => {
				const { code, out } = await runCli(["check", "--json"], folder);
				const { findings } = JSON.parse(out) as {
					findings: { severity: string; what: string; line: number }[];
				};
				const hiding = findings.filter(({ what }) =>
					/takes the place/.test(what),
				);
				expect(hiding).to.have.length(1);
				expect(hiding[0]).to.include({ severity: "note", line: 4 });
				expect(code).to.equal(0);
			},
		));
});
