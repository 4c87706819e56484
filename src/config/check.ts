import { isRecord } from "../event/is-record.ts";
import { type Finding, hasErrors } from "../finding/finding.ts";
import { createReport, type Report } from "../finding/report.ts";
import { Site } from "../finding/site.ts";
import { SCHEMES } from "../gate/schemes/index.ts";
import type { AuthoredScheme } from "../gate/schemes/scheme.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import type { KindCatalog } from "../kind/kind.ts";
import { CONDITIONS } from "../route/conditions/index.ts";
import type { Conditions } from "../route/conditions/table.ts";
import { atOnce, eachFew, type Steps } from "../turns.ts";
import type { HandlerSpecs } from "./handler-spec.ts";
import { readAlerts } from "./parts/alerts.ts";
import type {
	AuthoredAdmin,
	AuthoredDefaults,
	AuthoredInbox,
	AuthoredNetwork,
	AuthoredRoute,
	AuthoredServer,
	AuthoredTable,
} from "./parts/authored/authored.ts";
import type { Definition } from "./parts/definitions.ts";
import { readInbox } from "./parts/inbox/inbox.ts";
import { createNetworks, type Networks } from "./parts/networks.ts";
import {
	checkShapes,
	definitionsOf,
	type Part,
	routesOf,
	section,
} from "./parts/part.ts";
import { readPlatform } from "./parts/platform.ts";
import {
	type DefaultsDraft,
	type DraftContext,
	draftDefaults,
	draftRoute,
	type RouteDraft,
} from "./parts/route/draft.ts";
import { completeMatch } from "./parts/route/match.ts";
import { draftTargets } from "./parts/route/targets.ts";
import { readAdmin } from "./parts/server/admin.ts";
import { readServer } from "./parts/server/server.ts";
import { createSignatures, type Signatures } from "./parts/signatures.ts";
import { readTables } from "./parts/tables.ts";
import { createFiles, isFileOnDisk } from "./read/files.ts";
import { filesOf, type ReadConfig } from "./read/read.ts";
import { routesSchemaOf } from "./routes-schema.ts";
import { checkHandlers } from "./rules/answers.ts";
import { checkClaims, checkUncaught } from "./rules/claims.ts";
import { checkDelivery } from "./rules/delivery.ts";
import { repliesOn } from "./rules/effective.ts";
import { checkFanOut } from "./rules/fan-out.ts";
import { checkOwnClaims } from "./rules/internal.ts";
import { checkLoops } from "./rules/loops.ts";
import { checkNeeds } from "./rules/needs.ts";
import { toRouteSettings } from "./rules/normalize.ts";
import { checkOutcomes } from "./rules/outcomes.ts";
import { checkPace } from "./rules/pace.ts";
import { checkPaths } from "./rules/paths.ts";
import { checkPlatform } from "./rules/platform.ts";
import { checkRetention } from "./rules/retention.ts";
import { checkRoute } from "./rules/route.ts";
import { checkLocalDoors, checkPublicUrl } from "./rules/server.ts";
import { checkDoors, checkNames, toStacks } from "./rules/stacks.ts";
import { checkTwins } from "./rules/twins.ts";
import { checkWorkers } from "./rules/workers.ts";
import type {
	InboxSettings,
	InboxStoreSettings,
	RouteSettings,
	ServerSettings,
	Settings,
} from "./settings.ts";

/** The result of a check. */
export interface Checked {
	/** Undefined if any finding is an error. */
	readonly settings: Settings | undefined;
	/** The findings of reading and checking, sorted by file, line and column. */
	readonly findings: readonly Finding[];
	/** Notes about settings that may be intended. They are not among the findings. */
	readonly notes: readonly Finding[];
	/** The schemes whose secrets are missing, where that is allowed, with the names of the missing values. */
	readonly unset: Signatures["unset"];
	/** The absolute paths of all files that were read, in the order of the findings: the first file, includes, lists, secrets. */
	readonly files: readonly string[];
	/**
	 * The routes without mistakes, and the names of all routes, so that the files they refer to can be checked too.
	 * Undefined if a file of the configuration could not be read.
	 */
	readonly readable: Readable | undefined;
}

/** The usable parts of a configuration with mistakes. */
export interface Readable {
	readonly settings: Settings;
	readonly names: readonly {
		readonly name: string;
		/** Undefined for an internal route. */
		readonly path: string | undefined;
	}[];
}

/** The context of a check. */
export interface CheckOptions {
	readonly kinds: KindCatalog;
	readonly handlerTypes: HandlerSpecs;
	/** Returns true for a file that exists. Default: checks the disk. */
	readonly isFile?: (path: string) => boolean;
	/** The available signature schemes. Default the built-in ones. */
	readonly schemes?: Schemes | undefined;
	/** Overrides the file's `inbox.store`. Default: no override. */
	readonly chooseStore?: ChooseStore | undefined;
	/** The available conditions of a `match`. Default the built-in ones. */
	readonly conditions?: Conditions | undefined;
}

/** Returns the store of a run, given the store in the file. */
export type ChooseStore = (written: InboxStoreSettings) => InboxStoreSettings;

/**
 * Checks the result of `readConfig` against the schema, the kinds, the types of handlers and itself, and normalises it.
 * Returns all findings at once. No finding contains a value from the environment. Never throws.
 */
export function checkConfig(read: ReadConfig, options: CheckOptions): Checked {
	return atOnce(checkSteps(read, options));
}

/** Checks as `checkConfig` does, in steps of some routes or a rule. */
export function* checkSteps(
	read: ReadConfig,
	{
		kinds,
		handlerTypes,
		isFile = isFileOnDisk,
		schemes = SCHEMES,
		chooseStore = (written) => written,
		conditions = CONDITIONS,
	}: CheckOptions,
): Steps<Checked> {
	const report = reportOf(read);
	const schema = routesSchemaOf({ schemes, handlerTypes, conditions });
	const parts = yield* checkShapes(read, schema, report);
	const [first] = parts;
	if (first === undefined || first.file.source.file !== read.file) {
		return conclude(read, report, undefined, NOTHING);
	}
	const networks = createNetworks(
		parts.flatMap((part) => definitionsOf<AuthoredNetwork>(part, "networks")),
		read.lists,
		read.isComplete,
		report,
	);
	const signatures = createSignatures(
		schemes,
		parts.flatMap((part) => definitionsOf<AuthoredScheme>(part, "signatures")),
		read.isComplete,
		report,
	);
	const listeners = { networks, report };
	const { server, admin } = readListeners(first, listeners);
	const authored = section<AuthoredInbox>(first, "inbox");
	const inbox = readInbox(authored, chooseStore, report);
	const platform = readPlatform(section(first, "platform"), report);
	const tables = yield* readTables(tablesOf(parts), read, report);
	const files = createFiles(read.folder, isFile, report);
	const context = {
		kinds,
		handlerTypes,
		networks,
		signatures,
		secretHeaders: schemes.secretHeaders,
		conditions,
		tables,
		files,
		report,
	};
	const defaults = draftDefaults(
		section<AuthoredDefaults>(first, "defaults"),
		context,
	);
	const routes = yield* draftRoutes(parts, defaults, context);
	const drafts = { read, parts, first, server, admin, inbox, defaults, routes };
	const replying = yield* checkRules(drafts, context);
	const settings: RouteSettings[] = [];
	yield* eachFew(routes, (route) => {
		const one = toRouteSettings(route, { defaults, server, replying });
		if (one !== undefined) settings.push(one);
	});
	return conclude(
		read,
		report,
		{
			file: read.file,
			folder: read.folder,
			server,
			admin,
			inbox,
			alerts: readAlerts(section(first, "alerts"), report),
			...(platform && { platform }),
			networks: networks.defined,
			tables,
			routes: settings,
		},
		{ routes, unset: signatures.unset },
	);
}

// --- helpers ---

/** The readable parts of a configuration. */
interface Drafts {
	readonly read: ReadConfig;
	readonly parts: readonly Part[];
	readonly first: Part;
	readonly server: ServerSettings;
	readonly admin: Settings["admin"];
	readonly inbox: InboxSettings;
	readonly defaults: DefaultsDraft;
	readonly routes: readonly RouteDraft[];
}

function tablesOf(parts: readonly Part[]): Definition<AuthoredTable>[] {
	return parts.flatMap((part) => definitionsOf<AuthoredTable>(part, "tables"));
}

/** Starts a report with the findings of reading. */
function reportOf({ findings }: ReadConfig): Report {
	const report = createReport();
	for (const { severity, what, expected, todo, ...at } of findings) {
		if (severity === "error") report.error(at, { what, expected, todo });
		else report.warn(at, { what, expected, todo });
	}
	return report;
}
/** The parts of a check's result besides the settings. */
interface Concluded {
	readonly routes: readonly RouteDraft[];
	readonly unset: Signatures["unset"];
}

const NOTHING: Concluded = { routes: [], unset: new Map() };

function conclude(
	read: ReadConfig,
	report: Report,
	settings: Settings | undefined,
	{ routes, unset }: Concluded,
): Checked {
	const files = filesOf(read);
	const findings = report.list(files);
	const names = routes.flatMap(({ name, path, isInternal }) =>
		// A route whose path is wrong still has a URL.
		name === undefined
			? []
			: [{ name, path: isInternal ? undefined : (path ?? "/") }],
	);
	return {
		settings: hasErrors(findings) ? undefined : settings,
		findings,
		notes: report.listNotes(files),
		files,
		unset,
		readable:
			settings !== undefined && read.isComplete
				? { settings, names }
				: undefined,
	};
}

function* draftRoutes(
	parts: readonly Part[],
	defaults: DefaultsDraft,
	context: DraftContext,
): Steps<readonly RouteDraft[]> {
	const { networks, signatures, report } = context;
	const routes: RouteDraft[] = [];
	yield* eachFew(parts.flatMap(routesOf), (route) => {
		if (isEnabled(route.value)) {
			const draft = draftRoute(route, defaults, context);
			routes.push(completeMatch(draft, report));
			routes.push(...draftTargets(route, draft, context));
			return;
		}
		// A route that is switched off for a while still needs its networks and signatures.
		networks.use(route.value.firewall ?? []);
		signatures.use(route.value.signature ?? []);
	});
	return routes;
}

/** Checks the relations between values. Returns the paths with a reply route. */
function* checkRules(
	drafts: Drafts,
	context: DraftContext,
): Steps<ReadonlySet<string>> {
	const { networks, signatures, handlerTypes, report } = context;
	const { read, first, server, admin, inbox, defaults, routes } = drafts;
	const surroundings = {
		report,
		folder: read.folder,
		files: filesOf(read),
		store: inbox.store,
		spoolFile: inbox.spoolFile,
	};
	yield* eachFew(routes, (route) => {
		checkRoute(route, handlerTypes, context);
		checkHandlers(route, surroundings);
	});
	const stacks = toStacks(routes);
	const isKept = inbox.store.type !== "none";
	const publicUrl = new Site(first.file, ["server", "publicUrl"]);
	const inboxSite = new Site(first.file, ["inbox"]);
	const rules = [
		() => checkDelivery(routes, defaults, isKept, context),
		() => checkPace(routes, defaults, inbox, report),
		() => checkRetention(routes, inbox, inboxSite, report),
		() => checkOutcomes(stacks, defaults, isKept, report),
		() => checkNames(routes, report),
		() => checkPaths(routes, report),
		() => checkDoors(stacks, server.bodyLimitBytes, report),
		() => checkClaims(stacks, report),
		() => checkUncaught(stacks, report),
		() => checkTwins(stacks, report),
		() => checkOwnClaims(routes, report),
		() => checkFanOut(routes, report),
		() => checkNeeds(routes, { isKept, admin }, report),
		() => checkLoops(stacks, server.listen, report),
		() => checkPublicUrl(server, publicUrl, { routes, networks }, report),
		() => checkWorkers(server.workers, routes, first.file, report),
		() => checkLocalDoors(server, { routes, networks }, report),
		() => networks.reportUnused(),
		() => signatures.reportUnused(),
		() => checkPlatform(routes, new Site(first.file, ["platform"]), report),
		() => checkThatRoutesExist(drafts, report),
	];
	for (const check of rules) {
		check();
		yield;
	}
	const replying = new Set<string>();
	for (const [path, stack] of stacks) {
		if (repliesOn(stack)) replying.add(path);
	}
	return replying;
}

function checkThatRoutesExist(
	{ read, parts, first, routes }: Drafts,
	report: Report,
): void {
	const isEmpty = parts.every(
		({ shape }) => !shape.isBad("routes") && !shape.isMeant([], "routes"),
	);
	if (
		routes.length > 0 ||
		!isEmpty ||
		!read.isComplete ||
		!isRecord(first.file.value)
	) {
		return;
	}
	report.warn(new Site(first.file, []).at("routes"), {
		what: "there are no routes. Every webhook is answered 404",
		todo: "add one to `routes`",
	});
}

function isEnabled({ enabled = true }: AuthoredRoute): boolean {
	return enabled === true || enabled === "true";
}

/** Reads `server` and `admin`. */
function readListeners(
	first: Part,
	{ networks, report }: ListenerContext,
): Pick<Settings, "server" | "admin"> {
	const written = section<AuthoredServer>(first, "server");
	const server = readServer(written, networks, report);
	const admin = section<AuthoredAdmin>(first, "admin");
	return { server, admin: readAdmin(admin, { server, report }) };
}

interface ListenerContext {
	readonly networks: Networks;
	readonly report: Report;
}
