import type { Encoding } from "../event/webhook.ts";
import { hasPath } from "../route/route.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { ServedRoute } from "../runtime/served-route.ts";

/** A place on the router that the platform has as a URL. */
export interface Place {
	readonly path: string;
	/** Without `?`. */
	readonly query: string;
	/** The methods that the path takes. Empty for an unknown path. */
	readonly methods: readonly string[];
	readonly encodings: readonly Encoding[];
	readonly route: string | undefined;
}

/** The URLs that the platform is told: at the application, the account and the number. */
export interface Switchboard {
	/** Finds the place of a kind: at a route or a path if one is named, else the first route that takes the number. */
	find(kind: string, choice?: PlaceChoice): Place | undefined;
	/** Finds the place of a URL. Undefined if it is not on this router. */
	locate(url: string): Place | undefined;
	/** Writes the URL of a place, as the platform has it. */
	urlOf(place: Place): string;
	/** The routes that a person can call or write to. */
	dialable(): readonly Dialable[];
}

export interface PlaceChoice {
	/** A route or a path. */
	readonly at?: string | undefined;
	/** The number that is called or written to. */
	readonly number?: string | undefined;
	/** A path whose neighbours are preferred, because one application has both URLs. */
	readonly near?: string | undefined;
}

/** A route that a person can reach. */
export interface Dialable {
	readonly route: string;
	readonly kind: string;
	readonly path: string;
	readonly level: string;
	/** The numbers that it is for. Empty for any. */
	readonly numbers: readonly string[];
}

/** The router of a switchboard. */
export interface SwitchboardGround {
	readonly runtime: () => Pick<Runtime, "routes" | "table" | "publicUrl">;
	/** The addresses that the router listens on, such as `http://127.0.0.1:8080`. */
	readonly addresses: () => readonly string[];
}

/** The kinds of what a person does with a phone. */
export const DIALABLE_KINDS = [
	"voice.answer",
	"sms.inbound",
	"messages.inbound",
] as const;

/** Creates the switchboard of a router. It follows reloads. */
export function createSwitchboard({
	runtime,
	addresses,
}: SwitchboardGround): Switchboard {
	return {
		find(kind, { at, number, near } = {}) {
			const { routes, table } = runtime();
			if (at?.startsWith("/")) return placeAt(at, "", table);
			const fitting = routes
				.filter(hasPath)
				.filter((route) => route.kind.name === kind)
				.filter((route) => at === undefined || route.name === at);
			const closeness = (route: ServedRoute & { path: string }): number =>
				(number !== undefined && numbersOf(route).includes(number) ? 100 : 0) +
				(near === undefined ? 0 : commonSegments(route.path, near));
			const [best] = fitting.toSorted((a, b) => closeness(b) - closeness(a));
			if (best === undefined) return undefined;
			return placeAt(fillPath(best.path), "", table);
		},
		locate(text) {
			if (!URL.canParse(text)) return undefined;
			const url = new URL(text);
			const { publicUrl, table } = runtime();
			const base = new URL(publicUrl());
			const query = url.search.slice(1);
			if (url.origin === base.origin) {
				const prefix = base.pathname.replace(/\/$/, "");
				const isBelow = url.pathname.startsWith(`${prefix}/`);
				const path = isBelow ? url.pathname.slice(prefix.length) : undefined;
				return path === undefined ? undefined : placeAt(path, query, table);
			}
			const isOwn = addresses().some((address) => isSamePort(url, address));
			return isOwn ? placeAt(url.pathname, query, table) : undefined;
		},
		urlOf: ({ path, query }) =>
			`${runtime().publicUrl()}${path}${query === "" ? "" : `?${query}`}`,
		dialable: () =>
			runtime()
				.routes.filter(hasPath)
				.filter(({ kind }) =>
					(DIALABLE_KINDS as readonly string[]).includes(kind.name),
				)
				.map((route) => ({
					route: route.name,
					kind: route.kind.name,
					path: route.path,
					level: route.level ?? "",
					numbers: numbersOf(route),
				})),
	};
}

// --- helpers ---

function placeAt(path: string, query: string, table: Runtime["table"]): Place {
	try {
		const { stack } = table.find(path);
		const [first] = stack.routes;
		return {
			path,
			query,
			methods: stack.methods,
			encodings: first?.kind.contentTypes ?? ["json"],
			route: first?.name,
		};
	} catch {
		// The router refuses it, as it does with any unknown path.
		return { path, query, methods: [], encodings: ["json"], route: undefined };
	}
}

/** Each `:name` segment becomes `example`, as in `send`. */
function fillPath(path: string): string {
	return path.replaceAll(/:[^/]+/g, "example");
}

/** Lists the numbers that a route names in its `match`. */
function numbersOf({ match, kind }: ServedRoute): readonly string[] {
	return kind.number.flatMap((field) =>
		(match?.get(field) ?? []).flatMap(({ lookup }) => [
			...(lookup?.values ?? []),
		]),
	);
}

function commonSegments(one: string, other: string): number {
	const others = other.split("/");
	const segments = one.split("/");
	const end = segments.findIndex((part, index) => part !== others[index]);
	return end === -1 ? segments.length : end;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Returns true if a URL names this machine, with the port of the address. */
function isSamePort(url: URL, address: string): boolean {
	if (!URL.canParse(address)) return false;
	const own = new URL(address);
	const isHere = url.hostname === own.hostname || LOOPBACK.test(url.hostname);
	return isHere && url.port === own.port;
}
