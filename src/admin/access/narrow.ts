import { AdminProblem } from "../problem.ts";
import type { Access } from "./tokens.ts";

/** The headers with which a client gives up rights of its token, and names itself. */
export const NARROW_HEADERS = {
	/** Scopes, separated by spaces. The client keeps those that its token has too. */
	scopes: "switchhook-scopes",
	/** A short name, which the log and the history show beside the name of the token. */
	client: "switchhook-client",
} as const;

/**
 * Takes away the scopes that a client does not want, so that a program with a powerful token cannot see personal data by mistake.
 * Throws `bad-request` for a malformed name.
 */
export function narrow(
	access: Access,
	headers: Readonly<Record<string, string | string[] | undefined>>,
): Access {
	const wanted = headers[NARROW_HEADERS.scopes];
	const client = headers[NARROW_HEADERS.client];
	if (wanted === undefined && client === undefined) return access;
	if (client !== undefined && !/^[\w.-]{1,40}$/.test(String(client)))
		throw new AdminProblem(
			"bad-request",
			"The header Switchhook-Client is malformed. Expected a name of letters, digits, dots and dashes.",
		);
	const kept = wanted === undefined ? undefined : String(wanted).split(/[ ,]+/);
	return {
		...access,
		...(client !== undefined && { actor: `${access.actor} (${client})` }),
		...(kept !== undefined && {
			scopes: new Set([...access.scopes].filter((one) => kept.includes(one))),
		}),
	};
}
