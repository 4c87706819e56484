import {
	type DatabaseHost,
	databaseHosts,
} from "../../../config/parts/inbox/database-hosts.ts";
import { InboxOpenError } from "../../port/open-error.ts";

/** The address of the inbox, from its URL. */
export interface Address {
	/** The servers in the order of the URL, at least one. Their URLs are for the driver, without Switchhook's own parameters. */
	readonly hosts: readonly [DatabaseHost, ...DatabaseHost[]];
	/** How long one server may take to answer a new connection: `?connect_timeout=` in seconds, default 3. */
	readonly connectMs: number;
	/** The schema that holds the tables; `?schema=`, default `switchhook`. */
	readonly schema: string;
	/** The URL for messages: no password, no parameters. */
	readonly shown: string;
	/** Removes the password from a text of another program. */
	mask(text: string): string;
}

/**
 * Parses `postgres://user:password@host:port/database?schema=name`, with one or more hosts. Throws InboxOpenError if the schema's
 * name, the hosts or a time are invalid, or if the URL is invalid because of a password.
 */
export function readAddress(url: string): Address {
	const cut = url.indexOf("?");
	const head = cut === -1 ? url : url.slice(0, cut);
	const tail = cut === -1 ? "" : url.slice(cut + 1);
	// The ? belongs to a password, and the text before it must not be shown.
	if (!head.includes("@") && tail.includes("@"))
		throw new InboxOpenError(
			"`inbox.store` is not a URL; write a ? in the password as %3F.",
		);
	const parameters = new URLSearchParams(tail);
	const schema = parameters.get("schema") ?? "switchhook";
	parameters.delete("schema");
	// A password may contain an unescaped @ or /, so everything up to the last @ before the path counts as one.
	const password = /^\w+:\/\/[^:@/]*:(.*)@/s.exec(head)?.[1];
	const shown = head.replace(/^(\w+:\/\/[^:@/]*):.*@/s, "$1@");
	if (!/^[a-z_][a-z0-9_]{0,39}$/.test(schema) || schema.startsWith("pg_"))
		throw new InboxOpenError(
			`${shown}: \`?schema=\` names no schema that can hold the inbox; expected small letters, digits and _, at most 40, not beginning with a digit or pg_.`,
		);
	const query = parameters.toString();
	const hosts = databaseHosts(query === "" ? head : `${head}?${query}`);
	if (typeof hosts === "string")
		throw new InboxOpenError(
			`${shown}: the URL cannot be used: ${hosts}; correct it in \`inbox.store\`.`,
		);
	const secrets = [password, decoded(password), parameters.get("password")]
		.filter((secret) => typeof secret === "string" && secret !== "")
		.map(String);
	return {
		hosts: hosts as [DatabaseHost, ...DatabaseHost[]],
		connectMs: readSeconds(parameters.get("connect_timeout"), shown) * 1000,
		schema,
		shown,
		mask: (text) =>
			secrets.reduce(
				(masked, secret) => masked.replaceAll(secret, "***"),
				text,
			),
	};
}

// --- helpers ---

const CONNECT_SECONDS = 3;
const CONNECT_SECONDS_MAX = 60;

function readSeconds(text: string | null, shown: string): number {
	if (text === null) return CONNECT_SECONDS;
	const seconds = Number(text);
	if (
		Number.isInteger(seconds) &&
		seconds > 0 &&
		seconds <= CONNECT_SECONDS_MAX
	)
		return seconds;
	throw new InboxOpenError(
		`${shown}: \`?connect_timeout=\` is not a time; expected whole seconds from 1 to ${CONNECT_SECONDS_MAX}.`,
	);
}

function decoded(text: string | undefined): string | undefined {
	if (text === undefined) return undefined;
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}
