import type { Reply } from "../../event/webhook.ts";
import type { Finding, Wording } from "../../finding/finding.ts";
import { toPointer } from "../../finding/pointer.ts";
import { namesOf } from "../../finding/words.ts";
import type { Built, HandlerSite } from "../handler-type.ts";
import { isJsonType, isMarkupText } from "../template/body.ts";
import { compileHeaders } from "../template/header-values.ts";
import { createScope } from "../template/scope.ts";
import type { Templates } from "../template/templates.ts";
import { compileTree } from "../template/tree.ts";
import type { StaticSettings } from "./static.ts";
import type { StaticTemplates } from "./templates.ts";

/**
 * Creates the handler that renders templates synchronously for each event. A value stays inside its text: in JSON it cannot
 * change the structure, in markup it is escaped, and in a header it stays on its line.
 */
export function createRenderedHandler(
	settings: StaticSettings,
	found: StaticTemplates,
	site: HandlerSite,
	templates: Templates,
): Built {
	const { route, key, kind } = site;
	const at = (...path: (string | number)[]) =>
		route.locate(key, "static", ...path);
	const misfit = misfitOf(settings, found, site);
	if (misfit !== undefined) {
		const { where, ...wording } = misfit;
		const finding: Finding = { ...at(...where), severity: "error", ...wording };
		return { handler: undefined, findings: [finding] };
	}
	const isJson = settings.json !== undefined;
	const body = compileTree(isJson ? settings.json : (settings.text ?? ""), {
		engine: templates.engine(),
		urls: templates.urls,
		tables: templates.tables,
		payloadFields: namesOf(kind.schema),
		what: "`json`",
		isMarkup: !isJson && isMarkup(settings, site),
		isSecret: (path) => found.outside.secret.has(toPointer(path)),
		isLiteral: (path) => found.outside.literal.has(toPointer(path)),
		locate: (path) => at(isJson ? "json" : "text", ...path),
		nameOf: (path) => `\`${[isJson ? "json" : "text", ...path].join(".")}\``,
	});
	const { path = "", signature } = route;
	templates.doubts.add(body.reads, { kind, path, signature });
	const headers = compileHeaders(found.headers, site, templates, (name) =>
		at("headers", name),
	);
	const findings = [...body.findings, ...headers.findings];
	if (findings.some(({ severity }) => severity === "error")) {
		return { handler: undefined, findings };
	}
	const fixed = fixedHeaders(settings, found, isJson);
	return {
		findings,
		handler: {
			readsHeaders: [...body.readsHeaders, ...headers.readsHeaders],
			handle(event): Reply {
				const whole = body.render?.(createScope(event, path));
				const value = whole ?? settings.json ?? settings.text ?? "";
				const text = isJson ? JSON.stringify(value) : String(value);
				return toReply(settings.status, {
					headers: { ...fixed, ...toPairs(headers.render(event)) },
					bytes: Buffer.from(text),
					isHead: event.method === "HEAD",
				});
			},
		},
	};
}

// --- helpers ---

type Misfit = Wording & { readonly where: readonly string[] };

/** Explains why these templates cannot be an answer. */
function misfitOf(
	{ status, headers }: StaticSettings,
	found: StaticTemplates,
	{ kind }: HandlerSite,
): Misfit | undefined {
	const isSuccess = status >= 200 && status <= 299;
	if (kind.reply.body === "ncco" && isSuccess && found.body !== undefined) {
		return {
			where: [found.body],
			what: `the answer to \`${kind.name}\` is an NCCO, and this is a template of something else`,
			todo: "write `ncco`, whose texts may be templates",
		};
	}
	const type = found.headers.find(({ name }) => name === "content-type");
	if (type !== undefined) {
		return {
			where: ["headers", type.written],
			what: "`content-type` is a template: a value could turn a text into a page",
			todo: "write the type itself",
		};
	}
	const written = headers["content-type"] ?? "";
	if (found.body === "text" && isJsonType(written)) {
		return {
			where: ["text"],
			what: "this template writes JSON, whose structure a value could change",
			todo: "write `json` in place of `text`: each text in it may be a template",
		};
	}
	return undefined;
}

/** Returns true if values must be escaped. */
function isMarkup(
	{ headers, text = "" }: StaticSettings,
	{ kind }: HandlerSite,
): boolean {
	return (
		kind.reply.body === "voicexml" ||
		isMarkupText(headers["content-type"] ?? "", text)
	);
}

function fixedHeaders(
	{ headers, text, json }: StaticSettings,
	found: StaticTemplates,
	isJson: boolean,
): Readonly<Record<string, string>> {
	const rendered = new Set(found.headers.map(({ name }) => name));
	const own = Object.entries(headers).filter(([name]) => !rendered.has(name));
	const isEmpty = text === undefined && json === undefined;
	return {
		...(isEmpty
			? {}
			: {
					"content-type": isJson
						? "application/json"
						: "text/plain; charset=utf-8",
					// Text from a sender must not be interpreted as a page.
					"x-content-type-options": "nosniff",
				}),
		...Object.fromEntries(own),
	};
}

function toPairs(list: readonly string[]): Record<string, string> {
	const pairs: Record<string, string> = {};
	for (let index = 0; index < list.length; index += 2) {
		pairs[list[index] as string] = list[index + 1] as string;
	}
	return pairs;
}

function toReply(
	status: number,
	{
		headers,
		bytes,
		isHead,
	}: {
		readonly headers: Readonly<Record<string, string>>;
		readonly bytes: Buffer;
		readonly isHead: boolean;
	},
): Reply {
	// These statuses have neither a body nor a length (RFC 9110 sections 8.6 and 15).
	if (status === 204 || status === 304) {
		return { status, headers, body: undefined };
	}
	return {
		status,
		headers: { ...headers, "content-length": String(bytes.length) },
		body: isHead || bytes.length === 0 ? undefined : bytes,
	};
}
