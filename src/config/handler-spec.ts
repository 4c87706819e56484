import type { Mode } from "../event/webhook.ts";
import type { Report } from "../finding/report.ts";
import type { Site } from "../finding/site.ts";
import type { Rate } from "../inbox/port/rate.ts";
import type { Kind } from "../kind/kind.ts";
import type { Files } from "./read/files.ts";
import type { HandlerSettings, InboxStoreSettings } from "./settings.ts";

/**
 * The part of a handler type that checks configurations. Its methods get only settings that it has read itself. They are
 * methods and not functions, so that types with different settings can be in one table.
 */
export interface HandlerSpec<
	Settings extends HandlerSettings = HandlerSettings,
	Authored = unknown,
> {
	/** The key of `handler` that chooses it. */
	readonly name: string;
	readonly schema: HandlerSchema;
	/** True if it can also be a `fallback`. Default false. */
	readonly isFallback?: boolean;
	/** True if it can be written as a string, its name alone. Default false. */
	readonly isBare?: boolean;
	/** The modes in which it works. */
	readonly modes: readonly Mode[];
	/**
	 * True if it serves something that anybody can fetch, like a web server. Its route needs no kind, and its requests are
	 * not events that must not be lost. Default false.
	 */
	readonly isFetched?: boolean;
	/** True if it never stores events, regardless of its route. The log line is the only record. Default false. */
	readonly isUnkept?: boolean;
	/** The parts of the router that it cannot do without. Default: none. */
	readonly needs?: readonly ("inbox" | "admin")[];
	/** Explains why it cannot answer a kind. Undefined if it can. */
	misfit?(kind: Kind): string | undefined;
	/** Returns true if it cannot fail while a call waits, even with settings that could not be read. Default false. */
	isFixed?(settings: Settings | undefined): boolean;
	/**
	 * Reads a handler that the schema accepts. Returns undefined, with findings, if something is wrong.
	 *
	 * @param handler the whole value of `handler`; for a string, `{ [name]: {} }`.
	 */
	read(
		handler: Authored,
		site: Site,
		context: ReadContext,
	): Settings | undefined;
	/** Checks its settings against the rest of the configuration. */
	check?(settings: Settings, site: Site, context: CheckContext): void;
	/** Returns the target of its requests, to find loops. Undefined if there is none. */
	destination?(settings: Settings): Destination | undefined;
	/** Returns the limit of events for the target of its requests. Undefined if there is none. */
	rateOf?(settings: Settings): Rate | undefined;
	/** Returns the targets that each get a delivery of their own. Only a type that fans out has it. */
	targets?(settings: Settings): readonly TargetSettings[];
	/** Names a handler in one phrase, such as `ncco nccos/welcome.yaml`; `show` shortens a path. */
	describe(settings: Settings, show: (path: string) => string): string;
}

/** A target of a fan-out. */
export interface TargetSettings {
	/** The name of an internal route, or the name that the target gives itself. */
	readonly name: string;
	/** The position in the list of targets. */
	readonly at: number;
	/** The target as a mapping with a handler. Undefined for the name of an internal route. */
	readonly written: Readonly<Record<string, unknown>> | undefined;
}

/** Returns the name of the route of a target: a target with a handler is a route of its own, `route/name`. */
export function targetRouteOf(
	route: string,
	{ name, written }: TargetSettings,
): string {
	return written === undefined ? name : `${route}/${name}`;
}

/** Types of handlers by name, in the order in which messages list them. */
export type HandlerSpecs = ReadonlyMap<string, HandlerSpec>;

/** A part of a JSON Schema 2020-12, with the annotations of `schemas/routes.schema.json`. */
export type SchemaPart = Readonly<Record<string, unknown>>;

/** The part of routes.yaml that belongs to a type of handler. */
export interface HandlerSchema {
	/** The keys of `handler`: the type's name first, then its other keys. */
	readonly keys: Readonly<Record<string, SchemaPart>>;
	/** The `$defs` of the keys. One with a `title` becomes a table on the reference page. */
	readonly defs?: Readonly<Record<string, SchemaPart>>;
}

/** The tools for reading a handler. */
export interface ReadContext {
	readonly files: Files;
	/** The request headers, in lower case, that contain a proof in some signature scheme. */
	readonly secretHeaders: ReadonlySet<string>;
	readonly networks: AddressReader;
	readonly report: Report;
}

/** Reads addresses that a configuration names. */
export interface AddressReader {
	/** Checks names of networks and CIDRs. Returns all their CIDRs, or undefined, with findings, if something in it is wrong. */
	readAddresses(
		value: string | readonly string[],
		site: Site,
	): readonly string[] | undefined;
}

/** The parts of a configuration that matter to a handler. */
export interface CheckContext {
	readonly report: Report;
	/** Absolute folder of the first file. */
	readonly folder: string;
	/** Absolute paths of the configuration's own files. */
	readonly files: readonly string[];
	readonly store: InboxStoreSettings;
	/** The absolute path of the spool. Absent without one. */
	readonly spoolFile?: string | undefined;
}

/** A service that a handler sends requests to. */
export interface Destination {
	/** `http://host:port` or `https://host:port`, without a path. */
	readonly origin: string;
	/** The absolute path of the Unix socket to use instead of the origin's host. */
	readonly socket: string | undefined;
	/** The path with the query; begins with a slash. */
	readonly path: string;
}
