import { createCover } from "../../observe/private-values.ts";
import type { ForwardSettings } from "./settings.ts";

/**
 * Makes the function that takes the secrets of `forward` out of a text: an upstream may repeat what it was sent, and services do
 * in the pages of their errors. Each header's value counts, and each word of it, as a scheme may stand before a token.
 */
export function createHiding({
	headers,
	path,
}: Pick<ForwardSettings, "headers" | "path">): (text: string) => string {
	const values = Object.entries(headers)
		.filter(([name]) => !PUBLIC.test(name))
		.flatMap(([, value]) => [value, ...value.split(/[\s=,;"]+/)])
		.filter(({ length }) => length >= SHORTEST);
	const [, query = ""] = path.split("?", 2);
	const parameters = query
		.split("&")
		.map((pair) => pair.slice(pair.indexOf("=") + 1))
		.filter(({ length }) => length >= SHORTEST);
	return createCover([...values, ...parameters], () => "[secret]");
}

// --- helpers ---

/** Shorter words may be any. */
const SHORTEST = 4;

/** Headers that say what is sent, and hold no secret. */
const PUBLIC = /^(?:accept(?:-.*)?|content-.*|host|user-agent)$/;
