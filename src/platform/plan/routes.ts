import { relative } from "node:path";
import type { Settings } from "../../config/settings.ts";
import type { Level } from "../../event/webhook.ts";
import type { Kind } from "../../kind/kind.ts";
import type { Match } from "../../route/conditions/condition.ts";
import type { Reason } from "./plan.ts";

/** A route as far as the platform has to know of it. */
export interface PlannedRoute {
	readonly name: string;
	readonly path: string;
	readonly url: string;
	readonly kind: Kind;
	readonly level: Level;
	readonly methods: readonly string[];
	readonly match: Match | undefined;
	/** The names in `platform`. Undefined if they are not declared. */
	readonly accounts: readonly string[] | undefined;
	readonly apps: readonly string[] | undefined;
	/** The names of the schemes that prove its webhooks. */
	readonly schemes: readonly string[];
	readonly reason: Reason;
}

/** The part of a route at work that a plan needs. */
export interface KnownRoute {
	readonly name: string;
	readonly kind: Kind;
	readonly methods: readonly string[];
}

/** Lists the routes of a kind of the platform. */
export function toPlannedRoutes(
	{
		routes,
		folder,
		server,
	}: Pick<Settings, "routes" | "folder"> & {
		readonly server: Pick<Settings["server"], "publicUrl">;
	},
	known: readonly KnownRoute[],
): PlannedRoute[] {
	const byName = new Map(known.map((route) => [route.name, route]));
	return routes.flatMap((route): PlannedRoute[] => {
		const served = byName.get(route.name);
		if (served === undefined || route.kind === undefined) return [];
		const { name, path, level, match, accounts, apps } = route;
		// The platform knows nothing of an internal route.
		if (path === undefined || level === undefined) return [];
		const { file, line } = route.locate("path");
		return [
			{
				...{ name, path, level, match, accounts, apps },
				url: `${server.publicUrl}${path}`,
				kind: served.kind,
				methods: served.methods,
				schemes: route.signature.map(({ scheme }) => scheme.name),
				reason: { route: name, file: relative(folder, file), line },
			},
		];
	});
}

/** Returns the settings of the platform for a route's URL at its level. Empty if a person must set it. */
export function settingsOf({ kind, level }: PlannedRoute): readonly string[] {
	return kind.settings[level]?.set ?? [];
}

/** True for a path that stands for many URLs. */
export function hasParameters({ path }: Pick<PlannedRoute, "path">): boolean {
	return path.split("/").some((segment) => segment.startsWith(":"));
}

/** True where a route's `match` admits webhooks of a number. */
export function takesNumber(
	{ match, kind }: Pick<PlannedRoute, "match" | "kind">,
	msisdn: string,
): boolean {
	return kind.number.every((field) =>
		(match?.get(field) ?? []).every((condition) => condition.fits(msisdn)),
	);
}

/** Returns how precisely a route's `match` selects a number: 1000 for its digits, otherwise the length of the prefix. */
export function closeness(
	{ match, kind }: Pick<PlannedRoute, "match" | "kind">,
	msisdn: string,
): number {
	let best = 0;
	for (const field of kind.number) {
		for (const { lookup } of match?.get(field) ?? []) {
			if (lookup === undefined) continue;
			const isNamed =
				lookup.values.has(msisdn) || lookup.table?.rows.has(msisdn) === true;
			if (isNamed) best = Math.max(best, 1000);
			for (const prefix of lookup.prefixes) {
				if (msisdn.startsWith(prefix)) best = Math.max(best, prefix.length);
			}
		}
	}
	return best;
}

/** True where a route's `match` has a condition on the number. */
export function choosesNumbers({
	match,
	kind,
}: Pick<PlannedRoute, "match" | "kind">): boolean {
	return kind.number.some((field) => match?.has(field) === true);
}

/** Lists the texts for numbers that a route's `match` names one by one, those of its tables among them. */
export function namedNumbers({
	match,
	kind,
}: Pick<PlannedRoute, "match" | "kind">): string[] {
	const texts = kind.number.flatMap((field) =>
		(match?.get(field) ?? []).flatMap(({ lookup }) => [
			...(lookup?.values ?? []),
			...(lookup?.table?.rows.keys() ?? []),
		]),
	);
	return [...new Set(texts)];
}
