import type { HookEvent, Payload } from "../../src/event/webhook.ts";
import { formatFinding } from "../../src/finding/finding.ts";
import type { Source } from "../../src/finding/located.ts";
import { parseSource } from "../../src/finding/source.ts";
import { createNccoHandler } from "../../src/handler/ncco/ncco.ts";
import {
	type CompiledTemplate,
	compileNccoTemplate,
} from "../../src/handler/ncco/template.ts";
import {
	createDoubts,
	type RouteFacts,
} from "../../src/handler/template/doubts.ts";
import { createTemplateEngine } from "../../src/handler/template/engine.ts";
import { createRouteUrls } from "../../src/handler/template/urls.ts";
import type { Row, Table } from "../../src/table/table.ts";
import { sharedChecker } from "./ncco-samples.ts";
import { CountingDeadline } from "./plugin-harness.ts";

/** The routes whose URLs the tests' templates may name. */
export const urls = createRouteUrls(
	() => "https://hooks.example.com/v1",
	[
		{ name: "menu", path: "/webhooks/menu" },
		{ name: "invoice", path: "/hooks/:tenant/invoices/:id" },
	],
);

/** One engine for all tests. */
export const engine = createTemplateEngine(urls);

/** Tables of one test, by name and then by key. */
export type TestTables = Readonly<
	Record<string, Readonly<Record<string, Row>>>
>;

/** Makes tables as a configuration has them. */
export function toTables(tables: TestTables): ReadonlyMap<string, Table> {
	return new Map(
		Object.entries(tables).map(([name, rows]) => [
			name,
			{
				name,
				rows: new Map(Object.entries(rows)),
				columns: new Set(Object.values(rows).flatMap(Object.keys)),
			},
		]),
	);
}

/** A route of a kind with a few fields. */
export const ROUTE: RouteFacts = {
	kind: {
		name: "voice.answer",
		methods: ["GET", "POST"],
		schema: {
			properties: {
				from: { type: "string" },
				to: { type: "string" },
				uuid: {},
				conversation_uuid: {},
			},
		},
	},
	path: "/hooks/:tenant",
	signature: [],
};

/** Compiles the text of a YAML file called `a.yaml`. */
export function compile(
	yaml: string,
	tables: TestTables = {},
): CompiledTemplate {
	const { source } = parseSource(yaml, "a.yaml");
	if (source === undefined) throw new Error("the test's YAML is broken");
	return compileSource(source, tables);
}

function compileSource(source: Source, tables: TestTables): CompiledTemplate {
	return compileNccoTemplate(source, {
		checker: sharedChecker(),
		engine: createTemplateEngine(urls, toTables(tables)),
		urls,
		tables: toTables(tables),
		payloadFields: ["from", "to", "uuid", "conversation_uuid"],
	});
}

/** The findings of a YAML file that these routes use, as `check` prints them. */
export function findingsOf(
	yaml: string,
	tables: TestTables = {},
	routes: readonly RouteFacts[] = [ROUTE],
): string[] {
	const { source, findings: broken } = parseSource(yaml, "a.yaml");
	if (source === undefined) return broken.map(formatFinding);
	const { findings, reads } = compileSource(source, tables);
	const doubts = createDoubts();
	for (const route of routes) doubts.add(reads, route);
	return [...findings, ...doubts.list()].map(formatFinding);
}

/** A verified event of a call. */
export function eventWith(
	payload: Payload,
	over: Partial<HookEvent> = {},
): HookEvent {
	return {
		id: "6a4d6af0-55a6-4667-be90-8614e4c8e83c",
		kind: "voice.answer",
		level: "app",
		route: "answer",
		payload,
		receivedAt: 0,
		attempt: 1,
		claims: { application_id: "app-1" },
		raw: new Uint8Array(),
		params: { tenant: "acme" },
		headers: {},
		method: "POST",
		query: "",
		handedOn: 0,
		...over,
	};
}

/** The handler of a YAML file; throws when the file has an error. */
export function handlerOf(yaml: string, tables: TestTables = {}) {
	const { template, findings } = compile(yaml, tables);
	if (template === undefined) {
		throw new Error(findings.map(formatFinding).join("\n"));
	}
	return createNccoHandler({
		template,
		checker: sharedChecker(),
		path: "/webhooks/answer",
	});
}

/** What a YAML file answers to a payload, parsed. */
export function answerTo(
	yaml: string,
	payload: Payload,
	over: Partial<HookEvent> = {},
	tables: TestTables = {},
): unknown {
	const handler = handlerOf(yaml, tables);
	const event = eventWith(payload, over);
	const reply = handler.handle(event, new CountingDeadline());
	if (reply === undefined || reply instanceof Promise) {
		throw new Error("an NCCO is answered at once");
	}
	return JSON.parse(String(reply.body));
}
