// Blocks its event loop under a watchdog, and tells what that noticed. Its process gave it the module of the watchdog.
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const { startWatchdog } = await import(process.argv[2]);

const HERE = fileURLToPath(new URL(".", import.meta.url));

const SCENARIOS = {
	twice: (ms) =>
		withWatchdog({}, async ({ next, blocks }) => {
			for (let time = 0; time < 2; time++) {
				const block = next();
				occupy(ms);
				await block;
			}
			return blocks;
		}),
	busy: () =>
		withWatchdog({ blockedMs: 2000 }, async ({ blocks }) => {
			for (let turn = 0; turn < 30; turn++) {
				occupy(5);
				await new Promise((done) => setImmediate(done));
			}
			return blocks;
		}),
	async stuck(file) {
		const errorFd = openSync(file, "a");
		try {
			return await withWatchdog({ stuckMs: 200, errorFd }, async ({ next }) => {
				const block = next();
				occupy(5000, () => readFileSync(file, "utf8") !== "");
				const written = readFileSync(file, "utf8");
				await block;
				return written;
			});
		} finally {
			closeSync(errorFd);
		}
	},
};

process.on("message", async ({ scenario, args }) => {
	process.send({ told: await SCENARIOS[scenario](...args) });
});

/** Blocks the event loop until it is so, at most for a time. */
function occupy(ms, isSo = () => false) {
	const end = performance.now() + ms;
	while (performance.now() < end && !isSo());
}

async function withWatchdog(options, use) {
	const blocks = [];
	let onNext = () => {};
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
		new Promise((done) => {
			onNext = done;
		});
	try {
		await watchdog.ready;
		return await use({ blocks, next });
	} finally {
		await watchdog.close();
	}
}
