import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Request } from "autocannon";
import { writeSite } from "./configs.ts";
import { RECEIPT_PATH } from "./requests.ts";

/** A configuration of one accept route, and where its inbox is. */
export interface InboxConfig {
	/** Path of the routes.yaml. */
	readonly file: string;
	/** Path of the SQLite file, whether or not the configuration has this inbox. */
	readonly inbox: string;
}

/**
 * Writes a configuration whose one route takes receipts; `route` is what it says beside that, YAML in one line.
 *
 * @param store default an SQLite file
 */
export function writeInboxConfig(
	folder: string,
	route: string,
	store = "sqlite:./data/inbox.db",
): InboxConfig {
	const file = writeSite(
		folder,
		`version: 1
server: { drainTimeout: 1s }
inbox: { store: ${JSON.stringify(store)} }
routes:
  - { name: receipts, path: ${RECEIPT_PATH}, kind: sms.dlr, signature: none, firewall: [loopback], ${route} }
`,
	);
	return { file, inbox: join(folder, "data", "inbox.db") };
}

/** Puts a copy of a filled inbox in the place of the one that a configuration has. */
export function refill({ inbox }: InboxConfig, filled: string): void {
	mkdirSync(dirname(inbox), { recursive: true });
	for (const ending of ["-wal", "-shm"])
		rmSync(inbox + ending, { force: true });
	copyFileSync(filled, inbox);
}

/** A receipt as JSON, by default of 600 bytes. */
export function largeReceipt(messageId: string, bytes = RECEIPT_BYTES): string {
	const receipt = {
		msisdn: "447700900200",
		to: "447700900000",
		"network-code": "23410",
		messageId,
		price: "0.03330000",
		status: "delivered",
		scts: "2001011400",
		"err-code": "0",
		"api-key": "abcd1234",
		"message-timestamp": "2020-01-01T14:00:00.000+00:00",
		"client-ref": "",
	};
	const rest = bytes - JSON.stringify(receipt).length;
	return JSON.stringify({ ...receipt, "client-ref": "r".repeat(rest) });
}

/** Receipts that are no repetition of one another: what comes again is not kept again. */
export function newReceipts(bytes: number): readonly Request[] {
	return [
		{
			setupRequest: (request) => ({
				...request,
				method: "POST",
				path: RECEIPT_PATH,
				headers: { "content-type": "application/json" },
				body: largeReceipt(randomUUID(), bytes),
			}),
		},
	];
}

/** The same, of 600 bytes. */
export const NEW_RECEIPTS: readonly Request[] = newReceipts(600);

// --- helpers ---

const RECEIPT_BYTES = 600;
