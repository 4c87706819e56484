import { TRACE_HEADERS } from "../../event/trace-context.ts";
import type { HookEvent } from "../../event/webhook.ts";
import { queryBeside } from "../../gate/body.ts";
import { memoLast } from "../../memo.ts";
import { encodeHeaderValue } from "../event-headers.ts";
import { payloadOf, toEventJson } from "../event-json.ts";
import type { BodyWriter } from "../template/body.ts";
import { createHeaderCopier, createNamedCopier } from "./headers.ts";
import type { ForwardSettings } from "./settings.ts";

/** A request without its headers. `Form` adds them to a list of alternating names and values. */
export interface FormedRequest {
	readonly method: string;
	/** The path with the query. */
	readonly path: string;
	readonly body: Uint8Array | string;
}

/** Writes an event in one of the forms. `path` is the URL's own path with its query. */
export type Form = (
	event: HookEvent,
	headers: string[],
	path: string,
) => FormedRequest;

export interface FormInit {
	readonly settings: Pick<ForwardSettings, "as" | "headers" | "body">;
	/** The route's path in its written form. */
	readonly path: string;
	/** The `type` of CloudEvents. */
	readonly type: string;
	readonly publicUrl: () => string;
	/** The headers, in lower case, that are copied in every form. */
	readonly copied: readonly string[];
	/** Writes the body of the settings. Undefined if they have none. */
	readonly body?: BodyWriter | undefined;
}

/** Creates the writer of events in the form of the settings. It does not add a header that the settings define. */
export function createForm(init: FormInit): Form {
	return FORMS[init.settings.as](init);
}

// --- helpers ---

const FORMS: Readonly<Record<ForwardSettings["as"], (init: FormInit) => Form>> =
	{
		original: createOriginal,
		json: createJson,
		cloudevent: createCloudEvent,
	};

function createOriginal({ settings }: FormInit): Form {
	const written = [...Object.keys(settings.headers), ...TRACE_HEADERS];
	const copy = createHeaderCopier(written);
	const type = unlessWritten(settings, JSON_TYPE);
	return (event, headers, own) => {
		const { method, query, raw, handedOn } = event;
		const path = joinQuery(own, query);
		// An event from a plugin may have only a payload.
		if (handedOn > 0 && raw.length === 0) {
			headers.push(...type);
			return { method, path, body: JSON.stringify(event.payload) };
		}
		copy(event.headers, headers);
		return { method, path, body: raw };
	};
}

function createJson({
	settings,
	copied,
	body: write = (event) => JSON.stringify(toEventJson(event)),
}: FormInit): Form {
	const copy = createNamedCopier(copied, writtenIn(settings));
	const fixed = unlessWritten(settings, madeHeaders(settings));
	return (event, headers, path) => {
		headers.push(...fixed);
		copy(event.headers, headers);
		return { method: "POST", path, body: write(event) };
	};
}

/** Writes the binary mode (CloudEvents 1.0, HTTP protocol binding, section 3.1). */
function createCloudEvent({
	settings,
	path,
	type,
	publicUrl,
	copied,
	body: write = (event) => JSON.stringify(payloadOf(event)),
}: FormInit): Form {
	const copy = createNamedCopier(copied, [
		...writtenIn(settings),
		...CE_HEADERS,
	]);
	const fixed = unlessWritten(settings, {
		...madeHeaders(settings),
		"ce-specversion": "1.0",
		"ce-type": encodeHeaderValue(type),
	});
	const isMade = (name: string) => !Object.hasOwn(settings.headers, name);
	const hasId = isMade("ce-id");
	const hasTime = isMade("ce-time");
	const hasSource = isMade("ce-source");
	const hasQuery = isMade("ce-query");
	const source = memoLast((url) => encodeHeaderValue(url + path));
	return (event, headers, own) => {
		headers.push(...fixed);
		copy(event.headers, headers);
		if (hasId) headers.push("ce-id", event.id);
		if (hasTime) {
			headers.push("ce-time", new Date(event.receivedAt).toISOString());
		}
		if (hasSource) headers.push("ce-source", source(publicUrl()));
		const query = hasQuery ? queryBeside(event) : "";
		if (query !== "") headers.push("ce-query", encodeHeaderValue(query));
		return { method: "POST", path: own, body: write(event) };
	};
}

const JSON_TYPE = { "content-type": "application/json" };
const JSON_HEADERS = { ...JSON_TYPE, "user-agent": "switchhook" };

/** Returns the headers of a body that the router writes. */
function madeHeaders({
	body,
}: FormInit["settings"]): Readonly<Record<string, string>> {
	return body === undefined
		? JSON_HEADERS
		: { ...JSON_HEADERS, "content-type": body.contentType };
}

const CE_HEADERS = [
	"ce-id",
	"ce-source",
	"ce-specversion",
	"ce-time",
	"ce-type",
];

/** The headers that a copied one must not contradict: the user's headers, the trace, and the headers of a JSON body. */
function writtenIn({ headers }: FormInit["settings"]): readonly string[] {
	return [
		...Object.keys(headers),
		...Object.keys(JSON_HEADERS),
		...TRACE_HEADERS,
		"content-encoding",
		"content-language",
	];
}

function unlessWritten(
	{ headers }: FormInit["settings"],
	made: Readonly<Record<string, string>>,
): readonly string[] {
	return Object.entries(made)
		.filter(([name]) => !Object.hasOwn(headers, name))
		.flat();
}

function joinQuery(path: string, query: string): string {
	if (query === "") return path;
	return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}
