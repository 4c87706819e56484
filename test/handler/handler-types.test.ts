import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { generateRoutesReference } from "../../scripts/generate-routes-reference.ts";
import { describeExplanation } from "../../src/cli/commands/explain-text.ts";
import { listRoutes } from "../../src/cli/commands/routes.ts";
import { readRoutesSchema } from "../../src/config/read/shape.ts";
import { routesSchemaOf } from "../../src/config/routes-schema.ts";
import type { Finding } from "../../src/finding/finding.ts";
import { SCHEMES } from "../../src/gate/schemes/index.ts";
import { HANDLER_TYPES, toTable } from "../../src/handler/types.ts";
import { createApp } from "../../src/http/app.ts";
import { listen } from "../../src/http/server.ts";
import { createLog } from "../../src/observe/log.ts";
import { explain } from "../../src/runtime/explain/explain.ts";
import { load } from "../../src/runtime/load.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { createServices } from "../../src/runtime/services.ts";
import { type Echoes, echo } from "./toy-type/index.ts";

const TABLE = toTable([...HANDLER_TYPES.values(), echo]);

const HEAD =
	"version: 1\ninbox: { store: none }\ndefaults: { firewall: [loopback], signature: none }\nroutes:\n";
const route = (handler: string, rest = "kind: sms.inbound, mode: reply") =>
	`  - { name: a, path: /a, level: account, ${rest}, handler: ${handler} }\n`;

describe("the table of handler types", () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-types-"));
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	const loadText = async (routes: string, services = servicesOf()) => {
		const configFile = join(folder, "routes.yaml");
		await writeFile(configFile, HEAD + routes);
		return load({
			configFile,
			env: {},
			handlerTypes: TABLE,
			setup: {
				log: createLog({ destination: { write: () => {} } }),
				open: async () => services,
			},
		});
	};
	const findings = async (routes: string): Promise<string[]> =>
		(await loadText(routes)).findings.map(toLine);

	it("is what the published schema says", () => {
		expect(
			routesSchemaOf({ schemes: SCHEMES, handlerTypes: HANDLER_TYPES }),
		).to.deep.equal(readRoutesSchema());
	});

	describe("with one more type", () => {
		it("reads its settings, also from a text", async () => {
			for (const [handler, field] of [
				["{ echo: { field: msisdn } }", "msisdn"],
				["{ echo: {} }", "text"],
				["echo", "text"],
			] as const) {
				const { settings, findings } = await loadText(route(handler));
				expect(findings.map(toLine)).to.deep.equal([]);
				expect(settings?.routes[0]?.handler).to.deep.equal({
					type: "echo",
					field,
				});
			}
		});

		it("finds mistakes in them", async () => {
			expect(await findings(route("{ echo: { feild: a } }"))).to.deep.equal([
				"error: unknown key `feild` in `echo`",
			]);
			expect(await findings(route('{ echo: { field: "" } }'))).to.deep.equal([
				"error: nothing is echoed",
			]);
			expect(
				await findings(route("{ echo: { field: password } }")),
			).to.deep.equal(["warning: a password comes back to everybody"]);
		});

		it("takes no text for another type, and names it among those there are", async () => {
			for (const [handler, todo] of [
				["plugin", "write `{ plugin: … }`"],
				["ecko", "did you mean `echo`?"],
				["ledger", "write `{ plugin: ledger }`"],
			]) {
				const { findings } = await loadText(route(handler as string));
				expect(findings).to.have.length(1);
				expect(findings[0]).to.include({
					expected: "`none` or `echo`, or a mapping",
					todo,
				});
			}
			const { findings } = await loadText(route("{}"));
			expect(findings.map(({ expected }) => expected)).to.deep.equal([
				"exactly one of `plugin`, `ncco`, `static`, `forward`, `publish`, `exec`, `pull`, `all`, `none` and `echo`",
			]);
		});

		it("refuses it where it does not suit", async () => {
			const accept = await loadText(route("echo", "kind: sms.inbound"));
			expect(accept.findings.map(toLine)).to.deep.equal([
				"error: an accept route answers with an empty 200. Its `echo` is never sent",
			]);
			const call = await findings(route("echo", "kind: voice.answer"));
			expect(call).to.include("error: an echo is no answer to `voice.answer`");
			const fallback = `${route("echo")}    `.replace(
				" }\n    ",
				", fallback: { echo: {} } }\n",
			);
			expect(await findings(fallback)).to.deep.equal([
				"error: unknown key `echo` in `fallback`",
			]);
		});

		it("refuses a type without an answer where one is due, and names those that have one", async () => {
			const silent = {
				...echo,
				modes: ["accept"] as const,
				misfit: () => undefined,
			};
			const table = toTable([...HANDLER_TYPES.values(), silent]);
			const configFile = join(folder, "routes.yaml");
			const errorsOf = async (text: string) => {
				await writeFile(configFile, HEAD + text);
				const { findings } = await load({
					configFile,
					env: {},
					handlerTypes: table,
					setup: false,
				});
				return findings.filter(({ what }) => what.includes("needs an answer"));
			};
			const [sms] = await errorsOf(route("echo"));
			expect(sms?.what).to.equal(
				"a reply route needs an answer, and `echo` gives none",
			);
			expect(sms?.todo).to.equal(
				"write `mode: accept`, or a `plugin`, `static`, `forward`, `exec` or `none`",
			);
			// A call cannot do without one.
			const [call] = await errorsOf(route("echo", "kind: voice.answer"));
			expect(call?.todo).to.equal(
				"write a `plugin`, `ncco`, `static`, `forward` or `exec`",
			);
		});

		it("serves its routes, and hands its resource to the next configuration", async () => {
			const services = servicesOf();
			const echoes = services.resources.get("echo") as Echoes;
			const first = await loadText(route("echo"), services);
			expect(await ask(first.runtime)).to.equal("hello there 1");
			const second = await loadText(route("echo"), services);
			await first.runtime?.close();
			expect(await ask(second.runtime)).to.equal("hello there 2");
			await second.runtime?.close();
			expect(echoes).to.deep.equal({ count: 2, isClosed: false });
			await services.closeResources();
			expect(echoes.isClosed).to.equal(true);
		});

		it("shows it in `routes` and `explain`", async () => {
			const { settings, runtime } = await loadText(route("echo"));
			if (settings === undefined || runtime === undefined)
				throw new Error("the configuration has errors");
			const [row] = listRoutes(settings, runtime);
			expect(row?.handler).to.equal("echo of text");
			const explanation = explain(runtime, SAMPLE);
			const context = { settings, cwd: folder };
			expect(
				describeExplanation(SAMPLE, explanation, context).join("\n"),
			).to.include("Runs: echo of text (routes.yaml:5)");
		});

		it("has its table on the reference page", () => {
			const page = generateRoutesReference({ handlerTypes: TABLE });
			expect(page).to.include("| `echo` | [echo](#echo) |");
			expect(page).to.include("## echo\n\nSays again what it was told.");
			expect(page).to.include("| `field` | string |  | `text` |");
		});
	});
});

// --- helpers ---

function servicesOf() {
	return createServices(undefined, TABLE);
}

function toLine({ severity, what }: Finding): string {
	return `${severity}: ${what}`;
}

const SMS = {
	msisdn: "447700900001",
	to: "447700900000",
	messageId: "aaaaaaaa",
	text: "hello",
	type: "text",
	"message-timestamp": "2020-01-01 12:00:00",
};

const SAMPLE = {
	method: "POST",
	path: "/a",
	query: "",
	headers: { "content-type": "application/json" },
	raw: Buffer.from(JSON.stringify(SMS)),
	peer: "127.0.0.1",
	receivedAt: 0,
};

async function ask(runtime: Runtime | undefined): Promise<string> {
	if (runtime === undefined) throw new Error("the configuration has errors");
	const app = createApp({
		runtime: () => runtime,
		onVisit: () => {},
		onFault: (error) => {
			throw error;
		},
	});
	const listening = await listen(app, [
		{ kind: "tcp", host: "127.0.0.1", port: 0 },
	]);
	try {
		const answer = await fetch(`${listening.addresses[0]}/a`, {
			method: "POST",
			headers: { "content-type": "application/json", "x-echo": "there" },
			body: JSON.stringify(SMS),
		});
		return await answer.text();
	} finally {
		listening.closeNow();
		await listening.close();
	}
}
