import { isRecord } from "../../event/is-record.ts";
import { FORM } from "../../gate/form.ts";
import type { Fields } from "../../kind/set-fields.ts";
import { CannotRun } from "../io.ts";

/** A request in a file. */
export interface RequestFile {
	readonly method: string;
	readonly kind?: string;
	readonly path?: string;
	readonly query?: unknown;
	readonly contentType?: string | null;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: unknown;
	readonly rawBody?: string;
}

/**
 * Converts an event from the inbox, a line of `inbox export` or the report of `inbox show --json --payloads`, into its original
 * request. Undefined for other input. Throws CannotRun for a masked event.
 */
export function fromSavedEvent(
	value: Fields,
	name: string,
): RequestFile | undefined {
	const { kind, body } = value;
	const webhook = webhookOf(value);
	if (webhook === undefined) return undefined;
	const text =
		typeof body === "string" ? Buffer.from(body, "base64").toString() : "";
	const isFetch = webhook.method === "GET" || webhook.method === "HEAD";
	if (MASKED.test(JSON.stringify(value)) || (body === null && !isFetch)) {
		throw new CannotRun(
			`the event in ${name} is masked, or its payload was removed. Save it with \`switchhook inbox show <id> --json --payloads\`.`,
		);
	}
	const headers = Object.fromEntries(
		Object.entries(isRecord(webhook.headers) ? webhook.headers : {})
			.filter(([header]) => !OF_THE_CONNECTION.test(header))
			.map(([header, content]) => [header.toLowerCase(), String(content)]),
	);
	const { "content-type": contentType = "", ...others } = headers;
	return {
		method: String(webhook.method),
		path: String(webhook.path),
		query: typeof webhook.query === "string" ? webhook.query : "",
		headers: others,
		...(contentType === "" ? {} : { contentType }),
		...(typeof kind === "string" ? { kind } : {}),
		...readBody(text, contentType),
	};
}

// --- helpers ---

const MASKED = /\[masked \d|\*{4}/;

/** These headers belong to the original connection, or follow from the body. */
const OF_THE_CONNECTION =
	/^(?:host|connection|content-length|content-encoding|transfer-encoding|authorization|switchhook-.*)$/i;

function webhookOf(value: Fields): Fields | undefined {
	if (isRecord(value.webhook)) return value.webhook;
	if (value.switchhook === undefined || typeof value.envelope !== "string")
		return undefined;
	const envelope: unknown = JSON.parse(value.envelope);
	return isRecord(envelope) ? envelope : undefined;
}

/** A readable body may be changed by `--set`. Others stay unchanged. */
function readBody(
	text: string,
	contentType: string,
): Pick<RequestFile, "body" | "rawBody"> {
	if (text === "") return {};
	if (contentType.startsWith(FORM)) {
		return { body: Object.fromEntries(new URLSearchParams(text)) };
	}
	try {
		const body: unknown = JSON.parse(text);
		if (isRecord(body)) return { body };
	} catch {
		// It was not JSON on arrival either.
	}
	return { rawBody: text };
}
