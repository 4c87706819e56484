import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Peers } from "../gate/peers.ts";
import type { OnRejection } from "./rejection.ts";

/** How many connections there may be, and whose. */
export interface ConnectionBounds {
	/** Over all addresses. */
	readonly max: number;
	/** From one address that is no trusted proxy. */
	readonly maxPerAddress: number;
	/** Called for each connection: a reload swaps what it returns. */
	readonly peers: () => Peers;
}

/** Turns connections away before a byte is parsed: those of peers that no route admits, and those beyond a bound. */
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
	/** Why a connection is turned away; undefined for one that is taken. */
	const refuse = (address: string | undefined): string | undefined => {
		// One that was reset has no address any more: the firewall refuses it.
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
	// In front of the listener that Node has put there, which starts to parse.
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
