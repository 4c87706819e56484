import { isRecord } from "../event/is-record.ts";
import { type Finding, hasErrors } from "../finding/finding.ts";
import { createReport } from "../finding/report.ts";
import { type ConfigFile, Place } from "../finding/site.ts";
import { SCHEMES } from "../gate/schemes/index.ts";
import type { AuthoredScheme } from "../gate/schemes/scheme.ts";
import type { Schemes } from "../gate/schemes/table.ts";
import type { KindCatalog } from "../kind/kind.ts";
import type { HandlerSpecs } from "./handler-spec.ts";
import type {
	AuthoredDefaults,
	AuthoredInbox,
	AuthoredNetwork,
	AuthoredRoute,
	AuthoredServer,
} from "./parts/authored.ts";
import type { Definition } from "./parts/definitions.ts";
import {
	type Authored,
	draftDefaults,
	draftRoute,
	withoutBad,
} from "./parts/draft.ts";
import { readInbox } from "./parts/inbox.ts";
import { completeMatch } from "./parts/match.ts";
import { createNetworks } from "./parts/networks.ts";
import { readServer } from "./parts/server.ts";
import { createSignatures } from "./parts/signatures.ts";
import { createFiles, isFileOnDisk } from "./read/files.ts";
import type { ReadConfig } from "./read/read.ts";
import type { Shape } from "./read/shape.ts";
import { checkShape } from "./read/shape.ts";
import { routesSchemaOf } from "./routes-schema.ts";
import { checkHandlers } from "./rules/answers.ts";
import { checkClaims, checkUncaught } from "./rules/claims.ts";
import { checkDelivery } from "./rules/delivery.ts";
import { repliesOn } from "./rules/effective.ts";
import { checkLoops } from "./rules/loops.ts";
import { toRouteSettings } from "./rules/normalize.ts";
import { checkOutcomes } from "./rules/outcomes.ts";
import { checkPaths } from "./rules/paths.ts";
import { checkRoute } from "./rules/route.ts";
import { checkLocalDoors, checkPublicUrl } from "./rules/server.ts";
import { checkDoors, checkNames, toStacks } from "./rules/stacks.ts";
import { checkTwins } from "./rules/twins.ts";
import type { Settings } from "./settings.ts";

/** What a check comes to. */
export interface Checked {
	/** Undefined when any finding is an error. */
	readonly settings: Settings | undefined;
	/** Those of reading and those of checking, by file, line and column. */
	readonly findings: readonly Finding[];
	/** For what may well be meant; none of them is among the findings. */
	readonly notes: readonly Finding[];
	/** The routes without mistakes, and the names of all, so that the files they name can be checked too. */
	readonly readable: Readable | undefined;
}

/** What can be made of a configuration with mistakes; undefined where a file of it could not be read. */
export interface Readable {
	readonly settings: Settings;
	readonly names: readonly { readonly name: string; readonly path: string }[];
}

/** What a check depends on besides the files. */
export interface CheckOptions {
	readonly kinds: KindCatalog;
	readonly handlerTypes: HandlerSpecs;
	/** True for a file that exists; default asks the disk. */
	readonly isFile?: (path: string) => boolean;
	/** The signature schemes that a file may name; default the built-in ones. */
	readonly schemes?: Schemes | undefined;
}

/**
 * Checks what `readConfig` read, against the schema, the kinds, the types of handlers and itself, and normalises it. All
 * findings of a run come at once, and no finding holds a value from the environment. It never throws.
 */
export function checkConfig(
	read: ReadConfig,
	{
		kinds,
		handlerTypes,
		isFile = isFileOnDisk,
		schemes = SCHEMES,
	}: CheckOptions,
): Checked {
	const report = createReport();
	for (const finding of read.findings) {
		const { severity, what, expected, todo, ...at } = finding;
		if (severity === "error") report.error(at, { what, expected, todo });
		else report.warn(at, { what, expected, todo });
	}
	const schema = routesSchemaOf({ schemes, handlerTypes });
	const parts = read.files.map((file, index): Part => {
		return { file, shape: checkShape(file, index > 0, schema, report) };
	});
	const [first] = parts;
	const named: { name: string; path: string }[] = [];
	const finish = (settings: Settings | undefined): Checked => {
		const files = [
			read.file,
			...read.files.map(({ source }) => source.file),
			...read.lists.keys(),
		];
		const findings = report.list(files);
		const isFine = !hasErrors(findings);
		return {
			settings: isFine ? settings : undefined,
			findings,
			notes: report.listNotes(files),
			readable:
				settings !== undefined && read.isComplete
					? { settings, names: named }
					: undefined,
		};
	};
	if (first === undefined || first.file.source.file !== read.file) {
		return finish(undefined);
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
	const server = readServer(
		section<AuthoredServer>(first, "server"),
		networks,
		report,
	);
	const inbox = readInbox(section<AuthoredInbox>(first, "inbox"), report);
	const files = createFiles(read.folder, isFile, report);
	const context = {
		kinds,
		handlerTypes,
		networks,
		signatures,
		secretHeaders: schemes.secretHeaders,
		files,
		report,
	};
	const defaults = draftDefaults(
		section<AuthoredDefaults>(first, "defaults"),
		context,
	);
	const authored = parts.flatMap(routesOf);
	const routes = authored.flatMap((route) => {
		if (isEnabled(route.value)) {
			return [completeMatch(draftRoute(route, defaults, context), report)];
		}
		// A route that is switched off for a while still needs its networks and signatures.
		networks.use(route.value.firewall ?? []);
		signatures.use(route.value.signature ?? []);
		return [];
	});

	for (const { name, path = "/" } of routes) {
		if (name !== undefined) named.push({ name, path });
	}
	const stacks = toStacks(routes);
	const surroundings = {
		report,
		folder: read.folder,
		files: [
			...read.files.map(({ source }) => source.file),
			...read.lists.keys(),
		],
		store: inbox.store,
	};
	for (const route of routes) {
		checkRoute(route, handlerTypes, report);
		checkHandlers(route, surroundings);
	}
	const isKept = inbox.store.type !== "none";
	checkDelivery(routes, defaults, isKept, report);
	checkOutcomes(stacks, defaults, isKept, report);
	checkNames(routes, report);
	checkPaths(routes, report);
	checkDoors(stacks, server.bodyLimitBytes, report);
	checkClaims(stacks, report);
	checkUncaught(stacks, report);
	checkTwins(stacks, report);
	checkLoops(stacks, server.listen, report);
	const serverPlace = new Place(first.file, ["server"]);
	checkPublicUrl(
		server,
		serverPlace.in("publicUrl"),
		{ routes, networks },
		report,
	);
	checkLocalDoors(server, { routes, networks }, report);
	networks.reportUnused();
	signatures.reportUnused();
	const isEmpty = parts.every(
		({ shape }) => !shape.isBad("routes") && !shape.isMeant([], "routes"),
	);
	if (
		routes.length === 0 &&
		isEmpty &&
		read.isComplete &&
		isRecord(first.file.value)
	) {
		report.warn(new Place(first.file, []).at("routes"), {
			what: "there is no route, so that every webhook is answered 404",
			todo: "add one to `routes`",
		});
	}
	const replying = new Set(
		[...stacks].flatMap(([path, stack]) => (repliesOn(stack) ? [path] : [])),
	);
	return finish({
		file: read.file,
		folder: read.folder,
		server,
		inbox,
		networks: networks.defined,
		routes: routes.flatMap(
			(route) => toRouteSettings(route, { defaults, server, replying }) ?? [],
		),
	});
}

// --- helpers ---

/** A file and what the schema says of it. */
interface Part {
	readonly file: ConfigFile;
	readonly shape: Shape;
}

function sectionOf({ file }: Part, key: string): unknown {
	return isRecord(file.value) ? file.value[key] : undefined;
}

function isEnabled({ enabled = true }: AuthoredRoute): boolean {
	return enabled === true || enabled === "true";
}

/** A section of the first file, without what the schema refuses. */
function section<T extends object>(part: Part, key: string): Authored<T> {
	const value = sectionOf(part, key);
	const place = new Place(part.file, [key]);
	return withoutBad((isRecord(value) ? value : {}) as T, place, part.shape);
}

/** What a file defines by name; the schema has accepted what has a value here. */
function definitionsOf<T>(part: Part, section: string): Definition<T>[] {
	const definitions = sectionOf(part, section);
	if (!isRecord(definitions)) return [];
	return Object.entries(definitions).map(([name, value]) => ({
		name,
		value: part.shape.isBad(section, name) ? undefined : (value as T),
		place: new Place(part.file, [section, name]),
	}));
}

function routesOf(part: Part): Authored<AuthoredRoute>[] {
	const routes = sectionOf(part, "routes");
	if (!Array.isArray(routes)) return [];
	return routes.flatMap((route: unknown, index) => {
		const place = new Place(part.file, ["routes", index]);
		return isRecord(route)
			? [withoutBad(route as AuthoredRoute, place, part.shape)]
			: [];
	});
}
