import { quoteShellWord } from "../../finding/shell-word.ts";
import type { Reason } from "../plan/plan.ts";
import type { PlannedRoute } from "../plan/routes.ts";

/** The parameter of a request or an NCCO that takes the URL of a route. */
export interface Advice {
	/** The call or the action that takes the URL. */
	readonly title: string;
	/** The routes whose URLs it has. */
	readonly because: readonly Reason[];
	/** Warnings and hints, a sentence each. */
	readonly notes: readonly string[];
	/** The action, for an NCCO. */
	readonly ncco?: unknown;
	/** A command line; undefined where no call is known. */
	readonly curl?: string;
	/** Statements for the official Node SDK, with `vonage` for its client; undefined where that has no such call. */
	readonly code?: string;
}

/** Makes the advice for a route of a kind. */
export type Advise = (
	route: PlannedRoute,
	among: readonly PlannedRoute[],
) => Advice;

/** The placeholders of numbers in examples: one that rings, and one of the account. */
export const TO = "447700900000";
export const FROM = "447700900001";

/** Writes a `curl` with JSON, authorised by a token of an application or by key and secret. */
export function curlJson(
	method: string,
	url: string,
	body: unknown,
	auth: "jwt" | "basic" = "jwt",
): string {
	const proof =
		auth === "jwt"
			? '-H "Authorization: Bearer $VONAGE_JWT"'
			: '-u "$VONAGE_API_KEY:$VONAGE_API_SECRET"';
	return [
		`curl -X ${method} ${url} \\`,
		`  ${proof} \\`,
		'  -H "Content-Type: application/json" \\',
		`  -d ${quoteShellWord(JSON.stringify(body))}`,
	].join("\n");
}

/** Writes a `curl` with a form, authorised by key and secret. */
export function curlForm(
	url: string,
	form: Readonly<Record<string, string>>,
): string {
	return [
		`curl ${url} \\`,
		'  -u "$VONAGE_API_KEY:$VONAGE_API_SECRET" \\',
		...Object.entries(form).map(
			([name, value], index, all) =>
				`  --data-urlencode ${quoteShellWord(`${name}=${value}`)}${index < all.length - 1 ? " \\" : ""}`,
		),
	].join("\n");
}

/** Writes plain data as JavaScript. */
export function toCode(value: unknown): string {
	return JSON.stringify(value, null, 2).replace(
		/^(\s*)"([A-Za-z_]\w*)":/gm,
		"$1$2:",
	);
}

/** POST where the route takes it: a GET's URL holds all of the payload, and is kept in logs. */
export function methodOf({ methods }: PlannedRoute): string {
	return methods.includes("POST") ? "POST" : (methods[0] ?? "POST");
}

// --- helpers ---
