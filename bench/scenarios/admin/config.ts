import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeSite } from "../../configs.ts";
import { RECEIPT_PATH } from "../../requests.ts";

/** The token of every router of this scenario. */
export const TOKEN = "bench-0123456789abcdef";

/** Writes a configuration with an admin listener, and returns its path. Its second route gets nothing. */
export function writeAdminConfig(folder: string, store: string): string {
	return writeSite(
		folder,
		`version: 1
server: { drainTimeout: 1s }
admin: { listen: "127.0.0.1:0", token: "sha256:${HASH}" }
inbox: { store: "${store}" }
defaults: { signature: none, firewall: [loopback] }
routes:
  - { name: receipts, path: ${RECEIPT_PATH}, kind: sms.dlr, handler: { plugin: noop } }
  - { name: rare, path: /webhooks/rare, kind: sms.dlr, handler: { plugin: noop } }
`,
	);
}

/** Finds the address of the admin listener in a router's log. */
export function adminOrigin(log: string): string {
	const found = /"admin":"(http:[^"]+)"/.exec(readFileSync(log, "utf8"));
	if (found?.[1] === undefined) throw new Error(`no admin address in ${log}`);
	return found[1];
}

// --- helpers ---

const HASH = createHash("sha256").update(TOKEN).digest("hex");
