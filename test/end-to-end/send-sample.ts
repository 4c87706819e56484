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
		// Captures were edited, so that their lengths are not those of their bodies.
		if (!/^(host|content-length|connection)$/i.test(name))
			headers[name.toLowerCase()] = value;
	}
	if (contentType) headers["content-type"] = contentType;
	const body =
		rawBody ??
		(typeof sample.body === "string" || sample.body === undefined
			? sample.body
			: JSON.stringify(sample.body));
	if (body !== undefined)
		headers["content-length"] = String(Buffer.byteLength(body));
	// A capture has its own proxy in it: what the test says wins.
	Object.assign(headers, extra);
	return ask(query ? `${url}?${query}` : url, {
		method,
		headers,
		...(body === undefined ? {} : { body }),
	});
}
