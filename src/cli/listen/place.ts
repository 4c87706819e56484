import { resolve } from "node:path";
import { readCopyUrl } from "../../desk/copy.ts";
import { type AdminFile, adminFileOf, readAdminFile } from "../admin/file.ts";
import type { ConfigOptions } from "../command.ts";
import { controlSocketOf } from "../control.ts";
import { findInbox } from "../inbox/site.ts";
import { CannotRun, type Io } from "../io.ts";
import { exists } from "../load.ts";

/** The address of a router's admin listener. */
export interface RouterPlace {
	/** Without a trailing slash. */
	readonly url: string;
	readonly token: string;
	/** The certificate in PEM, which alone is trusted. Undefined trusts the authorities of Node. */
	readonly certificate?: string | undefined;
}

/** Returns where the router is now. Its own token is new after each restart. Undefined while no router runs. */
export type FindRouter = () => Promise<RouterPlace | undefined>;

/** The options that name a router. */
export interface PlaceOptions extends ConfigOptions {
	readonly from?: string;
	readonly token?: string;
}

/** The variable of the token. A command line can be seen by other users of the machine. */
export const TOKEN_VARIABLE = "SWITCHHOOK_ADMIN_TOKEN";

/**
 * Reads the options. With a URL, the token comes from the option, the environment, or the file of the router that runs here.
 * Without a URL it is the router that runs with the configuration. Throws CannotRun for what cannot be used.
 */
export async function readPlace(
	io: Io,
	options: PlaceOptions,
): Promise<FindRouter> {
	const file = await fileBeside(io, options);
	const given = options.token ?? io.env[TOKEN_VARIABLE];
	const token = given === "" ? undefined : given;
	if (options.from === undefined) {
		if (file === undefined)
			throw new CannotRun(
				`there is no file ${options.config}. Name a router with --from, or a configuration with --config.`,
			);
		if (token === undefined) return () => readAdminFile(file);
		return async () => {
			const found = await readAdminFile(file);
			return found && { ...found, token };
		};
	}
	const url = readFrom(options.from);
	if (token !== undefined) return async () => ({ url, token });
	const isHere = async (): Promise<AdminFile | undefined> => {
		const found = file === undefined ? undefined : await readAdminFile(file);
		return found?.url === url ? found : undefined;
	};
	if ((await isHere()) === undefined)
		throw new CannotRun(
			`the router at ${url} needs a token with the scope \`reveal\`. Set ${TOKEN_VARIABLE}, or use --token.`,
		);
	return isHere;
}

/** Reads the URL of an admin listener. A path of the page, as a browser shows it, is left out. */
export function readFrom(text: string): string {
	const url = readCopyUrl(/^[\w.-]+:\d+$/.test(text) ? `http://${text}` : text);
	if (typeof url === "string") throw new CannotRun(`--from: ${url}.`);
	return url.origin;
}

// --- helpers ---

/** Returns the path of the file that the router of the configuration writes. Undefined without a configuration. */
async function fileBeside(
	io: Io,
	options: ConfigOptions,
): Promise<string | undefined> {
	if (!(await exists(resolve(io.cwd, options.config)))) return undefined;
	try {
		const { settings } = await findInbox(io, options);
		return settings && adminFileOf(controlSocketOf(settings));
	} catch (error) {
		if (error instanceof CannotRun && "from" in options) return undefined;
		throw error;
	}
}
