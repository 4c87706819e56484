import { isRecord } from "../event/is-record.ts";
import type { Payload } from "../event/webhook.ts";
import { quoteShellWord, toShellWord } from "../finding/shell-word.ts";
import { FORM, toForm } from "../gate/form.ts";
import type { DeliveryDetail } from "../inbox/port/delivery.ts";
import { readEnvelope } from "../inbox/port/envelope.ts";
import { showHiddenInLines } from "../observe/plain-text.ts";
import type { ServedRoute } from "../runtime/served-route.ts";
import { toTest } from "./test-case.ts";

/** A command of a shell that sends the webhook of a delivery again. */
export interface CurlCommand {
	readonly command: string;
	/** Hints for the person who runs it, in sentences. */
	readonly notes: readonly string[];
}

/** The router that the command sends to. */
export interface CurlGround {
	readonly routes: readonly ServedRoute[];
	/** Without a trailing slash. */
	readonly publicUrl: string;
	/** The scheme of a route that wants a signature. */
	readonly schemeOf: (route: string) => string | undefined;
}

/**
 * Writes the webhook of a delivery as a command of curl. Returns a sentence if that cannot be done. Unless it is revealed, stand-ins
 * replace what is personal, as in a saved test.
 */
export function toCurl(
	detail: DeliveryDetail,
	ground: CurlGround,
	isRevealed: boolean,
): CurlCommand | string {
	const request = isRevealed
		? originalOf(detail)
		: standInOf(detail, ground.routes);
	if (typeof request === "string") return request;
	const scheme = ground.schemeOf(detail.route);
	return {
		command: writeCommand(request, ground.publicUrl),
		notes: [
			...request.notes,
			...(scheme === undefined
				? []
				: [
						`The route expects a signature (${scheme}), which this request does not have. \`switchhook send\` can sign.`,
					]),
		],
	};
}

// --- helpers ---

interface CurlRequest {
	readonly method: string;
	/** With the query. */
	readonly target: string;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: Uint8Array;
	readonly notes: readonly string[];
}

function originalOf({ envelope, body }: DeliveryDetail): CurlRequest | string {
	if (body === undefined) return "its body was removed";
	let read: ReturnType<typeof readEnvelope>;
	try {
		read = readEnvelope(envelope);
	} catch (error) {
		return (error as Error).message;
	}
	const { method, path, query, headers, handedOn } = read;
	if (handedOn > 0) return "a plugin handed it on, so no request brought it";
	return {
		method,
		target: targetOf(path, query),
		headers,
		body,
		notes: [],
	};
}

function standInOf(
	detail: DeliveryDetail,
	routes: readonly ServedRoute[],
): CurlRequest | string {
	const saved = toTest(detail, routes);
	if (typeof saved === "string") return saved;
	const { test, kept } = saved;
	const path = routes.find(({ name }) => name === detail.route)?.path;
	if (path === undefined)
		return "its route is internal, so no request reaches it";
	const payload = fieldsOf(test.payload);
	const isQuery = test.as === "query";
	const query = [
		isQuery ? toForm(payload) : "",
		toForm(fieldsOf(test.query)),
	].filter((part) => part !== "");
	const text = isQuery
		? ""
		: test.as === "form"
			? toForm(payload)
			: JSON.stringify(payload);
	const type = test.as === "form" ? FORM : "application/json";
	return {
		method: String(test.method ?? "POST"),
		target: targetOf(fill(path, fieldsOf(test.params)), query.join("&")),
		headers: {
			...(!isQuery && { "content-type": type }),
			...fieldsOf(test.headers),
		},
		body: Buffer.from(text),
		notes: [
			"Stand-ins replace personal data.",
			...(kept.length === 0
				? []
				: [
						`Not replaced, because the choice of the route depends on it: ${kept.map((name) => `\`${name}\``).join(", ")}.`,
					]),
		],
	};
}

function targetOf(path: string, query: string): string {
	return query === "" ? path : `${path}?${query}`;
}

function fieldsOf(value: unknown): Payload {
	return isRecord(value) ? value : {};
}

/** Puts values into the `:name` segments of a path. */
function fill(path: string, params: Payload): string {
	return path
		.split("/")
		.map((part) =>
			part.startsWith(":")
				? encodeURIComponent(String(params[part.slice(1)] ?? ""))
				: part,
		)
		.join("/");
}

/** The headers that curl writes itself, or that belong to the trace of the first request. */
const LEFT_OUT: ReadonlySet<string> = new Set([
	"accept",
	"traceparent",
	"tracestate",
	"user-agent",
]);

function writeCommand(
	{ method, target, headers, body }: CurlRequest,
	publicUrl: string,
): string {
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const text = bytes.toString();
	const hasBody = bytes.length > 0;
	const isText = Buffer.from(text).equals(bytes) && isPlain(text);
	const parts = [
		`curl -g -X ${toShellWord(method)} ${quoteShellWord(showHiddenInLines(`${publicUrl}${target}`))}`,
		...Object.entries(headers)
			.filter(([name]) => !LEFT_OUT.has(name))
			.map(
				([name, value]) =>
					`-H ${quoteShellWord(showHiddenInLines(`${name}: ${String(value)}`))}`,
			),
		...(!hasBody
			? []
			: isText
				? [`--data-raw ${quoteShellWord(text)}`]
				: ["--data-binary @-"]),
	];
	const command = parts.join(" \\\n  ");
	// Bytes that a terminal would interpret never appear in what somebody pastes there.
	return hasBody && !isText
		? `printf %s ${bytes.toString("base64")} | base64 -d | ${command}`
		: command;
}

/** True for a text that a terminal shows as it is. */
function isPlain(text: string): boolean {
	return showHiddenInLines(text) === text;
}
