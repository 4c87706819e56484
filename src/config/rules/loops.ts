import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import type { Destination } from "../handler-spec.ts";
import type { RouteDraft } from "../parts/route/draft.ts";
import { shapeOf } from "../parts/route/path.ts";
import type { ListenSettings } from "../settings.ts";
import type { Stacks } from "./stacks.ts";

/**
 * Finds routes that forward to this router. A route that forwards to itself is an endless loop, and one that forwards to
 * another route is a detour. Only the addresses in `listen` are known: other addresses of the machine, a proxy or
 * `publicUrl` may lead here too.
 */
export function checkLoops(
	stacks: Stacks,
	listen: readonly ListenSettings[],
	report: Report,
): void {
	const ways: Way[] = [];
	for (const [path, routes] of stacks) {
		for (const route of routes) {
			const way = wayOf(route, path, listen, stacks);
			if (way !== undefined) ways.push(way);
		}
	}
	// Of several routes on a path another one may be meant: by its method, or by what it matches.
	const next = new Map(
		ways
			.filter(({ from }) => stacks.get(from)?.length === 1)
			.map(({ from, to }) => [from, to]),
	);
	for (const way of ways) reportWay(way, comesBack(way, next), stacks, report);
}

// --- helpers ---

/** A handler that sends from one path of the router to another. */
interface Way {
	readonly from: string;
	readonly to: string;
	/** The position of the destination. */
	readonly site: Site;
}

/** Returns undefined for a handler that sends nothing to the router. */
function wayOf(
	route: RouteDraft,
	from: string,
	listen: readonly ListenSettings[],
	stacks: Stacks,
): Way | undefined {
	const { type, settings } = route.handler ?? {};
	const target = settings && type?.destination?.(settings);
	if (type === undefined || target === undefined) return undefined;
	if (!listen.some((entry) => leadsTo(target, entry))) return undefined;
	const [path = "/"] = target.path.split("?");
	const to = findPath(path, stacks);
	const site = route.siteOf("handler").in(type.name);
	return to === undefined ? undefined : { from, to, site };
}

/** Returns true if a request to the origin arrives at a listening address. */
function leadsTo(
	{ origin, socket }: Destination,
	entry: ListenSettings,
): boolean {
	if (socket !== undefined || entry.kind === "unix") {
		return entry.kind === "unix" && socket === entry.path;
	}
	const url = new URL(origin);
	if (url.protocol !== "http:" || entry.port === 0) return false;
	if (Number(url.port || 80) !== entry.port) return false;
	return reaches(url.hostname.replace(/^\[|\]$/g, ""), entry.host);
}

/** Returns true if a connection to `target` arrives at a server that listens on `host`. */
function reaches(target: string, host: string): boolean {
	const own = host.toLowerCase();
	if (target === own) return true;
	// Who connects to every address means this machine.
	const isAny = target === "0.0.0.0" || target === "::";
	if (!isAny && !isLoopback(target)) return false;
	if (own === "" || own === "::") return true;
	if (own === "0.0.0.0") return target !== "::1";
	return (
		isLoopback(own) && (isAny || target === "localhost" || own === "localhost")
	);
}

function isLoopback(host: string): boolean {
	return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** Returns the route's path that matches a request path. Literal paths come first. */
function findPath(path: string, stacks: Stacks): string | undefined {
	if (stacks.has(path)) return path;
	const segments = path.split("/");
	return [...stacks.keys()].find((pattern) => {
		const shape = shapeOf(pattern);
		if (shape === pattern) return false;
		const wanted = shape.split("/");
		return (
			wanted.length === segments.length &&
			wanted.every((part, at) =>
				part === ":" ? segments[at] !== "" : part === segments[at],
			)
		);
	});
}

/** Returns true if the path leads back to its start. */
function comesBack({ from }: Way, next: ReadonlyMap<string, string>): boolean {
	const seen = new Set<string>();
	for (
		let path = next.get(from);
		path !== undefined && !seen.has(path);
		path = next.get(path)
	) {
		if (path === from) return true;
		seen.add(path);
	}
	return false;
}

function reportWay(
	{ from, to, site }: Way,
	isLoop: boolean,
	stacks: Stacks,
	report: Report,
): void {
	const at = site.at("url");
	if (isLoop) {
		report.error(at, {
			what:
				from === to
					? "the URL is this router's own, on this very path: each event would come in again, endlessly"
					: `the URL is this router's own, and its route ${nameOf(to, stacks)} forwards back here: each event would come in again, endlessly`,
			todo: "write the URL of the service behind the router",
		});
		return;
	}
	report.warn(at, {
		what: `the URL is this router's own: the event comes in again at its route ${nameOf(to, stacks)}`,
		todo: "write the URL of the service behind the router, or have a plugin hand it on",
	});
}

function nameOf(path: string, stacks: Stacks): string {
	const [route] = stacks.get(path) ?? [];
	return route === undefined ? "" : route.site.show(route.name, "name");
}
