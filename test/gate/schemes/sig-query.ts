import { createHmac } from "node:crypto";
import { SECONDS, SECRET } from "./requests.ts";

/** A query with `timestamp` and `sig`, signed by hand: what is tested does not sign for its own test. */
export function signedQuery(
	fields: Readonly<Record<string, string | undefined>>,
	{ secret = SECRET } = {},
): string {
	const all = Object.entries({ timestamp: String(SECONDS), ...fields }).filter(
		(pair): pair is [string, string] => pair[1] !== undefined,
	);
	const text = [...all]
		.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
		.map(([name, value]) => `&${name}=${value.replace(/[&=]/g, "_")}`)
		.join("");
	const sig = createHmac("sha256", secret).update(text).digest("hex");
	return `${new URLSearchParams(all)}&sig=${sig}`;
}
