import type { Level, Mode } from "../../../event/webhook.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { listWords } from "../../../finding/suggest.ts";
import type { Rate } from "../../../inbox/port/rate.ts";
import { adviseKind } from "../../../kind/absent.ts";
import type { Kind, KindCatalog } from "../../../kind/kind.ts";
import type { Conditions } from "../../../route/conditions/table.ts";
import type { Table } from "../../../table/table.ts";
import type { HandlerSpecs } from "../../handler-spec.ts";
import { type Files, SCHEMA_FILES } from "../../read/files.ts";
import type { Shape } from "../../read/shape.ts";
import type { GateOutcome, UnsignedOutcome } from "../../settings.ts";
import {
	type AuthoredDefaults,
	type AuthoredRoute,
	unique,
} from "../authored/authored.ts";
import { readSize, readTimer } from "../limits.ts";
import type { AddressList, Networks } from "../networks.ts";
import type { SignatureDraft, Signatures } from "../signatures.ts";
import { readCopyHeaders } from "./copy-headers.ts";
import { type DeliveryDraft, readDelivery } from "./delivery.ts";
import { type HandlerDraft, readHandler } from "./handler.ts";
import { readLimit } from "./limit.ts";
import { type MatchDraft, readMatch } from "./match-fields.ts";
import { pathProblem } from "./path.ts";

/** The context for reading a route. */
export interface DraftContext {
	readonly kinds: KindCatalog;
	readonly handlerTypes: HandlerSpecs;
	readonly networks: Networks;
	readonly signatures: Signatures;
	/** The request headers, in lower case, that contain a proof in some signature scheme. */
	readonly secretHeaders: ReadonlySet<string>;
	readonly conditions: Conditions;
	readonly tables: ReadonlyMap<string, Table>;
	readonly files: Files;
	readonly report: Report;
}

/** The settings that `defaults` and routes share. Each is undefined if absent or wrong. */
export interface Common extends DeliveryDraft {
	readonly methods: readonly string[] | undefined;
	readonly level: Level | undefined;
	/** Names of accounts of `platform`. */
	readonly account: readonly string[] | undefined;
	/** Names of applications of `platform`. */
	readonly app: readonly string[] | undefined;
	readonly firewall: AddressList | undefined;
	readonly signature: SignatureDraft | undefined;
	/** Bytes. */
	readonly bodyLimit: number | undefined;
	/** The requests that each client may send. */
	readonly limit: Rate | undefined;
	/** Lower case. */
	readonly copyHeaders: readonly string[] | undefined;
	readonly mode: Mode | undefined;
	/** Milliseconds. */
	readonly timeout: number | undefined;
	readonly fallback: HandlerDraft | undefined;
	readonly onDenied: GateOutcome | undefined;
	readonly onUnsigned: UnsignedOutcome | undefined;
	readonly onInvalid: GateOutcome | undefined;
}

/** The readable parts of `defaults`. */
export interface DefaultsDraft extends Common {
	readonly site: Site;
	/** The keys that a route inherits unless it has them: those that are present, valid or not. */
	readonly inherited: readonly (keyof Common)[];
	/** Returns true if the key is present, valid or not. */
	wrote(key: string): boolean;
}

/** The readable parts of a route, with its inherited settings. */
export interface RouteDraft extends Common, MatchDraft {
	readonly site: Site;
	readonly name: string | undefined;
	/** Undefined for an internal route, and for a path with a mistake. */
	readonly path: string | undefined;
	/** True if no path is written: no request reaches the route. */
	readonly isInternal: boolean;
	readonly kind: Kind | undefined;
	/** Absolute path. */
	readonly schema: string | undefined;
	readonly handler: HandlerDraft | undefined;
	readonly handlerSite: Site;
	/** The name of the route whose handler fans out to this one, if it is written there. */
	readonly parent?: string;
	/** Returns true if the route itself has the key, valid or not, or a probable typo of it. */
	wrote(key: string): boolean;
	/** Returns true if the route or `defaults` has the key, valid or not. */
	has(key: string): boolean;
	/** Returns the position of a key, on the route or in `defaults`. */
	siteOf(key: string): Site;
}

/** An object of the file, without the keys that the schema rejects. */
export interface Authored<T> {
	readonly site: Site;
	readonly value: T;
	wrote(key: string): boolean;
}

/** Removes the parts that already have a finding. */
export function withoutBad<T extends object>(
	value: T,
	site: Site,
	shape: Shape,
): Authored<T> {
	const { path } = site;
	// A file has no value that is undefined. This look-up is asked for about fifty keys of each route.
	const written = value as Readonly<Record<string, unknown>>;
	const wrote = (key: string): boolean =>
		written[key] !== undefined || shape.isMeant(path, key);
	if (!shape.isBad(...path)) return { site, value, wrote };
	const good = Object.entries(value).filter(
		([key]) => !shape.isBad(...path, key),
	);
	return { site, value: Object.fromEntries(good) as T, wrote };
}

/** The keys of a request and its answer. An internal route has neither, so it cannot have them and does not inherit them. */
export const REQUEST_KEYS: ReadonlySet<string> = new Set([
	"methods",
	"level",
	"account",
	"app",
	"firewall",
	"signature",
	"bodyLimit",
	"limit",
	"mode",
	"fallback",
	"onDenied",
	"onUnsigned",
]);

/** Reads `defaults`. */
export function draftDefaults(
	{ site, value, wrote }: Authored<AuthoredDefaults>,
	context: DraftContext,
): DefaultsDraft {
	const common = readCommon(value, site, context);
	return { ...common, site, wrote, inherited: inheritedOf(wrote) };
}

/**
 * Reads a route over the `defaults`.
 *
 * @param handlerSite where its handler is written. Default: under `handler`
 */
export function draftRoute(
	{ site, value, wrote }: Authored<AuthoredRoute>,
	defaults: DefaultsDraft,
	context: DraftContext,
	handlerSite: Site = site.in("handler"),
): RouteDraft {
	const kind = readKind(value.kind, site, context);
	const isInternal = !wrote("path");
	const hasDefault = (key: string): boolean =>
		defaults.wrote(key) && !(isInternal && REQUEST_KEYS.has(key));
	const inherits = (key: string): boolean => !wrote(key) && hasDefault(key);
	const { match, matchKeys, matchValues } = readMatch(
		value.match,
		kind,
		site,
		context,
	);
	const own = readCommon(value, site, context);
	// One literal: V8 would keep an object of this many keys in a hash table, if it began with a spread.
	const draft: Mutable<RouteDraft> = {
		site,
		wrote,
		has: (key) => wrote(key) || hasDefault(key),
		handlerSite,
		siteOf: (key) =>
			key === "handler"
				? handlerSite
				: (inherits(key) ? defaults.site : site).in(key),
		name: value.name,
		isInternal,
		path: readPath(value.path, site, context),
		kind,
		schema: readSchema(value.schema, site, context),
		match,
		matchKeys,
		matchValues,
		handler:
			value.handler === undefined
				? undefined
				: readHandler(
						value.handler,
						handlerSite,
						context.handlerTypes,
						context,
					),
		methods: own.methods,
		level: own.level,
		account: own.account,
		app: own.app,
		firewall: own.firewall,
		signature: own.signature,
		bodyLimit: own.bodyLimit,
		limit: own.limit,
		copyHeaders: own.copyHeaders,
		mode: own.mode,
		timeout: own.timeout,
		fallback: own.fallback,
		retry: own.retry,
		concurrency: own.concurrency,
		rate: own.rate,
		delay: own.delay,
		orderBy: own.orderBy,
		stepAside: own.stepAside,
		dedupe: own.dedupe,
		onDenied: own.onDenied,
		onUnsigned: own.onUnsigned,
		onInvalid: own.onInvalid,
	};
	for (const key of defaults.inherited) {
		if (inherits(key)) inherit(draft, defaults, key);
	}
	return draft;
}

/** Returns the keys of `defaults` that are present, valid or not. */
export function inheritedOf(
	wrote: DefaultsDraft["wrote"],
): DefaultsDraft["inherited"] {
	return COMMON_KEYS.filter(wrote);
}

// --- helpers ---

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Without a key of `Common` this does not compile, so that none is forgotten. */
const INHERITED: Readonly<Record<Exclude<keyof Common, "stepAside">, true>> = {
	methods: true,
	level: true,
	account: true,
	app: true,
	firewall: true,
	signature: true,
	bodyLimit: true,
	limit: true,
	copyHeaders: true,
	mode: true,
	timeout: true,
	fallback: true,
	retry: true,
	concurrency: true,
	rate: true,
	delay: true,
	orderBy: true,
	dedupe: true,
	onDenied: true,
	onUnsigned: true,
	onInvalid: true,
};

const COMMON_KEYS = Object.keys(INHERITED) as (keyof typeof INHERITED)[];

function inherit<K extends keyof Common>(
	draft: Mutable<Common>,
	defaults: Common,
	key: K,
): void {
	draft[key] = defaults[key];
	// It is a part of a long `orderBy`.
	if (key === "orderBy") draft.stepAside = defaults.stepAside;
}

function readCommon(
	value: AuthoredDefaults,
	site: Site,
	context: DraftContext,
): Common {
	const { networks, signatures, handlerTypes, report } = context;
	const { firewall, signature, fallback, methods, account, app } = value;
	const delivery = readDelivery(value, site, report);
	return {
		methods: methods === undefined ? undefined : unique(methods),
		level: value.level,
		account: account === undefined ? undefined : unique(account),
		app: app === undefined ? undefined : unique(app),
		firewall:
			firewall === undefined
				? undefined
				: networks.readFirewall(firewall, site.in("firewall")),
		signature:
			signature === undefined
				? undefined
				: signatures.read(signature, site.in("signature")),
		bodyLimit:
			value.bodyLimit === undefined
				? undefined
				: readSize(value.bodyLimit, site.in("bodyLimit"), report),
		limit:
			value.limit === undefined
				? undefined
				: readLimit(value.limit, site.in("limit"), report),
		copyHeaders:
			value.copyHeaders === undefined
				? undefined
				: readCopyHeaders(value.copyHeaders, site.in("copyHeaders"), context),
		mode: value.mode,
		timeout:
			value.timeout === undefined
				? undefined
				: readTimer(value.timeout, site.in("timeout"), report),
		fallback:
			fallback === undefined
				? undefined
				: readHandler(fallback, site.in("fallback"), handlerTypes, context),
		retry: delivery.retry,
		concurrency: delivery.concurrency,
		rate: delivery.rate,
		delay: delivery.delay,
		orderBy: delivery.orderBy,
		stepAside: delivery.stepAside,
		dedupe: delivery.dedupe,
		onDenied: value.onDenied,
		onUnsigned: value.onUnsigned,
		onInvalid: value.onInvalid,
	};
}

function readPath(
	path: string | undefined,
	route: Site,
	{ report }: DraftContext,
): string | undefined {
	const problem = path === undefined ? undefined : pathProblem(path);
	if (problem === undefined) return path;
	const site = route.in("path");
	report.error(site.at(), {
		what: `the path is ${site.show(path)}`,
		expected: problem.expected,
		todo: site.isSecret() ? undefined : problem.todo,
	});
	return undefined;
}

/** Finds the kind of a route. Returns undefined, with a finding, if there is none with that name. */
function readKind(
	name: string | undefined,
	route: Site,
	{ kinds, files, report }: DraftContext,
): Kind | undefined {
	const kind = name === undefined ? undefined : kinds.get(name);
	if (name === undefined || kind !== undefined) return kind;
	const site = route.in("kind");
	const file = site.isSecret() ? undefined : files.findKind(name);
	if (file !== undefined) {
		report.error(site.at(), {
			what: `the kind ${site.show(name)} cannot be used`,
			todo: `fix its file \`${file}\`, whose \`$id\` has to be the name`,
		});
		return undefined;
	}
	const advice = adviseKind(name, kinds.keys());
	const isTold = !site.isSecret();
	report.error(site.at(), {
		what: `unknown kind ${site.show(name)}`,
		expected: isTold && advice.isNone ? undefined : listKinds(kinds),
		todo: isTold ? advice.todo : undefined,
	});
	return undefined;
}

/** Lists the kinds for a message if there are few. A command prints the whole catalog. */
function listKinds(kinds: KindCatalog): string {
	return kinds.size > KINDS_MAX
		? "a kind that `switchhook schema` lists"
		: listWords([...kinds.keys()]);
}

const KINDS_MAX = 12;

function readSchema(
	text: string | undefined,
	route: Site,
	{ files }: DraftContext,
): string | undefined {
	if (text === undefined) return undefined;
	return files.find(text, route.in("schema"), SCHEMA_FILES);
}
