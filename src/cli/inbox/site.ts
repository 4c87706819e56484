import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { checkConfig } from "../../config/check.ts";
import { readConfig } from "../../config/read/read.ts";
import type { InboxStoreSettings, Settings } from "../../config/settings.ts";
import { HookError } from "../../errors.ts";
import { hasErrors } from "../../finding/finding.ts";
import { HANDLER_TYPES } from "../../handler/types.ts";
import { type InboxAddress, openStore } from "../../inbox/open.ts";
import { isInboxOpenError } from "../../inbox/port/open-error.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import type { KindCatalog } from "../../kind/kind.ts";
import { loadKinds } from "../../kind/load.ts";
import { type ConfigOptions, withConfig } from "../command.ts";
import { plural } from "../findings/show.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import {
	envFilesOf,
	exists,
	loadCatalog,
	requireFile,
	writeFindings,
} from "../load.ts";
import { packageFile } from "../package.ts";
import { countOf } from "./count.ts";

/** The options that select the inbox of a command. */
export interface PlaceOptions extends ConfigOptions {
	readonly store?: string;
}

/** Adds `--config` and `--store`. */
export function withPlace(command: Command): Command {
	return withConfig(command).option(
		"--store <url>",
		"the inbox, instead of the configuration's: sqlite:path or postgres://…",
	);
}

/**
 * Opens the inbox for `use`, and closes it. With `--store` no configuration is needed. Throws CannotRun if there is no inbox or
 * it fails. `use` also gets the kinds, and the settings if they have no errors.
 *
 * @param mayMake true to create a missing inbox
 */
export async function withInbox<T>(
	io: Io,
	options: PlaceOptions,
	use: (store: InboxStore, known: Known) => Promise<T>,
	mayMake = false,
): Promise<T> {
	return useInbox(io, options, await findInbox(io, options), use, mayMake);
}

/** Opens an inbox that was found. Throws CannotRun for one that only a router itself can open, and where it fails. */
export async function useInbox<T>(
	io: Io,
	options: ConfigOptions,
	found: Found,
	use: (store: InboxStore, known: Known) => Promise<T>,
	mayMake = false,
): Promise<T> {
	let store: InboxStore | undefined;
	try {
		store = await openFound(io, options, found, mayMake);
		return await use(store, found);
	} catch (error) {
		if (isOfStore(error)) throw new CannotRun(error.message);
		throw error;
	} finally {
		await store?.close();
	}
}

/** An inbox that stays open. */
export interface OpenInbox {
	readonly store: InboxStore;
	close(): Promise<void>;
}

/** Opens the inbox that the options name, for longer than one use. Throws CannotRun like `useInbox`. */
export async function openInboxOf(
	io: Io,
	options: PlaceOptions,
): Promise<OpenInbox> {
	try {
		const found = await findInbox(io, options);
		const store = await openFound(io, options, found, false);
		return { store, close: () => store.close() };
	} catch (error) {
		if (isOfStore(error)) throw new CannotRun(error.message);
		throw error;
	}
}

/** The configuration beside an inbox. */
export interface Known {
	/** Undefined without a configuration, or where it has errors. */
	readonly settings: Settings | undefined;
	/** The built-in kinds, and those of the configuration's folder. */
	readonly kinds: KindCatalog;
}

/** The place of an inbox, and the configuration beside it. */
export interface Found extends Known {
	readonly place: InboxStoreSettings;
}

/** Finds the inbox that the options name, without opening it. Throws CannotRun. */
export async function findInbox(io: Io, options: PlaceOptions): Promise<Found> {
	const { config, store } = options;
	if (store !== undefined) {
		const place = readStoreUrl(store, io.cwd);
		const file = resolve(io.cwd, config);
		const known = (await exists(file))
			? await readSettings(io, options)
			: { settings: undefined, kinds: await loadCatalog(io, config) };
		return { place, settings: known.settings, kinds: known.kinds };
	}
	await requireFile(io, config);
	const { settings, kinds, findings, isStoreUnset } = await readSettings(
		io,
		options,
	);
	if (settings === undefined) {
		const errors = findings.filter(({ severity }) => severity === "error");
		await writeFindings(io, "stderr", errors);
		throw new CannotRun(
			`${config} has ${plural(errors.length, "error")}. Fix ${errors.length === 1 ? "it" : "them"}, or name the inbox with --store.`,
		);
	}
	if (isStoreUnset) {
		throw new CannotRun(
			`the variable in \`inbox.store\` of ${config} is not set. Set it, write it to \`.env\`, or name the inbox with --store.`,
		);
	}
	return { place: settings.inbox.store, settings, kinds };
}

// --- helpers ---

/** The quarantine without a configuration: this process sets no limit, and the router keeps its own. */
const UNBOUNDED = {
	maxCount: Number.MAX_SAFE_INTEGER,
	maxBytes: Number.MAX_SAFE_INTEGER,
};

function openFound(
	io: Io,
	{ config }: ConfigOptions,
	{ place, settings }: Found,
	mayMake: boolean,
): Promise<InboxStore> {
	return openStore(expectAddress(place, config), {
		quarantine: settings?.inbox.quarantine ?? UNBOUNDED,
		owner: false,
		mustExist: !mayMake,
		onEvicted: (gone) =>
			writeLines(io.stderr, [
				`warning: removed ${countOf(gone.length)} from quarantine, the oldest that a gate refused. The limit of \`inbox.quarantine\` is reached.`,
			]),
		onWarning: (message) => writeLines(io.stderr, [`warning: ${message}`]),
	});
}

/** Throws CannotRun for the stores that no command can open. */
function expectAddress(
	place: InboxStoreSettings,
	config: string,
): InboxAddress {
	if (place.type === "none") {
		throw new CannotRun(
			`\`inbox.store\` of ${config} is \`none\`, so nothing is stored. Name an inbox with --store.`,
		);
	}
	if (place.type === "memory") {
		throw new CannotRun(
			`\`inbox.store\` of ${config} is \`memory\`, so only the router itself can read its inbox. Name an inbox with --store.`,
		);
	}
	return place;
}

function isOfStore(error: unknown): error is Error {
	return (
		isInboxOpenError(error) ||
		(error instanceof HookError && error.code === "INBOX_UNAVAILABLE")
	);
}

/** Reads only the settings: no plugin is loaded to read an inbox. */
async function readSettings(io: Io, options: ConfigOptions) {
	const file = resolve(io.cwd, options.config);
	const builtIn = packageFile("schemas");
	const { kinds } = await loadKinds([builtIn, join(dirname(file), "schemas")], {
		proven: builtIn,
		schemes: io.schemes,
	});
	const ofEnv = (await envFilesOf(io, options)?.read()) ?? [];
	const read = await readConfig(file, { env: io.env, isLenient: true });
	const { settings, findings } = checkConfig(read, {
		kinds,
		handlerTypes: HANDLER_TYPES,
		schemes: io.schemes,
	});
	return {
		kinds,
		settings: hasErrors(ofEnv) ? undefined : settings,
		findings: [...ofEnv, ...findings],
		isStoreUnset: read.files[0]?.unset?.has("/inbox/store") ?? false,
	};
}

/** Reads `--store`. A wrong value is not shown: it may hold a password. */
function readStoreUrl(text: string, cwd: string): InboxAddress {
	const [, file = ""] = /^sqlite:(?:\/\/(?=\/))?(.*[^/\\])$/is.exec(text) ?? [];
	if (file !== "" && file !== ":memory:") {
		return { type: "sqlite", file: resolve(cwd, file) };
	}
	if (/^postgres(?:ql)?:\/\/./i.test(text)) {
		return { type: "postgres", url: text };
	}
	throw new CannotRun(
		"--store: not an inbox. Write sqlite:data/inbox.db or postgres://user@host/database.",
	);
}
