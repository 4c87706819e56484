import { ask, type Heard } from "../http/router.ts";
import type { Sample } from "../samples.ts";

/** Sends a sample in the method and encoding in which it was captured, with `extra` headers. */
export function sendSample(
	url: string,
	sample: Sample,
	extra: Readonly<Record<string, string>> = {},
): Promise<Heard> {
	const { method, query, contentType, rawBody } = sample;
	const headers: Record<string, string> = {};
	for (const [name, value] of Object.entries(sample.headers ?? {})) {
		if (!NOT_SENT.test(name)) headers[name.toLowerCase()] = value;
	}
	if (contentType) headers["content-type"] = contentType;
	const body =
		rawBody ??
		(typeof sample.body === "string" || sample.body === undefined
			? sample.body
			: JSON.stringify(sample.body));
	if (body !== undefined)
		headers["content-length"] = String(Buffer.byteLength(body));
	Object.assign(headers, extra);
	return ask(query ? `${url}?${query}` : url, {
		method,
		headers,
		...(body === undefined ? {} : { body }),
	});
}

// --- helpers ---

/**
 * Captures were edited, so that their lengths are not those of their bodies; and they have passed a proxy
 * of their own, for which a router that does not trust it knows no client.
 */
const NOT_SENT =
	/^(host|content-length|connection|x-forwarded-for|forwarded|via)$/i;
