import type { Mode } from "../event/webhook.ts";
import type { Report } from "../finding/report.ts";
import type { Site } from "../finding/site.ts";
import type { Kind } from "../kind/kind.ts";
import type { Files } from "./read/files.ts";
import type { HandlerSettings, InboxStoreSettings } from "./settings.ts";

/**
 * Everything that checking a configuration asks of a type of handler. Its methods are only given settings that it has
 * read itself; being methods and not functions, they let types with different settings stand in one table.
 */
export interface HandlerSpec<
	Settings extends HandlerSettings = HandlerSettings,
	Authored = unknown,
> {
	/** The key of `handler` that chooses it. */
	readonly name: string;
	readonly schema: HandlerSchema;
	/** True where it may stand as a `fallback` too; default false. */
	readonly isFallback?: boolean;
	/** True where it may be written as a text, its name alone; default false. */
	readonly isBare?: boolean;
	/** The modes in which its work counts. */
	readonly modes: readonly Mode[];
	/**
	 * True where it serves something that anybody may fetch, as a web server does: its route needs no kind, and no
	 * request is an event that must not be lost. Default false.
	 */
	readonly isFetched?: boolean;
	/** True where nothing of an event is kept, whatever its route says: its log line is all; default false. */
	readonly isUnkept?: boolean;
	/** Says why it cannot answer a kind; undefined where it can. */
	misfit?(kind: Kind): string | undefined;
	/** Tells whether it cannot fail while a call waits, also for settings that could not be read; default false. */
	isFixed?(settings: Settings | undefined): boolean;
	/**
	 * Reads a handler that the schema accepts; undefined, with findings, when something in it is wrong.
	 *
	 * @param handler the whole value of `handler`; of one written as a text `{ [name]: {} }`.
	 */
	read(
		handler: Authored,
		site: Site,
		context: ReadContext,
	): Settings | undefined;
	/** Checks what it read against the rest of the configuration. */
	check?(settings: Settings, site: Site, context: CheckContext): void;
	/** Tells where it sends requests to, so that loops are found; undefined for nowhere. */
	destination?(settings: Settings): Destination | undefined;
	/** Names a handler in one phrase, such as `ncco nccos/welcome.yaml`; `show` shortens a path. */
	describe(settings: Settings, show: (path: string) => string): string;
}

/** Types of handlers by name, in the order in which messages list them. */
export type HandlerSpecs = ReadonlyMap<string, HandlerSpec>;

/** A part of a JSON Schema 2020-12, with the annotations of `schemas/routes.schema.json`. */
export type SchemaPart = Readonly<Record<string, unknown>>;

/** The part of routes.yaml that belongs to a type of handler. */
export interface HandlerSchema {
	/** The keys of `handler`: the type's name first, then those that may stand beside it. */
	readonly keys: Readonly<Record<string, SchemaPart>>;
	/** `$defs` that the keys refer to; one with a `title` is a table of the reference page. */
	readonly defs?: Readonly<Record<string, SchemaPart>>;
}

/** The tools for reading a handler. */
export interface ReadContext {
	readonly files: Files;
	/** Request headers, in lower case, that hold a proof under some signature scheme. */
	readonly secretHeaders: ReadonlySet<string>;
	readonly report: Report;
}

/** The rest of a configuration, as far as it matters to a handler. */
export interface CheckContext {
	readonly report: Report;
	/** Absolute folder of the first file. */
	readonly folder: string;
	/** Absolute paths of the configuration's own files. */
	readonly files: readonly string[];
	readonly store: InboxStoreSettings;
}

/** A service that a handler sends requests to. */
export interface Destination {
	/** `http://host:port` or `https://host:port`, without a path. */
	readonly origin: string;
	/** Absolute path of a Unix socket that is connected to instead of the origin's host. */
	readonly socket: string | undefined;
	/** The path with the query; begins with a slash. */
	readonly path: string;
}
