import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Block } from "../../../src/cli/watchdog/thread.ts";
import {
	startWatchdog,
	type WatchdogOptions,
} from "../../../src/cli/watchdog/watchdog.ts";
import { withFolder } from "../cli.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));

describe("the watchdog of the event loop", () => {
	it("names the code that blocks, and for how long, each time", () =>
		withWatchdog({}, async ({ next }) => {
			for (let time = 0; time < 2; time++) {
				const block = next();
				occupy(400);
				const { ms, at, route } = await block;
				expect(ms).to.be.within(200, 20_000);
				expect(at).to.match(/^watchdog\.test\.ts:\d+:\d+$/);
				expect(route).to.equal(undefined);
			}
		}));

	it("says nothing of a busy event loop that still turns", () =>
		withWatchdog({ blockedMs: 2000 }, async ({ blocks }) => {
			for (let turn = 0; turn < 30; turn++) {
				occupy(5);
				await new Promise((done) => setImmediate(done));
			}
			expect(blocks).to.deep.equal([]);
		}));

	it("reports by itself a block that does not end", () =>
		withFolder({ "err.txt": "" }, async (folder) => {
			const file = join(folder, "err.txt");
			const errorFd = openSync(file, "a");
			try {
				await withWatchdog({ stuckMs: 200, errorFd }, async ({ next }) => {
					const block = next();
					occupy(5000, () => readFileSync(file, "utf8") !== "");
					// Written while this thread was blocked.
					expect(readFileSync(file, "utf8")).to.match(
						/^The event loop has been blocked for \d+ s by watchdog\.test\.ts:\d+:\d+\. Nothing else/,
					);
					await block;
				});
			} finally {
				closeSync(errorFd);
			}
		}));
}).timeout(30_000);

// --- helpers ---

/** Blocks the event loop until it is so, at most for a time. */
function occupy(ms: number, isSo = (): boolean => false): void {
	const end = performance.now() + ms;
	while (performance.now() < end && !isSo());
}

async function withWatchdog(
	options: Partial<WatchdogOptions>,
	use: (ground: {
		readonly blocks: readonly Block[];
		next(): Promise<Block>;
	}) => Promise<void>,
): Promise<void> {
	const blocks: Block[] = [];
	let onNext = (_: Block): void => {};
	const watchdog = startWatchdog({
		folder: HERE,
		everyMs: 20,
		blockedMs: 150,
		...options,
		onBlocked(block) {
			blocks.push(block);
			onNext(block);
		},
	});
	const next = () =>
		new Promise<Block>((done) => {
			onNext = done;
		});
	try {
		await watchdog?.ready;
		await use({ blocks, next });
	} finally {
		await watchdog?.close();
	}
}
