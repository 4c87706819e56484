import type { HookEvent, Payload } from "../../src/event/webhook.ts";
import { formatFinding } from "../../src/finding/finding.ts";
import type { Source } from "../../src/finding/located.ts";
import { parseSource } from "../../src/finding/source.ts";
import { createNccoHandler } from "../../src/handler/ncco/ncco.ts";
import {
	type CompiledTemplate,
	compileNccoTemplate,
} from "../../src/handler/ncco/template.ts";
import { createTemplateEngine } from "../../src/handler/ncco/template-engine.ts";
import { createRouteUrls } from "../../src/handler/ncco/template-url.ts";
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

/** Compiles the text of a YAML file called `a.yaml`. */
export function compile(yaml: string): CompiledTemplate {
	const { source } = parseSource(yaml, "a.yaml");
	if (source === undefined) throw new Error("the test's YAML is broken");
	return compileSource(source);
}

function compileSource(source: Source): CompiledTemplate {
	return compileNccoTemplate(source, {
		checker: sharedChecker(),
		engine,
		urls,
		payloadFields: ["from", "to", "uuid", "conversation_uuid"],
	});
}

/** The findings of a YAML file, as `check` prints them. */
export function findingsOf(yaml: string): string[] {
	const { source, findings } = parseSource(yaml, "a.yaml");
	const found =
		source === undefined ? findings : compileSource(source).findings;
	return found.map(formatFinding);
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
export function handlerOf(yaml: string) {
	const { template, findings } = compile(yaml);
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
): unknown {
	const handler = handlerOf(yaml);
	const event = eventWith(payload, over);
	const reply = handler.handle(event, new CountingDeadline());
	if (reply === undefined || reply instanceof Promise) {
		throw new Error("an NCCO is answered at once");
	}
	return JSON.parse(String(reply.body));
}
