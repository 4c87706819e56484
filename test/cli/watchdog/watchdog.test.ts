import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Block } from "../../../src/cli/watchdog/thread.ts";
import { PROGRAM_NODE, urlOf } from "../../program.ts";
import { withFolder } from "../cli.ts";

/**
 * In a process of its own: the watchdog pauses what it watches by the debugger, and V8 then forgets which blocks of code ran. The process
 * of the tests would lose most of its coverage.
 */
describe("the watchdog of the event loop", () => {
	let child: ChildProcess;
	before(() => {
		const [program = "", ...flags] = PROGRAM_NODE;
		child = spawn(
			program,
			[...flags, BLOCKING, urlOf("cli/watchdog/watchdog")],
			{ stdio: ["ignore", "inherit", "inherit", "ipc"] },
		);
	});
	after(async () => {
		const ended = once(child, "exit");
		child.disconnect();
		await ended;
	});
	async function run<Told>(
		scenario: string,
		...args: readonly unknown[]
	): Promise<Told> {
		const answered = once(child, "message");
		child.send({ scenario, args });
		const [{ told }] = await answered;
		return told;
	}

	it("names the code that blocks, and for how long, each time", async () => {
		let blocks: readonly Block[] = [];
		// On a busy machine a block may be over before its stack is taken.
		for (let ms = 400; ms < 10_000; ms *= 2) {
			blocks = await run<readonly Block[]>("twice", ms);
			if (blocks.every(({ at }) => at !== undefined)) break;
		}
		expect(blocks).to.have.length(2);
		for (const { ms, at, route } of blocks) {
			expect(ms).to.be.within(200, 20_000);
			expect(at).to.match(/^blocking\.mjs:\d+:\d+$/);
			expect(route).to.equal(undefined);
		}
	});

	it("says nothing of a busy event loop that still turns", async () => {
		expect(await run<readonly Block[]>("busy")).to.deep.equal([]);
	});

	it("reports by itself a block that does not end, while it goes on", () =>
		withFolder({ "err.txt": "" }, async (folder) => {
			expect(await run<string>("stuck", join(folder, "err.txt"))).to.match(
				/^The event loop has been blocked for \d+ s by blocking\.mjs:\d+:\d+\. Nothing else/,
			);
		}));
}).timeout(90_000);

// --- helpers ---

const BLOCKING = fileURLToPath(new URL("blocking.mjs", import.meta.url));
