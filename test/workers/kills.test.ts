import { join } from "node:path";
import { expect } from "chai";
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { useBuild } from "../build.ts";
import { createRandom, withSeed } from "../crash/random.ts";
import { createTarget, startSender } from "../crash/sender.ts";
import { createSite, type Site, stop, until } from "../crash/site.ts";
import { expectAllDelivered, untilDone } from "../crash/verdict.ts";
import { ask } from "../http/router.ts";
import { type Caller, call, isAlive } from "./site.ts";

/** How many workers are killed: SWITCHHOOK_WORKER_KILLS, default 3. Fifty before a release. */
const KILLS = Number(process.env.SWITCHHOOK_WORKER_KILLS ?? 3);

const OPTIONS = { quarantine: { maxCount: 10, maxBytes: 1e6 } };

// The workers of a process are found in /proc.
(process.platform === "linux" ? describe : describe.skip)(
	"workers that are killed under load",
	() => {
		const main = useBuild();
		let site: Site;
		beforeEach(async () => {
			site = await createSite(main(), {
				store: "sqlite:inbox.db",
				workers: 2,
			});
		});
		afterEach(() => site.remove());

		it("lose nothing that was acknowledged, and fail no request but those that they held", async () => {
			const random = createRandom();
			const target = createTarget();
			const sender = startSender({ lanes: 4, random, url: target.url });
			await withSeed(random, async () => {
				const router = await site.start();
				target.set(router.url);
				const probes = startProbes(router.url, 4);
				for (let kills = 1; kills <= KILLS; kills += 1) {
					await until("all connections work", () => probes.pids().length === 4);
					const pids = [...new Set(probes.pids())];
					const victim = pids[random.below(pids.length)];
					if (victim === undefined) throw new Error("no worker answers");
					probes.killed(victim);
					process.kill(victim, "SIGKILL");
					await until("it is gone", async () => !(await isAlive(victim)));
					// The other one takes every new connection meanwhile.
					const answers = await Promise.all(
						Array.from({ length: 8 }, () => ask(`${router.url}/who`)),
					);
					expect(answers.every(({ status }) => status === 404)).to.equal(true);
					await until(
						"it is replaced",
						() => countOf(router.command.stdout(), SERVES) >= kills,
					);
				}
				await probes.stop();
				expect(probes.odd).to.deep.equal([]);
				await sender.finish();
				const file = join(site.folder, "inbox.db");
				const look = await openSqlite(file, { ...OPTIONS, owner: false });
				try {
					await untilDone(look);
					expect(await stop(router), router.command.stderr()).to.equal(0);
					// The calls of the probes are recorded too.
					const ledger = {
						...look,
						export: () => look.export({ route: "ledger" }),
					};
					await expectAllDelivered(ledger, site, sender.acknowledged);
				} finally {
					await look.close();
				}
				expect(sender.odd).to.deep.equal([]);
				expect(sender.count).to.be.above(KILLS);
			});
		}).timeout(120_000 + 30_000 * KILLS);
	},
);

// --- helpers ---

const SERVES = '"msg":"the worker serves again"';

function countOf(text: string, part: string): number {
	return text.split(part).length - 1;
}

/** Connections that stay open, with a request after the other. */
interface Probes {
	/** Requests that failed, although their worker was not killed. */
	readonly odd: readonly string[];
	/** The workers of the open connections. */
	pids(): readonly number[];
	/** From now on requests of this worker may fail. */
	killed(pid: number): void;
	stop(): Promise<void>;
}

function startProbes(url: string, count: number): Probes {
	const odd: string[] = [];
	const dead = new Set<number>();
	const open = new Map<number, Caller>();
	let isOver = false;
	const run = async (at: number): Promise<void> => {
		while (!isOver) {
			const caller = await call(url, WHO).catch((error) => {
				// A new connection may have reached the worker that was killed at this moment.
				if (dead.size === 0) odd.push(String(error));
				return undefined;
			});
			if (caller === undefined) continue;
			open.set(at, caller);
			try {
				while (!isOver) {
					const { status } = await caller.get(WHO);
					if (status !== 200) odd.push(`status ${status}`);
				}
			} catch (error) {
				if (!dead.has(caller.pid)) odd.push(String(error));
			}
			open.delete(at);
			caller.close();
		}
	};
	const all = Promise.all(Array.from({ length: count }, (_, at) => run(at)));
	return {
		odd,
		pids: () => [...open.values()].map(({ pid }) => pid),
		killed: (pid) => dead.add(pid),
		async stop() {
			isOver = true;
			await all;
		},
	};
}

const WHO =
	"/pid?to=447700900001&from=447700900002&uuid=u-1&conversation_uuid=CON-1";
