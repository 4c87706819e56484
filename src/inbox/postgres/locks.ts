import { createHash } from "node:crypto";

/** The key of an advisory lock, the same for every router; the schema keeps inboxes of one database apart. */
export function lockOf(schema: string, ...names: readonly string[]): bigint {
	return createHash("sha256")
		.update(JSON.stringify(["switchhook", schema, ...names]))
		.digest()
		.readBigInt64BE();
}

/** A lane: the deliveries of one route that share an order key. */
export interface Lane {
	readonly route: string;
	readonly orderKey: string;
}

/** The lock that a transaction MUST hold before it looks at a lane, and until it ends. */
export function laneLock(schema: string, lane: Lane): bigint {
	return lockOf(schema, "lane", lane.route, lane.orderKey);
}

/** The lock of the quarantine's bound. */
export function quarantineLock(schema: string): bigint {
	return lockOf(schema, "quarantine");
}
