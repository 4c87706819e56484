import type { RouteSettings, Settings } from "../../../config/settings.ts";
import { inTurns, type Steps } from "../../../turns.ts";
import type { Change, Reading } from "../../watch/reading.ts";

/** The names of the routes that a reload touched. */
export interface RouteChanges {
	readonly added: readonly string[];
	/** The routes whose settings, or one of whose files, changed. */
	readonly changed: readonly string[];
	readonly removed: readonly string[];
}

/** A configuration and its inputs. */
interface Version {
	readonly settings: Settings;
	readonly reading: Pick<Reading, "usersOf">;
}

/** Compares the routes of two configurations, and yields to the event loop. */
export function compareRoutes(
	before: Version,
	after: Version,
	files: readonly Change[],
): Promise<RouteChanges> {
	return inTurns(compareSteps(before, after, files));
}

// --- helpers ---

function* compareSteps(
	before: Version,
	after: Version,
	files: readonly Change[],
): Steps<RouteChanges> {
	const touched = usersOf(files, [before.reading, after.reading]);
	for (const name of differingNetworks(before.settings, after.settings))
		touched.add(name);
	const left = new Map(
		before.settings.routes.map((route) => [route.name, route]),
	);
	const added: string[] = [];
	const changed: string[] = [];
	for (const route of after.settings.routes) {
		yield;
		const { name } = route;
		const old = left.get(name);
		if (!left.delete(name) || old === undefined) added.push(name);
		else if (write(old) !== write(route) || uses(route, touched))
			changed.push(name);
	}
	return { added, changed, removed: [...left.keys()] };
}

/** Returns the changed files and all files that depend on them, directly or indirectly. */
function usersOf(
	files: readonly Change[],
	readings: readonly Version["reading"][],
): Set<string> {
	const touched = new Set(files.map(({ file }) => file));
	// A set that grows during its iteration is read to its end.
	for (const file of touched) {
		for (const reading of readings) {
			for (const user of reading.usersOf(file)) touched.add(user);
		}
	}
	return touched;
}

function differingNetworks(before: Settings, after: Settings): string[] {
	const names = new Set([...before.networks.keys(), ...after.networks.keys()]);
	return [...names].filter(
		(name) =>
			String(before.networks.get(name)?.ranges) !==
			String(after.networks.get(name)?.ranges),
	);
}

function uses(
	{ kind, schema, firewall, handler, fallback }: RouteSettings,
	touched: ReadonlySet<string>,
): boolean {
	if (touched.size === 0) return false;
	const named = [kind, schema, ...firewall];
	for (const settings of [handler, fallback]) {
		for (const value of Object.values(settings ?? {})) named.push(value);
	}
	return named.some((name) => name !== undefined && touched.has(name));
}

/** Returns the settings of a route as text. Functions are omitted, because they follow from the rest. */
function write(route: RouteSettings): string {
	return JSON.stringify(route, (_, value: unknown) => {
		if (value instanceof Map || value instanceof Set) return [...value];
		return value instanceof RegExp ? String(value) : value;
	});
}
