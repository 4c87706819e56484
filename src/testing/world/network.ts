import dgram from "node:dgram";
import dns from "node:dns";
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { fetchInWorld } from "./fetch.ts";
import { connectInWorld } from "./http.ts";
import { currentWorld } from "./world.ts";

/**
 * Blocks the network for code in a world: requests of `fetch`, `http` and `https` are answered by the world's stubs, and every
 * other connection is refused. Returns the function that restores everything.
 */
export function createNetworkGuard(): () => void {
	const undo: (() => void)[] = [];
	const replace: Replace = (owner, key, make) => {
		const system = owner[key];
		owner[key] = make(system);
		undo.push(() => {
			owner[key] = system;
		});
	};
	replace(
		globalThis,
		"fetch",
		(system) => (input, init) =>
			currentWorld() === undefined
				? system(input, init)
				: fetchInWorld(input, init),
	);
	replaceHttp(replace);
	replaceSockets(replace);
	for (const name of LOOKUPS) replaceLookup(replace, name);
	syncBuiltinESMExports();
	return () => {
		for (const put of undo.reverse()) put();
		syncBuiltinESMExports();
	};
}

// --- helpers ---

/** Puts a function in place of the system's, which `make` gets. */
type Replace = <T extends object, K extends keyof T>(
	owner: T,
	key: K,
	make: (system: T[K]) => T[K],
) => void;

/** Whatever speaks HTTP over an agent of Node gets a connection to the world's stubs. */
function replaceHttp(replace: Replace): void {
	for (const [agent, protocol] of [
		[http.Agent.prototype, "http:"],
		[https.Agent.prototype, "https:"],
	] as const) {
		replace(
			agent as unknown as Connecting,
			"createConnection",
			(system) =>
				function createConnection(this: unknown, ...args: unknown[]) {
					return currentWorld() === undefined
						? system?.apply(this, args)
						: connectInWorld(protocol);
				},
		);
	}
}

/** Every other connection, and every datagram, is refused. */
function replaceSockets(replace: Replace): void {
	replace(
		net.Socket.prototype as unknown as Connecting,
		"connect",
		(system) =>
			function connect(this: net.Socket, ...args: unknown[]) {
				const world = currentWorld();
				if (world === undefined) return system?.apply(this, args);
				this.destroy(world.outgoing.refuse(describeTarget(args)));
				return this;
			},
	);
	replace(
		dgram.Socket.prototype as unknown as Connecting,
		"send",
		(system) =>
			function send(this: unknown, ...args: unknown[]) {
				const world = currentWorld();
				if (world === undefined) return system?.apply(this, args);
				throw world.outgoing.refuse("a datagram");
			},
	);
}

/** Refuses name look-ups too, because the query itself would leave the machine. */
function replaceLookup(replace: Replace, name: string): void {
	replace(
		dns as unknown as Connecting,
		name,
		(system) =>
			function look(this: unknown, ...args: unknown[]) {
				const world = currentWorld();
				if (world === undefined) return system?.apply(this, args);
				const error = world.outgoing.refuse(String(args[0]));
				const done = args.at(-1) as (error: Error) => void;
				queueMicrotask(() => done(error));
				return {};
			},
	);
	replace(
		dns.promises as unknown as Connecting,
		name,
		(system) =>
			async function look(this: unknown, ...args: unknown[]) {
				const world = currentWorld();
				if (world === undefined) return system?.apply(this, args);
				throw world.outgoing.refuse(String(args[0]));
			},
	);
}

/** Something whose functions open connections; their many signatures do not matter here. */
type Connecting = Record<string, (...args: unknown[]) => unknown>;

const LOOKUPS = ["lookup", "resolve", "resolve4", "resolve6", "resolveSrv"];

/** Names where a socket would connect to, by the arguments of `connect`, which Node hands on as one list. */
function describeTarget(args: readonly unknown[]): string {
	const [first, second] = args.flat();
	if (typeof first === "number")
		return `${typeof second === "string" ? second : "localhost"}:${first}`;
	if (typeof first === "string") return `unix:${first}`;
	const {
		host = "localhost",
		port,
		path,
	} = first as Partial<net.NetConnectOpts> & {
		readonly host?: string;
		readonly port?: number;
		readonly path?: string;
	};
	return path === undefined ? `${host}:${port}` : `unix:${path}`;
}
