import { isRecord } from "../../event/is-record.ts";
import type { HookEvent, Payload } from "../../event/webhook.ts";
import type { Finding, Position } from "../../finding/finding.ts";
import type { KeyPath } from "../../finding/located.ts";
import { toPointer } from "../../finding/pointer.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { namesOf } from "../../finding/words.ts";
import { once } from "../../memo.ts";
import { payloadOf } from "../event-json.ts";
import type { HandlerSite } from "../handler-type.ts";
import { inComponent } from "./encode.ts";
import { isTemplate } from "./engine.ts";
import {
	findOutsideTexts,
	isWrittenTemplate,
	type OutsideTexts,
} from "./outside.ts";
import { createScope } from "./scope.ts";
import type { Templates } from "./templates.ts";
import { compileTree } from "./tree.ts";

/** A `body` that the router writes for each event. */
export interface BodySettings {
	/** A text, or a mapping or list whose texts may be templates. */
	readonly value: unknown;
	readonly contentType: string;
	/** `json` writes the value as JSON, `form` its entries as a form, `text` the text itself. */
	readonly as: "json" | "form" | "text";
	readonly outside: OutsideTexts;
}

/** The settings of a handler that decide on its body. */
export interface AuthoredBody {
	readonly body?: unknown;
	readonly as?: string;
	readonly headers?: Readonly<Record<string, string>>;
}

/** Writes the body of one event. Throws HANDLER_FAILED like `CompiledTree`. */
export type BodyWriter = (event: HookEvent) => string;

/** A body that was compiled. */
export interface CompiledBody {
	readonly write: BodyWriter;
	/** Creates the body of one event as a value: for JSON what it represents, otherwise its text. Throws as `write` does. */
	readonly toValue: (event: HookEvent) => unknown;
	readonly findings: readonly Finding[];
	/** The names of headers that it reads, in lower case. */
	readonly readsHeaders: readonly string[];
}

/**
 * Reads a `body`. Returns undefined if there is none, and, with findings, if something is wrong.
 *
 * @param site the settings around it
 */
export function readBody(
	{ body, as, headers = {} }: AuthoredBody,
	site: Site,
	report: Report,
): BodySettings | undefined {
	if (body === undefined) return undefined;
	const at = site.in("body");
	const name = Object.keys(headers).find(
		(written) => written.toLowerCase() === "content-type",
	);
	const type = name === undefined ? undefined : headers[name];
	const form = formOf(body, type);
	const problem =
		as === "original"
			? {
					at: at.keyAt(),
					what: "`as: original` repeats the webhook, and `body` replaces it",
					todo: "take one of them out",
				}
			: name !== undefined &&
					isWrittenTemplate(type ?? "", site.in("headers", name))
				? {
						at: site.at("headers", name),
						what: `the header \`${name}\` is a template, and it decides how values are written into \`body\``,
						todo: "write the type itself",
					}
				: misfitOf(body, form, at, type);
	if (problem !== undefined) {
		report.error(problem.at, problem);
		return undefined;
	}
	return {
		value: body,
		contentType: type ?? (form === "json" ? JSON_TYPE : TEXT_TYPE),
		as: form,
		outside: findOutsideTexts(body, at),
	};
}

/** Compiles a body. `locate` returns the position of a part of it. */
export function compileBody(
	{ value, contentType, as, outside }: BodySettings,
	{ route, kind }: Pick<HandlerSite, "route" | "kind">,
	templates: Templates,
	locate: (path: KeyPath) => Position,
): CompiledBody {
	const { path = "", signature } = route;
	const isForm = as === "text" && FORM.test(contentType);
	const { render, reads, readsHeaders, findings } = compileTree(value, {
		engine: templates.engine(),
		urls: templates.urls,
		tables: templates.tables,
		payloadFields: namesOf(kind.schema),
		what: "`body`",
		isMarkup: as === "text" && isMarkupText(contentType, value),
		isTyped: as === "json",
		isSecret: (at) => outside.secret.has(toPointer(at)),
		isLiteral: (at) => outside.literal.has(toPointer(at)),
		encoderOf: isForm ? () => inComponent : undefined,
		locate,
		nameOf: (at) => `\`${["body", ...at].join(".")}\``,
	});
	templates.doubts.add(reads, { kind, path, signature });
	const toRaw = (event: HookEvent): unknown => {
		if (render === undefined) return value;
		const payload = payloadOf(event) as Payload;
		return render(createScope(event, path, payload));
	};
	const toText = WRITERS[as];
	const write =
		render === undefined
			? once(() => toText(value))
			: (event: HookEvent) => toText(toRaw(event));
	const toValue = as === "json" ? toRaw : write;
	return { findings, readsHeaders, write, toValue };
}

/** Returns true for a text that is HTML or XML, by its content type or its beginning. Its values are escaped. */
export function isMarkupText(contentType: string, text: unknown): boolean {
	return (
		/html|xml/i.test(contentType) ||
		(typeof text === "string" && /^\s*<[?!a-z]/i.test(text))
	);
}

/** Returns true for the content type of JSON. */
export function isJsonType(contentType: string): boolean {
	return /[/+]json\b/i.test(contentType);
}

// --- helpers ---

const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=utf-8";
const FORM = /^\s*application\/x-www-form-urlencoded\b/i;

const WRITERS: Readonly<
	Record<BodySettings["as"], (value: unknown) => string>
> = {
	json: (value) => JSON.stringify(value),
	form(value) {
		const form = new URLSearchParams();
		for (const [name, item] of Object.entries(value as object))
			for (const one of [item].flat()) form.append(name, String(one ?? ""));
		return form.toString();
	},
	text: (value) => String(value),
};

function formOf(body: unknown, type: string | undefined): BodySettings["as"] {
	if (typeof body === "string")
		return isJsonType(type ?? "") && ONE_OUTPUT.test(body) ? "json" : "text";
	return type !== undefined && FORM.test(type) ? "form" : "json";
}

/** A text that is one output: as JSON, it has the value of the output. */
const ONE_OUTPUT = /^\{\{(?:(?!\}\}).)*\}\}$/s;

/** Explains why a body does not suit its content type. */
function misfitOf(
	body: unknown,
	form: BodySettings["as"],
	at: Site,
	type: string | undefined,
) {
	if (form === "text" && isJsonType(type ?? "") && isTemplate(String(body))) {
		return {
			at: at.at(),
			what: "this template writes JSON, whose structure a value could change",
			todo: "write `body` as a mapping: each text in it may be a template",
		};
	}
	if (form === "json" && type !== undefined && !isJsonType(type)) {
		return {
			at: at.at(),
			what: `\`body\` is ${Array.isArray(body) ? "a list" : "a mapping"}, which is sent as JSON, and the content type is another one`,
			todo: "write `body` as a text, or take `content-type` out",
		};
	}
	if (form === "form" && !isFlat(body)) {
		return {
			at: at.at(),
			what: "a form has no nested values",
			expected: "a mapping of texts, numbers and lists of them",
		};
	}
	return undefined;
}

function isFlat(body: unknown): boolean {
	return (
		isRecord(body) &&
		Object.values(body)
			.flat()
			.every((item) => typeof item !== "object" || item === null)
	);
}
