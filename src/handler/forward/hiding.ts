import { createCover } from "../../observe/private-values.ts";
import type { ForwardSettings } from "./settings.ts";

/**
 * Creates the function that removes the secrets of `forward` from a text, because an upstream may repeat the request, for
 * example in an error page. It removes each header's value and each word of it, because a token may follow a scheme.
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

/** The minimum length of a secret word. Shorter words are too common. */
const SHORTEST = 4;

/** The headers that describe the content and contain no secret. */
const PUBLIC = /^(?:accept(?:-.*)?|content-.*|host|user-agent)$/;
