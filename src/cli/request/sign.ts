import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { unique } from "../../config/parts/authored/authored.ts";
import type { RouteSettings } from "../../config/settings.ts";
import { listWords } from "../../finding/suggest.ts";
import type { ConfiguredScheme } from "../../gate/schemes/scheme.ts";
import type { Table } from "../../route/table.ts";
import { INTERNAL_HEADER } from "../../runtime/request/internal.ts";
import type { ServedRoute } from "../../runtime/served-route.ts";
import { collectPairs, type Pairs } from "../command.ts";
import { CannotRun } from "../io.ts";
import type { Request } from "./encode.ts";

/** The options by which `send` and `explain` sign. */
export interface SigningChoice {
	readonly claim: Pairs;
	readonly unsigned?: true;
}

/** Adds the options of `SigningChoice`. */
export function withSigning(command: Command): Command {
	return command
		.option(
			"--claim <name=value>",
			"set a claim of the token, such as application_id; api_key also picks the secret",
			collectPairs("="),
			[],
		)
		.option("--unsigned", "leave the signature out");
}

/** The destination of a request, for signing. */
export interface SigningGround {
	readonly routes: readonly RouteSettings[];
	readonly table: Table<ServedRoute>;
	/** The schemes with missing secrets, which sign nothing. Default: none. */
	readonly unset?: Unset | undefined;
}

/** Schemes with missing secrets, and the names of the missing values. */
type Unset = ReadonlyMap<ConfiguredScheme, readonly string[]>;

/** Names the missing variables for a path's signature. Undefined if none is missing, or nothing is signed there. */
export function missingFor(
	path: string,
	ground: SigningGround,
	unset: Unset,
): string | undefined {
	const names = schemesFor(path, ground).flatMap(
		(scheme) => unset.get(scheme) ?? [],
	);
	return names.length === 0 ? undefined : listWords(unique(names), "and");
}

/**
 * Signs a request like the platform, with the first scheme of its path. A request with its own Authorization stays unchanged,
 * and so does one to an unknown path.
 */
export function sign(
	request: Request,
	ground: SigningGround,
	{ claim, unsigned }: SigningChoice,
): Request {
	if (unsigned || request.headers.authorization !== undefined) return request;
	// Nobody signs what comes from the router itself.
	if (request.headers[INTERNAL_HEADER] !== undefined) return request;
	const [configured] = schemesFor(request.path, ground);
	if (configured === undefined) return request;
	const missing = ground.unset?.get(configured);
	if (missing !== undefined) {
		throw new CannotRun(
			`cannot sign the request with ${configured.scheme.name}: ${listWords(missing, "and")} is not set. Set it, add it to \`.env\`, or send with --unsigned.`,
		);
	}
	try {
		return configured.sign(request, {
			now: Date.now(),
			nonce: randomUUID(),
			claims: Object.fromEntries(claim),
		});
	} catch (error) {
		throw new CannotRun(
			`cannot sign the request with ${configured.scheme.name}: ${(error as Error).message}`,
		);
	}
}

// --- helpers ---

function schemesFor(
	path: string,
	{ routes, table }: SigningGround,
): readonly ConfiguredScheme[] {
	let pattern: string;
	try {
		pattern = table.find(path).stack.path;
	} catch {
		return [];
	}
	return routes.find((route) => route.path === pattern)?.signature ?? [];
}
