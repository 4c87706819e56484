import { readFileSync } from "node:fs";
import { expect } from "chai";
import { METRICS } from "../../src/observe/metrics/definitions.ts";
import { usePostgres } from "../postgres.ts";
import { withMonitored } from "./ground.ts";

const PAGE = readFileSync(
	new URL("../../docs/monitoring.md", import.meta.url),
	"utf8",
);

const engines = [
	{ engine: "SQLite", makeEnv: () => async () => ({}) },
	{
		engine: "PostgreSQL",
		makeEnv: () => {
			const server = usePostgres();
			return async () => ({ STORE: await server().createDatabase() });
		},
	},
] as const;

for (const { engine, makeEnv } of engines) {
	describe(`the metrics of a router with an inbox in ${engine}`, () => {
		const envOf = makeEnv();

		it("tell what came in, what became of it, and why", async () =>
			withMonitored(
				async ({ scrape }) => {
					const { value, labels, types } = await scrape();
					const webhooks = (route: string, outcome: string) =>
						value("switchhook_webhooks_total", { route, outcome });
					expect(webhooks("sms", "received")).to.equal(2);
					expect(webhooks("sms", "duplicate")).to.equal(1);
					expect(webhooks("sms", "quarantined")).to.equal(1);
					expect(webhooks("answer", "handled")).to.equal(1);
					expect(webhooks("answer", "fallback")).to.equal(1);
					expect(webhooks("", "unknown")).to.equal(1);
					expect(webhooks("", "unsigned")).to.equal(1);
					expect(webhooks("", "denied")).to.equal(1);
					const refused = (code: string, action: string) =>
						value("switchhook_refusals_total", { code, action });
					expect(refused("PAYLOAD_INVALID", "quarantined")).to.equal(1);
					expect(refused("HANDLER_FAILED", "fallback")).to.equal(1);
					expect(refused("SIGNATURE_MISSING", "rejected")).to.equal(1);
					expect(refused("BODY_JSON", "rejected")).to.equal(1);
					const attempts = (route: string, outcome: string) =>
						value("switchhook_attempts_total", { route, outcome });
					expect(attempts("sms", "delivered")).to.equal(1);
					expect(attempts("sms", "dead")).to.equal(1);
					expect(attempts("down", "waiting")).to.be.at.least(5);
					expect(
						value("switchhook_circuit_open", {
							route: "down",
							upstream: "http://127.0.0.1:9",
						}),
					).to.equal(1);
					for (const { route = "" } of labels("switchhook_webhooks_total"))
						expect([
							"",
							"sms",
							"down",
							"answer",
							"signed",
							"closed",
						]).to.include(route);
					expect([...types.keys()]).to.include.members(
						Object.values(METRICS).map(({ name }) => name),
					);
				},
				await envOf(),
			));

		it("tell the state of the inbox, and how long it takes to store", async () =>
			withMonitored(
				async ({ scrape }) => {
					const { value } = await scrape();
					const kept = (route: string, state: string) =>
						value("switchhook_inbox_deliveries", { route, state });
					expect(kept("sms", "dead")).to.equal(1);
					expect(kept("sms", "quarantined")).to.equal(1);
					expect(kept("", "dead")).to.equal(0);
					const inbox = (name: string, of?: Readonly<Record<string, string>>) =>
						value(`switchhook_inbox_${name}`, of);
					expect(inbox("up")).to.equal(1);
					expect(inbox("backlog_deliveries")).to.equal(6);
					expect(inbox("oldest_unfinished_seconds")).to.be.within(0, 60);
					expect(
						inbox("quarantine_deliveries", { budget: "admitted" }),
					).to.equal(1);
					expect(inbox("size_bytes")).to.be.above(1000);
					expect(inbox("size_limit_bytes")).to.equal(1_000_000_000);
					expect(inbox("commit_deliveries_sum")).to.be.at.least(10);
					expect(inbox("commit_duration_seconds_sum")).to.be.above(0);
					expect(value("switchhook_put_duration_seconds_count")).to.equal(10);
					const spool = (name: string) => value(`switchhook_spool_${name}`);
					expect(spool("events")).to.equal(3);
					expect(spool("oldest_seconds")).to.be.within(5, 65);
					expect(spool("size_bytes")).to.equal(4096);
					expect(spool("size_limit_bytes")).to.equal(8192);
					expect(spool("shipped_events_total")).to.equal(2);
					expect(spool("refused_events_total")).to.equal(0);
				},
				await envOf(),
			));
	});
}

describe("docs/monitoring.md", () => {
	const rows = (heading: string): string[][] => {
		const [, section = ""] = PAGE.split(`\n${heading}\n`);
		const [own = ""] = section.split(/^#/m);
		return [...own.matchAll(/^\| `(.+) \|$/gm)].map(([, row = ""]) =>
			`\`${row}`.split(" | "),
		);
	};

	it("lists each metric with its type, unit, labels, merge and meaning", () => {
		expect(rows("## Metrics")).to.deep.equal(
			Object.values(METRICS).map(
				({ name, type, unit, labels, merge, help }) => [
					`\`${name}\``,
					type,
					unit,
					labels.map((label) => `\`${label}\``).join(", "),
					merge,
					help,
				],
			),
		);
	});

	it("names the attributes of the spans that the code writes", () => {
		const spans = readFileSync(
			new URL("../../src/runtime/request/spans.ts", import.meta.url),
			"utf8",
		);
		const tracing = readFileSync(
			new URL("../../src/observe/tracing/tracing.ts", import.meta.url),
			"utf8",
		);
		const written = new Set(
			[
				...(spans + tracing).matchAll(/"((?:http|switchhook|error)\.[\w.]+)"/g),
			].map(([, name]) => name as string),
		);
		const told = rows("### Spans")
			.flatMap(([first = ""]) => [...first.matchAll(/`([\w.]+)`/g)])
			.map(([, name]) => name as string)
			.filter((name) => name.includes("."));
		expect(told.sort()).to.deep.equal([...written].sort());
	});

	it("explains each alert, under the heading that the rule names", () => {
		const rules = readFileSync(
			new URL("../../deploy/monitoring/alerts.yaml", import.meta.url),
			"utf8",
		);
		const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(
			([, name]) => name as string,
		);
		const runbooks = [
			...rules.matchAll(/runbook: docs\/monitoring\.md#(\S+)/g),
		].map(([, anchor]) => anchor);
		const headings = [...PAGE.matchAll(/^### (Switchhook\w+)$/gm)].map(
			([, heading]) => heading as string,
		);
		expect(runbooks).to.deep.equal(alerts.map((name) => name.toLowerCase()));
		expect([...headings].sort()).to.deep.equal([...alerts].sort());
	});
});
