import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Peers } from "../gate/peers.ts";
import type { OnRejection } from "./rejection.ts";

/** The limits of connections, and the peers that may connect. */
export interface ConnectionBounds {
	/** The limit for all addresses together. */
	readonly max: number;
	/** The limit for one address that is not a trusted proxy. */
	readonly maxPerAddress: number;
	/** Returns the current peers. Called for each connection, because a reload changes them. */
	readonly peers: () => Peers;
}

/** Rejects connections before a byte is parsed: from peers that no route admits, and beyond a limit. */
export function boundConnections(
	server: Server,
	{ max, maxPerAddress, peers }: ConnectionBounds,
	onRejection: OnRejection,
): void {
	const counts = new Map<string, number>();
	const release = (address: string): void => {
		const count = counts.get(address) ?? 0;
		if (count > 1) counts.set(address, count - 1);
		else counts.delete(address);
	};
	/** Returns the reason why a connection is rejected. Undefined if it is accepted. */
	const refuse = (address: string | undefined): string | undefined => {
		// A connection that was reset has no address any more, and the firewall refuses it.
		if (address === undefined) return undefined;
		const { isWelcome, isProxy } = peers();
		if (!isWelcome(address)) return "no route admits this address";
		if (isProxy(address)) return undefined;
		const count = counts.get(address) ?? 0;
		if (count < maxPerAddress) return undefined;
		return `this address has ${count} connections, its limit (a quarter of \`server.maxConnections\`)`;
	};
	server.maxConnections = max;
	server.on("drop", (dropped) =>
		onRejection({
			peer: dropped?.remoteAddress,
			...CLOSED,
			reason: `there are ${max} connections, the limit of \`server.maxConnections\``,
		}),
	);
	// Runs before Node's own listener, which starts to parse.
	const serve = server.listeners("connection");
	server.removeAllListeners("connection");
	server.on("connection", (socket: Socket) => {
		const address = socket.remoteAddress;
		const reason = refuse(address);
		if (reason !== undefined) {
			socket.destroy();
			onRejection({ peer: address, ...CLOSED, reason });
			return;
		}
		if (address !== undefined) {
			counts.set(address, (counts.get(address) ?? 0) + 1);
			socket.once("close", () => release(address));
		}
		for (const listener of serve) listener.call(server, socket);
	});
}

// --- helpers ---

const CLOSED = { status: undefined, severity: "warn" } as const;
