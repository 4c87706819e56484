import type { RouteSettings, Settings } from "../config/settings.ts";
import type { HookEvent, Payload } from "../event/webhook.ts";
import { createAddressReader } from "../gate/address.ts";
import {
	type ClientFinder,
	createClientFinder,
} from "../gate/client-address.ts";
import { createPeers, type Peers } from "../gate/peers.ts";
import { compileRanges, type Ranges } from "../gate/ranges.ts";
import type { Routes, RouteWork } from "../inbox/worker/work.ts";
import { createTrace } from "../plugin/loader/trace.ts";
import { groupBy } from "../route/group.ts";
import { hasPath } from "../route/route.ts";
import { createStack, type Stack } from "../route/stack.ts";
import { createTable, type Table } from "../route/table.ts";
import { eachFew, type Steps } from "../turns.ts";
import { createDoorBuilder } from "./compile/doors.ts";
import { compileNetworks } from "./compile/networks.ts";
import { createDelivery } from "./inbox/deliver.ts";
import type { HandOnEvent } from "./inbox/hand-on.ts";
import type { PullTarget } from "./inbox/pull-leases.ts";
import { Occupancy } from "./occupancy.ts";
import type { OwnSite } from "./own/own-events.ts";
import { createOwnRoutes, type OwnRoutes } from "./own/table.ts";
import type { ServedRoute } from "./served-route.ts";
import type { Services, Surroundings } from "./services.ts";

/** One loaded configuration, ready to serve. A reload builds the next one beside it and swaps them. */
export interface Runtime extends Surroundings {
	readonly table: Table<ServedRoute>;
	readonly routes: readonly ServedRoute[];
	readonly findClient: ClientFinder;
	readonly peers: Peers;
	/** The work of each route, by its name. */
	readonly work: Routes;
	/** The routes whose events services fetch, by name. */
	readonly pulled: ReadonlyMap<string, PullTarget>;
	/** The routes that get own events. */
	readonly ownRoutes: OwnRoutes;
	/** When it was built, in milliseconds since the epoch. */
	readonly builtAt: number;
	/** Hands a payload on to a route, outside of any other event. Returns the new event, unless nothing keeps or handles it. */
	handOn(route: string, payload: Payload): Promise<HookEvent | undefined>;
	/** The URL that the platform calls, without a trailing slash. */
	publicUrl(): string;
	/** Sets the port that it is served on, which the default public URL contains. */
	servedOn(port: number): void;
	/** Aborts `drain`. Handlers that are still running get the reason. */
	abort(reason: Error): void;
	/** Releases the resources of the handlers. Called once, after all work has ended. */
	close(): Promise<void>;
}

/** The public URL, which may not be known before the port is. */
export interface Base {
	url: string;
}

/** The parts of a runtime besides its routes. */
export interface RuntimeParts {
	readonly base: Base;
	readonly services: Services;
	readonly stop: AbortController;
	readonly handOn: HandOnEvent;
	/** From 0 up to, but not including, 1, for the delays of retries; default Math.random. */
	readonly random?: (() => number) | undefined;
}

/** Creates the runtime from compiled routes. */
export function* createRuntime(
	settings: Settings,
	routes: readonly ServedRoute[],
	{ base, services, stop, handOn, random = Math.random }: RuntimeParts,
): Steps<Runtime> {
	const { folder, networks, server } = settings;
	const { own, pauses, tracing } = services;
	const trace = createTrace(folder);
	const toDoor = createDoorBuilder(settings);
	// Routes of one path have the same gates, as the check guarantees.
	const doors = new Map(settings.routes.map((route) => [route.path, route]));
	const stacks: Stack<ServedRoute>[] = [];
	const reached = routes.filter(hasPath);
	const groups = groupBy(reached, (route) => route.path);
	yield* eachFew(groups, ([path, group]) => {
		const door = toDoor(doors.get(path) as RouteSettings);
		stacks.push(createStack(path, group, door));
	});
	const occupancy = new Occupancy();
	const work = new Map<string, RouteWork>();
	const pulled = new Map<string, PullTarget>();
	const common = { trace, random, pauses, tracing, own, occupancy };
	yield* eachFew(routes, (route) => {
		const delivery = createDelivery(route, common);
		const { pull } = route.handler;
		// The worker takes nothing that a service fetches.
		if (pull === undefined) work.set(route.name, delivery);
		else pulled.set(route.name, { route, ...pull, work: delivery });
	});
	const trusted =
		compileNetworks(server.trustedProxies, networks) ?? compileRanges([]);
	const readAddress = createAddressReader();
	return {
		table: createTable(stacks),
		routes,
		ownRoutes: createOwnRoutes(routes),
		builtAt: Date.now(),
		handOn: (route, payload) => handOn(route, payload, {}, undefined),
		findClient: createClientFinder(trusted, readAddress),
		peers: createPeers(
			{ trusted, admitted: admittedBy(settings) },
			readAddress,
		),
		publicUrl: () => base.url,
		servedOn(port) {
			if (server.isPublicUrlWritten) return;
			const url = new URL(base.url);
			url.port = String(port);
			base.url = url.origin;
		},
		...services,
		work,
		pulled,
		occupancy,
		drain: stop.signal,
		abort: (reason) => stop.abort(reason),
		close: () => closeRoutes(routes),
	};
}

/** Returns the parts of a runtime that own events need. */
export function toOwnSite({ ownRoutes, handOn }: Runtime): OwnSite {
	return { own: ownRoutes, handOn };
}

/**
 * Closes the handlers of routes. A handler that hands events on is closed before the handlers that it hands on to, because a
 * plugin may hand on its last events in its teardown. Unrelated handlers are closed together.
 */
export async function closeRoutes(
	routes: readonly ServedRoute[],
): Promise<void> {
	let open = routes;
	while (open.length > 0) {
		const awaited = new Set(open.flatMap(targetsOf));
		const free = open.filter(({ name }) => !awaited.has(name));
		// The remaining routes form a cycle, which has no order.
		const wave = free.length > 0 ? free : open;
		await Promise.all(
			wave.flatMap(({ handler, fallback }) => [
				handler.close?.(),
				fallback?.close?.(),
			]),
		);
		const closed = new Set(wave);
		open = open.filter((route) => !closed.has(route));
	}
}

// --- helpers ---

/** Returns all networks of all firewalls. Undefined if a client outside of them is admitted, quarantined or reported. */
function admittedBy({ routes, networks }: Settings): Ranges | undefined {
	if (routes.some(({ onDenied }) => onDenied !== "reject")) return undefined;
	return compileNetworks(
		[...new Set(routes.flatMap(({ firewall }) => firewall))],
		networks,
	);
}

function targetsOf({ handler, fallback }: ServedRoute): readonly string[] {
	return [...(handler.handsOn ?? []), ...(fallback?.handsOn ?? [])];
}
