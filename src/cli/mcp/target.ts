import { dirname, join, resolve } from "node:path";
import { NARROW_HEADERS } from "../../admin/access/narrow.ts";
import type { AdminScope } from "../../admin/operation.ts";
import {
	type AdminClient,
	createAdminClient,
	findAdmin,
} from "../admin/client.ts";
import { controlSocketOf } from "../control.ts";
import { findInbox, type PlaceOptions } from "../inbox/site.ts";
import { CannotRun, type Io } from "../io.ts";
import { readFrom, TOKEN_VARIABLE } from "../listen/place.ts";
import { LocalTarget } from "./local.ts";

/** The options that say where the tools work. */
export interface TargetOptions extends PlaceOptions {
	/** The URL of an admin listener. */
	readonly from?: string;
	readonly token?: string;
}

/** Answers the calls of tools: a running router, or the configuration and the inbox themselves. */
export interface Target {
	readonly call: AdminClient["call"];
}

/** Finds the target of each call, because a router may start or stop between two calls. */
export interface Targets {
	find(): Promise<Target>;
	close(): Promise<void>;
}

/** Creates the targets of the options. Calls have these scopes, whatever the token allows. Throws CannotRun. */
export function createTargets(
	io: Io,
	options: TargetOptions,
	scopes: readonly AdminScope[],
): Targets {
	const headers = {
		[NARROW_HEADERS.scopes]: scopes.join(" "),
		[NARROW_HEADERS.client]: "mcp",
	};
	if (options.from !== undefined) {
		const client = createAdminClient(readRemote(io, options), headers);
		return { find: async () => client, close: async () => {} };
	}
	const local = new LocalTarget(io, options, scopes);
	// With `--store` the calls are about that inbox, whatever router runs here.
	const find = options.store === undefined ? createFinder(io, options) : NONE;
	return {
		find: async () => (await find(headers)) ?? local,
		close: () => local.close(),
	};
}

// --- helpers ---

const NONE = async (): Promise<undefined> => undefined;

function readRemote(
	{ env }: Io,
	{ from = "", token = env[TOKEN_VARIABLE] }: TargetOptions,
): { readonly url: string; readonly token: string } {
	const url = readFrom(from);
	if (token === undefined || token === "")
		throw new CannotRun(
			`the router at ${url} needs a token. Set ${TOKEN_VARIABLE}, or use --token.`,
		);
	return { url, token };
}

/** Creates the function that finds the router of the configuration. It remembers the place, because a configuration may have errors for a time. */
function createFinder(
	io: Io,
	options: TargetOptions,
): (
	headers: Readonly<Record<string, string>>,
) => Promise<AdminClient | undefined> {
	const beside = join(dirname(resolve(io.cwd, options.config)), "data");
	let socket = join(beside, "switchhook.sock");
	return async (headers) => {
		const known = await findAdmin(socket, headers);
		if (known !== undefined) return known;
		const other = await findSocket(io, options);
		if (other === undefined || other === socket) return undefined;
		socket = other;
		return findAdmin(socket, headers);
	};
}

/** Returns the control socket of the configuration. Undefined if that is missing or has errors. */
async function findSocket(
	io: Io,
	options: TargetOptions,
): Promise<string | undefined> {
	try {
		const silent = { ...io, stderr: { write: () => {} } };
		const { settings } = await findInbox(silent, options);
		return settings && controlSocketOf(settings);
	} catch (error) {
		if (error instanceof CannotRun) return undefined;
		throw error;
	}
}
