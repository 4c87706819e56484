import { HookError } from "../../errors.ts";
import type { HookEvent, Reply } from "../../event/webhook.ts";
import type { Position } from "../../finding/finding.ts";
import type { Handler } from "../handler.ts";
import type { Built } from "../handler-type.ts";
import { CONDITIONAL_HEADERS, isConditional, select } from "./conditions.ts";
import {
	type Content,
	contentTypeOf,
	hashTag,
	readContent,
} from "./content.ts";
import type { StaticTemplates } from "./templates.ts";

/** A fixed answer: exactly one of `text`, `json` and `file`, or none for an empty body. */
export interface StaticSettings {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly text?: string | undefined;
	readonly json?: unknown;
	/** The absolute path. */
	readonly file?: string | undefined;
	/** The templates in it. Absent for none. */
	readonly templates?: StaticTemplates;
}

/** A handler, or the findings that explain why there is none. */
export interface CreatedStatic extends Built {
	/** The answer to a request without conditions. Undefined for a streamed file. */
	readonly full?: Reply | undefined;
}

/**
 * Creates the handler that always gives the same answer: text, JSON, a file, or nothing. Answers conditions and ranges as in
 * RFC 9110 sections 13 and 14. Reads a small file (at most 256 KiB) once. Streams a larger one, and checks it again for each
 * event, because it may have been replaced. Headers of the settings override the generated ones. `at` is the position of
 * `file`.
 */
export async function createStaticHandler(
	settings: StaticSettings,
	at: Position,
): Promise<CreatedStatic> {
	if (settings.file === undefined) {
		const body = toBody(settings);
		return { handler: toHandler(body), findings: [], full: body.full };
	}
	const { file } = settings;
	try {
		const content = await readContent(file);
		const body = toFileBody(settings, content);
		if (content.bytes === undefined) {
			const handler = toStreamingHandler(settings, content, body);
			return { handler, findings: [] };
		}
		return { handler: toHandler(body), findings: [], full: body.full };
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		const what =
			code === "EISDIR"
				? `${file} is a folder or a device`
				: `the file ${file} cannot be read (${code})`;
		return {
			handler: undefined,
			findings: [{ ...at, severity: "error", what, expected: "a file" }],
		};
	}
}

// --- helpers ---

/** The possible answers with one body. */
interface Body {
	readonly full: Reply;
	/** The full answer's headers with its length, which a HEAD also gets (RFC 9110 section 9.3.2). */
	readonly head: Reply;
	/** Set if ranges are supported. */
	readonly size: number | undefined;
	part(start: number, end: number): Reply["body"];
}

function toHandler(body: Body): Handler {
	return {
		readsHeaders: CONDITIONAL_HEADERS,
		handle: (event) => answer(event, body),
	};
}

function toStreamingHandler(
	settings: StaticSettings,
	first: Content,
	firstBody: Body,
): Handler {
	let known = first;
	let body = firstBody;
	return {
		readsHeaders: CONDITIONAL_HEADERS,
		async handle(event) {
			let content: Content;
			try {
				content = await readContent(known.file);
			} catch (error) {
				const { code } = error as NodeJS.ErrnoException;
				throw new HookError(
					"HANDLER_FAILED",
					`the file ${known.file} cannot be read any more (${code})`,
					{ cause: error },
				);
			}
			if (content.etag !== known.etag) {
				known = content;
				body = toFileBody(settings, content);
			}
			return answer(event, body);
		},
	};
}

function answer({ method, headers }: HookEvent, body: Body): Reply {
	const { full, head, size } = body;
	const whole = method === "HEAD" ? head : full;
	// Conditions apply only to successful answers (RFC 9110 section 13.2.1), and ranges only to a 200.
	if (full.status !== 200 || !isConditional(headers)) return whole;
	const selection = select(method, headers, { headers: full.headers, size });
	switch (selection.type) {
		case "full":
			return whole;
		case "unmodified":
			return bare(304, pick(full.headers, KEPT_BY_304));
		case "failed":
			return bare(412, { "content-length": "0" });
		case "outside":
			return bare(416, {
				"accept-ranges": "bytes",
				"content-length": "0",
				"content-range": `bytes */${size}`,
			});
		case "part": {
			const { start, end } = selection;
			return {
				status: 206,
				headers: {
					...full.headers,
					"content-length": String(end - start + 1),
					"content-range": `bytes ${start}-${end}/${size}`,
				},
				body: body.part(start, end),
			};
		}
	}
}

/** The headers that a 304 repeats (RFC 9110 section 15.4.5). */
const KEPT_BY_304 = [
	"cache-control",
	"content-location",
	"date",
	"etag",
	"expires",
	"last-modified",
	"vary",
];

function toBody({ status, headers, text, json }: StaticSettings): Body {
	const bytes =
		json === undefined
			? Buffer.from(text ?? "")
			: Buffer.from(JSON.stringify(json));
	const isEmpty = json === undefined && text === undefined;
	const type =
		json === undefined ? "text/plain; charset=utf-8" : "application/json";
	const own = isEmpty ? {} : { "content-type": type, etag: hashTag(bytes) };
	const body = bytes.length === 0 ? undefined : bytes;
	return {
		...replies(status, { ...own, ...lower(headers) }, body, bytes.length),
		size: undefined,
		part: () => undefined,
	};
}

function toFileBody(settings: StaticSettings, content: Content): Body {
	const { file, size, bytes, etag, lastModified } = content;
	const headers = {
		"content-type": contentTypeOf(file),
		etag,
		"last-modified": lastModified,
		"accept-ranges": "bytes",
		...lower(settings.headers),
	};
	const part: Body["part"] = (start, end) =>
		bytes === undefined ? { file, start, end } : bytes.subarray(start, end + 1);
	const body = size === 0 ? undefined : part(0, size - 1);
	return {
		...replies(settings.status, headers, body, size),
		size,
		part,
	};
}

function replies(
	status: number,
	headers: Readonly<Record<string, string>>,
	body: Reply["body"],
	length: number,
): Pick<Body, "full" | "head"> {
	// These statuses have neither a body nor a length (RFC 9110 sections 8.6 and 15).
	if (status === 204 || status === 304) {
		const nothing = bare(status, headers);
		return { full: nothing, head: nothing };
	}
	const framed = { ...headers, "content-length": String(length) };
	return {
		full: Object.freeze({ status, headers: Object.freeze(framed), body }),
		head: bare(status, framed),
	};
}

function bare(
	status: number,
	headers: Readonly<Record<string, string>>,
): Reply {
	return Object.freeze({
		status,
		headers: Object.freeze({ ...headers }),
		body: undefined,
	});
}

/** Converts names to lower case, and drops a configured length, which could only be wrong and break the connection. */
function lower(
	headers: Readonly<Record<string, string>>,
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers)
			.map(([name, value]) => [name.toLowerCase(), value] as const)
			.filter(([name]) => !FRAMING.has(name)),
	);
}

const FRAMING = new Set(["content-length", "transfer-encoding", "connection"]);

function pick(
	headers: Readonly<Record<string, string>>,
	names: readonly string[],
): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).filter(([name]) => names.includes(name)),
	);
}
