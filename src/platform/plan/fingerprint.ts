import { createHash } from "node:crypto";
import type {
	RemoteAccount,
	RemoteApplication,
	RemoteNumber,
} from "../remote.ts";

/** Tells two states of an object apart, without holding any of it. */
export function fingerprint(
	remote: RemoteAccount | RemoteNumber | RemoteApplication,
): string {
	return createHash("sha256")
		.update(JSON.stringify(sorted(contentOf(remote))))
		.digest("hex")
		.slice(0, 32);
}

// --- helpers ---

function contentOf(
	remote: RemoteAccount | RemoteNumber | RemoteApplication,
): unknown {
	if (!("value" in remote)) return remote;
	// Links differ between a list and a single answer.
	const { _links, ...content } = remote.value;
	return content;
}

/** The order of keys means nothing. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return entries.map(([key, inner]) => [key, sorted(inner)]);
}
