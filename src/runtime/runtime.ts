import type { RouteSettings, Settings } from "../config/settings.ts";
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
import { createStack, type Stack } from "../route/stack.ts";
import { createTable, type Table } from "../route/table.ts";
import type { Steps } from "../turns.ts";
import { createDoorBuilder } from "./doors.ts";
import { createDelivery } from "./inbox/deliver.ts";
import { compileNetworks } from "./networks.ts";
import type { ServedRoute } from "./served-route.ts";
import type { Services, Surroundings } from "./services.ts";

/** One loaded configuration, ready to serve. A reload builds the next beside it and swaps. */
export interface Runtime extends Surroundings {
	readonly table: Table<ServedRoute>;
	readonly routes: readonly ServedRoute[];
	readonly findClient: ClientFinder;
	readonly peers: Peers;
	/** How the deliveries of each route are handled, by its name. */
	readonly work: Routes;
	/** The URL that the platform calls, without a trailing slash. */
	publicUrl(): string;
	/** Tells on which port it is served: a public URL that nobody wrote follows it. */
	servedOn(port: number): void;
	/** Aborts `drain`: handlers that are still at work hear the reason. */
	abort(reason: Error): void;
	/** Releases what the handlers hold. Called once, when nothing is under way any more. */
	close(): Promise<void>;
}

/** The public URL, which may only be known when the port is. */
export interface Base {
	url: string;
}

/** The parts of a runtime besides its routes. */
export interface RuntimeParts {
	readonly base: Base;
	readonly services: Services;
	readonly stop: AbortController;
	/** From 0 up to, but not including, 1, for the delays of retries; default Math.random. */
	readonly random?: (() => number) | undefined;
}

/** Makes the runtime of routes that are built. */
export function* createRuntime(
	settings: Settings,
	routes: readonly ServedRoute[],
	{ base, services, stop, random = Math.random }: RuntimeParts,
): Steps<Runtime> {
	const { folder, networks, server } = settings;
	const trace = createTrace(folder);
	const toDoor = createDoorBuilder(settings);
	// Routes of one path agree about the door: the check has seen to it.
	const doors = new Map(settings.routes.map((route) => [route.path, route]));
	const stacks: Stack<ServedRoute>[] = [];
	for (const [path, group] of groupBy(routes, (route) => route.path)) {
		const door = toDoor(doors.get(path) as RouteSettings);
		stacks.push(createStack(path, group, door));
		yield;
	}
	const work = new Map<string, RouteWork>();
	for (const route of routes) {
		work.set(route.name, createDelivery(route, { trace, random }));
		yield;
	}
	const trusted =
		compileNetworks(server.trustedProxies, networks) ?? compileRanges([]);
	const readAddress = createAddressReader();
	return {
		table: createTable(stacks),
		routes,
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
		drain: stop.signal,
		abort: (reason) => stop.abort(reason),
		close: () => closeRoutes(routes),
	};
}

/**
 * Closes the handlers of routes: those that hand on before those that they hand on to, as a plugin may
 * hand on its last events when it is torn down. Handlers of no such chain are closed together.
 */
export async function closeRoutes(
	routes: readonly ServedRoute[],
): Promise<void> {
	let open = routes;
	while (open.length > 0) {
		const awaited = new Set(open.flatMap(targetsOf));
		const free = open.filter(({ name }) => !awaited.has(name));
		// All that are left go in a circle: there is no order for them.
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

/** All networks of all firewalls; undefined where somebody outside of them is admitted, kept or only reported. */
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
