import type { buildConnector, Dispatcher } from "undici";
import { LATE, within } from "../../within.ts";
import type { Circuit } from "../circuit.ts";
import {
	type CircuitUser,
	createCircuits,
	type ServiceState,
} from "../circuits.ts";
import { createShelf } from "../shelf.ts";
import { Watch } from "../watch.ts";
import { loadClient } from "./client.ts";
import { createEgress, type Resolve } from "./egress.ts";

/** The address of a service and its connection settings. */
export interface UpstreamTarget {
	/** `http://host:port` or `https://host:port`. */
	readonly origin: string;
	/** The absolute path of a Unix socket to use instead. */
	readonly socket: string | undefined;
	/** The certificates (PEM) to trust exclusively. Undefined trusts the certificates of Node.js. */
	readonly ca: string | undefined;
	/** The Host header, if it differs from the origin's host. The certificate must match it too. */
	readonly host: string | undefined;
	readonly connectTimeoutMs: number;
	/** 0 opens a new connection for each request. */
	readonly keepAliveMs: number;
	readonly connections: number;
	/** The CIDRs, besides the Internet, that it may be at. Absent for a service at any address. */
	readonly egress?: readonly string[];
	/** The name in logs and reasons. Absent for the origin or the socket. */
	readonly shown?: string;
}

/** A service while a handler uses it. */
export interface Upstream {
	/** Its name in logs and reasons: the origin, or `unix:/path`, unless the target has another one. */
	readonly name: string;
	readonly pool: Pick<Dispatcher, "dispatch">;
	readonly circuit: Circuit;
	/** Watches the exchanges with all upstreams of the router. */
	readonly watch: Watch;
	/** Releases the upstream. The last release closes the connections, and after 1 s also those in use. */
	close(): Promise<void>;
}

/**
 * Holds all upstreams of a process. Handlers with the same target share its connections. Reply routes have separate ones,
 * because messages that make a service hang must not take the connections of callers. Each route has a circuit for each target:
 * the same origin or socket, `ca` and Host. Upstreams outlive a configuration: a new configuration opens its upstreams before
 * the previous one closes its own, so that common ones continue.
 */
export interface Upstreams {
	open(target: UpstreamTarget, user: CircuitUser): Upstream;
	/** The upstreams in use, for example for metrics. */
	states(): readonly ServiceState[];
}

export interface UpstreamsOptions {
	/** Returns milliseconds of a monotonic clock. Default: the process's clock. */
	readonly now?: () => number;
	/** From 0 up to 1, default Math.random. */
	readonly random?: () => number;
	/** Creates the connections to a target. Default: a pool with real connections. */
	readonly createPool?: (target: UpstreamTarget) => UpstreamPool;
	/** Resolves the names of services whose addresses are checked. Default: as the system does. */
	readonly resolve?: Resolve;
}

/** The connections to one target. */
export interface UpstreamPool extends Pick<Dispatcher, "dispatch"> {
	/** Waits for running exchanges. */
	close(): Promise<void>;
	destroy(): Promise<void>;
}

/**
 * Creates an empty set. Nothing connects before it is used. The proxies of the environment (HTTP_PROXY and others) are ignored,
 * so that an event only goes to the configured target.
 */
export function createUpstreams({
	resolve,
	createPool = (target) => createSystemPool(target, resolve),
	...options
}: UpstreamsOptions = {}): Upstreams {
	const pools = createShelf<UpstreamPool>();
	const circuits = createCircuits(options);
	const watch = new Watch();
	return {
		open(target, user) {
			const { route, mode } = user;
			const { ca, host, shown, ...place } = target;
			const name = shown ?? nameOf(target);
			const key = JSON.stringify([{ ...place, ca, host }, mode]);
			const site = JSON.stringify([nameOf(target), ca, host, route, mode]);
			const pool = pools.take(key, () => createPool(target));
			const circuit = circuits.open(site, name, user);
			let closing: Promise<void> | undefined;
			const close = async (): Promise<void> => {
				circuits.release(site);
				const unused = pools.put(key);
				if (unused !== undefined) await closePool(unused);
			};
			return {
				name,
				pool,
				circuit,
				watch,
				close() {
					closing ??= close();
					return closing;
				},
			};
		},
		states: circuits.states,
	};
}

// --- helpers ---

function nameOf({ origin, socket }: UpstreamTarget): string {
	return socket === undefined ? origin : `unix:${socket}`;
}

function createSystemPool(
	target: UpstreamTarget,
	resolve: Resolve | undefined,
): UpstreamPool {
	const { origin, connections, keepAliveMs } = target;
	const { Pool } = loadClient();
	return new Pool(origin, {
		connections,
		connect: createConnector(target, resolve),
		// The exchange has a single deadline for all of it.
		headersTimeout: 0,
		bodyTimeout: 0,
		...(keepAliveMs === 0
			? { pipelining: 0 }
			: { keepAliveTimeout: keepAliveMs }),
	});
}

async function closePool(pool: UpstreamPool): Promise<void> {
	const closed = await within(pool.close(), CLOSING_MS);
	if (closed === LATE) await pool.destroy();
}

const CLOSING_MS = 1000;

/** Undici's own timeout has a precision of half a second at best, and a caller may have only one second. */
function createConnector(
	target: UpstreamTarget,
	resolve: Resolve | undefined,
): buildConnector.connector {
	const { socket: socketPath, ca, connectTimeoutMs, egress } = target;
	const { buildConnector, errors } = loadClient();
	const connect = buildConnector({
		timeout: 0,
		...(socketPath === undefined ? {} : { socketPath }),
		...(ca === undefined ? {} : { ca }),
		...(egress && { lookup: createEgress(egress, resolve).lookup }),
		// Otherwise NODE_TLS_REJECT_UNAUTHORIZED of the environment would decide.
		rejectUnauthorized: true,
	});
	return (options, callback) => {
		let isDone = false;
		const done: buildConnector.Callback = (...result) => {
			if (isDone) {
				result[1]?.destroy();
				return;
			}
			isDone = true;
			clearTimeout(timer);
			callback(...result);
		};
		const timer = setTimeout(() => {
			const late = new errors.ConnectTimeoutError(
				`no connection within ${connectTimeoutMs} ms`,
			);
			done(late, null);
			opening?.destroy(late);
		}, connectTimeoutMs);
		// According to its type it returns nothing, but it does return the socket.
		const opening = connect(options, done) as unknown as
			| { destroy(error: Error): void }
			| undefined;
	};
}
