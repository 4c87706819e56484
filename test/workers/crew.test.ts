import { EventEmitter, once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect } from "chai";
import type { Finding } from "../../src/finding/finding.ts";
import { Backoff } from "../../src/workers/backoff.ts";
import type { Clock } from "../../src/workers/clock.ts";
import { countWorkers } from "../../src/workers/count.ts";
import { Crew } from "../../src/workers/crew.ts";
import type { Ended } from "../../src/workers/member.ts";
import type {
	FromWorker,
	ToWorker,
	WorkerProcess,
} from "../../src/workers/protocol.ts";

const FINDING: Finding = {
	file: "routes.yaml",
	line: 1,
	column: 1,
	severity: "error",
	what: "wrong",
};

describe("Backoff", () => {
	it("replaces at once what served, and waits ever longer for what did not", () => {
		const backoff = new Backoff({ firstMs: 100, maxMs: 500, goodMs: 1000 });
		expect(backoff.delayAfter(1000)).to.equal(0);
		expect([0, 10, 999, 0].map((ms) => backoff.delayAfter(ms))).to.deep.equal([
			100, 200, 400, 500,
		]);
		expect(backoff.delayAfter(5000)).to.equal(0);
		expect(backoff.delayAfter(0)).to.equal(100);
	});
});

describe("countWorkers", () => {
	it("takes a number, the cores for `auto`, and one for an inbox of one process", () => {
		expect(countWorkers(3, { type: "sqlite" }, () => 8)).to.equal(3);
		expect(countWorkers("auto", { type: "postgres" }, () => 8)).to.equal(8);
		expect(countWorkers("auto", { type: "memory" }, () => 8)).to.equal(1);
		expect(countWorkers(4, { type: "none" }, () => 8)).to.equal(1);
		expect(countWorkers("auto", { type: "sqlite" })).to.be.at.least(1);
	});
});

describe("Crew", () => {
	let clock: HandClock;
	let processes: FakeProcess[];
	let ended: [number, Ended][];
	let replaced: number[];
	let stale: number;
	let crew: Crew;
	beforeEach(() => {
		clock = new HandClock();
		processes = [];
		ended = [];
		replaced = [];
		stale = 0;
		crew = new Crew({
			count: 2,
			clock,
			maxWaiting: 10,
			prepareMs: 5000,
			start: () => {
				const process = new FakeProcess();
				processes.push(process);
				return process;
			},
			facts: () => ({
				hub: "",
				maxBytes: undefined,
				places: [],
				control: "",
				port: undefined,
			}),
			listener: {
				onEnded: (number, why) => void ended.push([number, why]),
				onReplaced: (number) => void replaced.push(number),
				onStale: () => {
					stale += 1;
				},
				onSeen: () => {},
				onDenied: () => {},
			},
		});
	});

	const at = (index: number): FakeProcess => {
		const process = processes[index];
		if (process === undefined) throw new Error(`no process ${index}`);
		return process;
	};
	const begin = async (): Promise<void> => {
		const started = crew.start();
		for (const process of processes)
			process.say({ type: "ready", inputs: "a" });
		expect(await started).to.equal(undefined);
	};

	it("has started when all serve", async () => {
		const started = crew.start();
		expect(processes).to.have.length(2);
		expect(at(0).got[0]).to.deep.include({ type: "start" });
		at(0).say({ type: "ready", inputs: "a" });
		expect(await Promise.race([started, "not yet"])).to.equal("not yet");
		at(1).say({ type: "ready", inputs: "a" });
		expect(await started).to.equal(undefined);
	});

	it("has not started if one refuses the configuration", async () => {
		const started = crew.start();
		at(1).say({ type: "refused", findings: [FINDING] });
		at(1).exit(1);
		expect(await started).to.deep.include({ findings: [FINDING] });
	});

	it("replaces one that ends, at once if it served a while, and later if not", async () => {
		await begin();
		clock.advance(1000);
		at(0).exit(null, "SIGKILL");
		expect(ended[0]?.[1]).to.include({ replacedInMs: 0, signal: "SIGKILL" });
		clock.advance(0);
		expect(processes).to.have.length(3);
		at(2).exit(1);
		expect(ended[1]?.[1]).to.include({ replacedInMs: 250, hasServed: false });
		clock.advance(249);
		expect(processes).to.have.length(3);
		clock.advance(1);
		expect(processes).to.have.length(4);
		at(3).say({ type: "ready", inputs: "a" });
		expect(replaced).to.deep.equal([1]);
		expect(stale).to.equal(0);
	});

	it("kills one that gives no sign of life, and none that does", async () => {
		await begin();
		for (let second = 0; second < 11; second += 1) {
			clock.advance(1000);
			at(1).say({ type: "beat" });
		}
		expect(at(0).kills).to.deep.equal(["SIGKILL"]);
		expect(at(1).kills).to.deep.equal([]);
		at(0).exit(null, "SIGKILL");
		expect(ended[0]?.[1]).to.include({ isStalled: true });
	});

	it("kills none after it was stopped itself", async () => {
		await begin();
		clock.leap(60_000);
		expect(at(0).kills).to.deep.equal([]);
	});

	it("prepares in all and commits in all", async () => {
		await begin();
		const prepared = crew.prepare();
		for (const process of processes) process.prepared("b");
		expect(await prepared).to.equal(undefined);
		crew.commit();
		for (const { last } of processes)
			expect(last).to.deep.equal({ type: "commit" });
	});

	it("keeps the configuration in all if one refuses", async () => {
		await begin();
		const prepared = crew.prepare();
		at(0).prepared("b");
		at(1).prepared("b", [FINDING]);
		expect(await prepared).to.deep.equal([FINDING]);
		crew.discard();
		for (const { last } of processes)
			expect(last).to.deep.equal({ type: "discard" });
	});

	it("goes on with the others if one ends while it prepares", async () => {
		await begin();
		const prepared = crew.prepare();
		at(0).prepared("b");
		at(1).exit(null, "SIGKILL");
		expect(await prepared).to.equal(undefined);
		crew.commit();
		expect(at(0).last).to.deep.equal({ type: "commit" });
		// The replacement has read the new files.
		clock.advance(250);
		at(2).say({ type: "ready", inputs: "b" });
		expect(stale).to.equal(0);
	});

	it("prepares again if a file changed while they read it", async () => {
		await begin();
		const prepared = crew.prepare();
		at(0).prepared("b");
		at(1).prepared("c");
		await turn();
		for (const process of processes) process.prepared("c");
		expect(await prepared).to.equal(undefined);
	});

	it("fails if one does not answer in time", async () => {
		await begin();
		const prepared = crew.prepare().catch((error: Error) => error.message);
		at(0).prepared("b");
		// The other one beats, but its configuration takes forever.
		for (let second = 0; second < 6; second += 1) {
			for (const process of processes) process.say({ type: "beat" });
			clock.advance(1000);
		}
		expect(await prepared).to.match(/worker 2 did not load/);
	});

	it("asks for a reload if a replacement has read other files", async () => {
		await begin();
		clock.advance(1000);
		at(0).exit(1);
		clock.advance(0);
		at(2).say({ type: "ready", inputs: "newer" });
		expect(stale).to.equal(1);
		// If the others refuse the files, it must not serve them alone.
		crew.discard();
		expect(at(2).kills).to.deep.equal(["SIGKILL"]);
		expect(at(1).kills).to.deep.equal([]);
	});

	it("serves while one of them does", async () => {
		expect(crew.isServing).to.equal(false);
		await begin();
		expect(crew.isServing).to.equal(true);
		at(0).exit(1);
		expect(crew.isServing).to.equal(true);
		at(1).exit(1);
		expect(crew.isServing).to.equal(false);
	});

	it("asks all of them a question, and leaves out those that do not answer", async () => {
		await begin();
		const asked = crew.ask("stats", undefined, 1000);
		at(0).answer({ running: 3 });
		clock.advance(1000);
		expect(await asked).to.deep.equal([
			{ worker: 1, pid: at(0).pid, value: { running: 3 } },
		]);
	});

	it("drains all, and replaces none of them", async () => {
		await begin();
		const drained = crew.drain();
		for (const process of processes) {
			expect(process.last).to.deep.equal({ type: "drain" });
			process.exit(0);
		}
		await drained;
		clock.advance(60_000);
		expect(processes).to.have.length(2);
		expect(ended).to.deep.equal([]);
	});

	it("lets one handle a signed webhook, and gives its reply to the other", async () => {
		await begin();
		const claim = { key: "k", path: "/", now: 1000, until: 2000 };
		at(0).say({ type: "marks", claims: [{ ...claim, id: 1 }], ends: [] });
		await at(0).told("claimed");
		expect(at(0).last).to.deep.equal({
			type: "claimed",
			answers: [{ id: 1, reply: undefined }],
		});
		at(1).say({ type: "marks", claims: [{ ...claim, id: 7 }], ends: [] });
		const reply = { status: 200, headers: {}, body: "yes" };
		const end = { id: 1, answer: { reply, outcome: "handled" as const } };
		const told = at(1).told("claimed");
		at(0).say({ type: "marks", claims: [], ends: [end] });
		await told;
		expect(at(1).last).to.deep.equal({
			type: "claimed",
			answers: [{ id: 7, reply }],
		});
	});

	it("gives the claim of one that ends to the next that waits for it", async () => {
		await begin();
		const claim = { key: "k", path: "/", now: 1000, until: 2000 };
		at(0).say({ type: "marks", claims: [{ ...claim, id: 1 }], ends: [] });
		await at(0).told("claimed");
		at(1).say({ type: "marks", claims: [{ ...claim, id: 7 }], ends: [] });
		const told = at(1).told("claimed");
		at(0).exit(null, "SIGKILL");
		await told;
		expect(at(1).last).to.deep.equal({
			type: "claimed",
			answers: [{ id: 7, reply: undefined }],
		});
	});

	describe("connections", () => {
		const sockets: Socket[] = [];
		afterEach(() => {
			for (const socket of sockets.splice(0)) socket.destroy();
		});
		/** A connection as the supervisor accepts it. */
		const accept = async (): Promise<Socket> => {
			const server = createServer({ pauseOnConnect: true }).listen(0);
			await once(server, "listening");
			const { port } = server.address() as { readonly port: number };
			sockets.push(connect(port).on("error", () => {}));
			const [socket] = (await once(server, "connection")) as [Socket];
			sockets.push(socket);
			server.close();
			return socket;
		};
		const handedTo = ({ got }: FakeProcess): number =>
			got.filter(({ type }) => type === "connection").length;

		it("go to them in turns, and not to one that confirms none", async () => {
			await begin();
			for (let count = 0; count < 4; count += 1)
				crew.connections.take(await accept(), 0);
			expect(processes.map(handedTo)).to.deep.equal([2, 2]);
			at(0).say({ type: "took", count: 2 });
			for (let count = 0; count < 2; count += 1)
				crew.connections.take(await accept(), 0);
			expect(processes.map(handedTo)).to.deep.equal([4, 2]);
		});

		it("go to another one if the first ends before it confirmed them, and stay with it afterwards", async () => {
			await begin();
			clock.advance(1000);
			const [confirmed, other, unconfirmed] = [
				await accept(),
				await accept(),
				await accept(),
			];
			for (const socket of [confirmed, other, unconfirmed])
				crew.connections.take(socket, 0);
			const first = handedTo(at(0)) === 2 ? 0 : 1;
			at(first).say({ type: "took", count: 1 });
			expect(confirmed.destroyed).to.equal(true);
			expect(crew.connections.size).to.equal(2);
			at(first).exit(null, "SIGKILL");
			expect(handedTo(at(1 - first))).to.equal(2);
			expect(unconfirmed.destroyed).to.equal(false);
		});

		it("wait while none serves, up to a bound", async () => {
			await begin();
			clock.advance(1000);
			for (const process of [at(0), at(1)]) process.exit(1);
			const all = [];
			for (let count = 0; count < 11; count += 1) {
				const socket = await accept();
				all.push(socket);
				crew.connections.take(socket, 0);
			}
			expect(all.map(({ destroyed }) => destroyed)).to.deep.equal([
				...Array(10).fill(false),
				true,
			]);
			clock.advance(0);
			at(2).say({ type: "ready", inputs: "a" });
			expect(handedTo(at(2))).to.equal(10);
		});
	});
});

// --- helpers ---

function turn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}

/** A clock that goes when it is told to. */
class HandClock implements Clock {
	#now = 0;
	#timers = new Set<{ readonly at: number; run(): void }>();

	now(): number {
		return this.#now;
	}

	after(ms: number, run: () => void): () => void {
		const timer = { at: this.#now + ms, run };
		this.#timers.add(timer);
		return () => this.#timers.delete(timer);
	}

	/** Runs each timer at its time. */
	advance(ms: number): void {
		const end = this.#now + ms;
		for (;;) {
			const next = [...this.#timers]
				.filter(({ at }) => at <= end)
				.sort((a, b) => a.at - b.at)[0];
			if (next === undefined) break;
			this.#timers.delete(next);
			this.#now = Math.max(this.#now, next.at);
			next.run();
		}
		this.#now = end;
	}

	/** The process was stopped meanwhile: all timers are late, and each runs once. */
	leap(ms: number): void {
		this.#now += ms;
		for (const timer of [...this.#timers]) {
			this.#timers.delete(timer);
			timer.run();
		}
	}
}

/** A worker that says what the test wants. */
class FakeProcess implements WorkerProcess {
	readonly pid = 1;
	readonly got: ToWorker[] = [];
	readonly kills: NodeJS.Signals[] = [];
	readonly #events = new EventEmitter();

	get last(): ToWorker | undefined {
		return this.got.at(-1);
	}

	send(message: ToWorker): void {
		this.got.push(message);
		this.#events.emit(message.type);
	}

	kill(signal: NodeJS.Signals): void {
		this.kills.push(signal);
	}

	onMessage(listener: (message: FromWorker) => void): void {
		this.#events.on("say", listener);
	}

	onExit(
		listener: (code: number | null, signal: NodeJS.Signals | null) => void,
	): void {
		this.#events.once("exit", listener);
	}

	say(message: FromWorker): void {
		this.#events.emit("say", message);
	}

	prepared(inputs: string, findings?: readonly Finding[]): void {
		this.say({ type: "prepared", id: this.#id("prepare"), inputs, findings });
	}

	answer(value: unknown): void {
		this.say({ type: "answer", id: this.#id("ask"), value });
	}

	exit(code: number | null, signal: NodeJS.Signals | null = null): void {
		this.#events.emit("exit", code, signal);
	}

	/** Resolves with the next message of a type. */
	told(type: ToWorker["type"]): Promise<unknown> {
		return once(this.#events, type);
	}

	#id(type: "prepare" | "ask"): number {
		const asked = this.got.findLast((message) => message.type === type);
		if (asked === undefined || !("id" in asked))
			throw new Error(`nobody asked for ${type}`);
		return asked.id;
	}
}
