import type { Desk } from "../../port/desk.ts";
import type { Session } from "./client.ts";

/** Creates the part of the desk that removes content, in short transactions. */
export function createRedaction(
	session: Session,
	sizeBytes: () => number,
): Pick<Desk, "redact" | "redactState" | "scrub"> {
	return {
		async redact(named, note) {
			const ids = [...new Set(named)];
			const redacted: string[] = [];
			for (let at = 0; at < ids.length; at += BITE) {
				const bite = ids.slice(at, at + BITE);
				redacted.push(...(await session.ask("redact", [bite, note])));
			}
			return redacted;
		},
		async redactState(isMatch) {
			let count = 0;
			let last = 0;
			for (;;) {
				const rows = await session.ask("states", [last]);
				if (rows.length === 0) return count;
				last = rows.at(-1)?.rowid ?? last;
				const found = rows.filter(({ key, value }) => isMatch(key, value));
				if (found.length === 0) continue;
				const ids = found.map(({ rowid }) => rowid);
				count += await session.ask("forgetStates", [ids]);
			}
		},
		async scrub() {
			while (await session.ask("releasePages", []));
			const isSmall = sizeBytes() <= REWRITTEN_BYTES;
			let isDone = false;
			for (let tries = 0; tries < TRIES && !isDone; tries += 1)
				isDone = await session.ask("cleanFile", [isSmall]);
			if (!isDone)
				return "another program uses the inbox without a pause, so its log could not be emptied. Run the command again later";
			return isSmall
				? undefined
				: `the file is too large to be written afresh beside a router, so pages that were split may still contain copies. Stop the router and run \`sqlite3 ${session.file} vacuum\``;
		},
	};
}

// --- helpers ---

/** Deliveries of one transaction. */
const BITE = 200;

/** A file that is written afresh within about a second, in memory first. A router that writes meanwhile waits for at most 5 s. */
const REWRITTEN_BYTES = 128 * 1024 * 1024;

/** Each try waits up to 5 s for others that use the file. */
const TRIES = 3;
