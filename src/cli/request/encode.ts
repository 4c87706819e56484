import { fittingEncoding } from "../../event/fitting-encoding.ts";
import type { Encoding, Payload } from "../../event/webhook.ts";
import { FORM, toForm } from "../../gate/form.ts";
import type { Sample } from "../../runtime/explain/explain.ts";
import { INTERNAL_HEADER } from "../../runtime/request/internal.ts";

/** A request without its address and time. */
export type Request = Omit<Sample, "peer" | "receivedAt">;

/** The destination of a payload. */
export interface Place {
	readonly path: string;
	/** The methods that the route takes. */
	readonly methods: readonly string[];
	/** The name of an internal route, which has no path of its own. */
	readonly internal?: string;
}

/** The possible encodings of a payload. */
export const ENCODINGS = ["query", "form", "json"] as const;

/** Chooses the first encoding that the destination has a method for: a query needs GET, a body any other method. */
export function pickEncoding(
	encodings: readonly Encoding[],
	{ methods, internal }: Place,
): Encoding {
	if (internal !== undefined) return "json";
	return fittingEncoding(encodings, methods) ?? encodings[0] ?? "json";
}

/** Writes a payload as a request: nested values are JSON text in a query and a form, null is no field there. */
export function encodePayload(
	payload: Payload,
	encoding: Encoding,
	place: Place,
): Request {
	const bare = { path: place.path, query: "", headers: {}, raw: NO_BODY };
	const method = place.methods.find((name) => name !== "GET") ?? "POST";
	if (encoding === "query") {
		const isGet = place.methods.includes("GET");
		const query = toForm(payload);
		return { ...bare, method: isGet ? "GET" : method, query };
	}
	const isForm = encoding === "form";
	const text = isForm ? toForm(payload) : JSON.stringify(payload);
	const type = isForm ? FORM : "application/json";
	const headers = {
		"content-type": type,
		...(place.internal !== undefined && { [INTERNAL_HEADER]: place.internal }),
	};
	return { ...bare, method, headers, raw: Buffer.from(text) };
}

// --- helpers ---

const NO_BODY = Buffer.alloc(0);
