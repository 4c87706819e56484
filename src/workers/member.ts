import type { Socket } from "node:net";
import type { Finding } from "../finding/finding.ts";
import { Backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import type { FromWorker, ToWorker, WorkerProcess } from "./protocol.ts";

/** The reason why a process of a member has ended. */
export interface Ended {
	readonly pid: number | undefined;
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	/** True if it did not answer, and was killed for it. */
	readonly isStalled: boolean;
	/** The findings of a configuration that it could not start with. */
	readonly findings: readonly Finding[] | undefined;
	/** The reason that it gave for not starting. */
	readonly reason: string | undefined;
	/** True if it had served before. */
	readonly hasServed: boolean;
	/** Milliseconds until it is replaced. Undefined if it is not. */
	readonly replacedInMs: number | undefined;
}

/** The parts of a member. */
export interface MemberOptions {
	/** From 1 on. */
	readonly number: number;
	readonly clock: Clock;
	/** Starts a process. The member has not sent anything to it yet. */
	start(): WorkerProcess;
	/** The first message to each process. */
	greeting(): ToWorker;
	readonly listener: MemberListener;
	/** Milliseconds without a sign of life after which a serving process is killed, default 10,000. */
	readonly stallMs?: number | undefined;
	/** Milliseconds that a process may take until it serves, default 120,000. */
	readonly startMs?: number | undefined;
}

/** Hears of a member. */
export interface MemberListener {
	onReady(member: Member, inputs: string): void;
	onMessage(member: Member, message: FromWorker): void;
	/** The process has ended. Its socket and its leases are free. */
	onEnded(member: Member, ended: Ended): void;
}

/** One of the workers: a process, and after its end the one that replaces it. */
export class Member {
	readonly number: number;
	readonly #options: MemberOptions;
	readonly #backoff = new Backoff();
	#process: WorkerProcess | undefined;
	#stage: "idle" | "starting" | "serving" | "waiting" = "idle";
	#isStopping = false;
	#isStalled = false;
	#findings: readonly Finding[] | undefined;
	#reason: string | undefined;
	#servesSince = 0;
	#heardAt = 0;
	#cancel: (() => void) | undefined;
	#resolveStopped = (): void => {};
	readonly stopped: Promise<void>;

	constructor(options: MemberOptions) {
		this.#options = options;
		this.number = options.number;
		this.stopped = new Promise((resolve) => {
			this.#resolveStopped = resolve;
		});
	}

	get isServing(): boolean {
		return this.#stage === "serving" && !this.#isStopping;
	}

	get isStarting(): boolean {
		return this.#stage === "starting";
	}

	get pid(): number | undefined {
		return this.#process?.pid;
	}

	start(): void {
		const { clock, start, greeting } = this.#options;
		this.#stage = "starting";
		this.#isStalled = false;
		this.#findings = undefined;
		this.#reason = undefined;
		this.#heardAt = clock.now();
		const process = start();
		this.#process = process;
		process.onMessage((message) => this.#hear(message));
		process.onExit((code, signal) => this.#exited(code, signal));
		process.send(greeting());
		this.#watch();
	}

	/** Tries again now, if it waits for its replacement. */
	hurry(): void {
		if (this.#stage !== "waiting") return;
		this.#cancel?.();
		this.start();
	}

	send(message: ToWorker, socket?: Socket): void {
		this.#process?.send(message, socket);
	}

	/** Lets the process finish its work and end. It is not replaced. */
	drain(): void {
		this.#stop();
		this.send({ type: "drain" });
	}

	/** Lets the process end without waiting. */
	end(): void {
		this.#stop();
		this.send({ type: "end" });
	}

	kill(): void {
		this.#process?.kill("SIGKILL");
	}

	#stop(): void {
		this.#isStopping = true;
		if (this.#process !== undefined) return;
		this.#cancel?.();
		this.#resolveStopped();
	}

	#hear(message: FromWorker): void {
		this.#heardAt = this.#options.clock.now();
		const { listener } = this.#options;
		switch (message.type) {
			case "beat":
				return;
			case "ready":
				this.#stage = "serving";
				this.#servesSince = this.#heardAt;
				listener.onReady(this, message.inputs);
				return;
			case "refused":
				this.#findings = message.findings;
				return;
			case "failed":
				this.#reason = message.reason;
				return;
			default:
				listener.onMessage(this, message);
		}
	}

	#exited(code: number | null, signal: NodeJS.Signals | null): void {
		const { clock, listener } = this.#options;
		const hasServed = this.#stage === "serving";
		const servedMs = hasServed ? clock.now() - this.#servesSince : 0;
		const pid = this.#process?.pid;
		this.#process = undefined;
		this.#cancel?.();
		this.#stage = "waiting";
		const replacedInMs = this.#isStopping
			? undefined
			: this.#backoff.delayAfter(servedMs);
		if (replacedInMs === undefined) this.#resolveStopped();
		else this.#cancel = clock.after(replacedInMs, () => this.start());
		listener.onEnded(this, {
			pid,
			code,
			signal,
			isStalled: this.#isStalled,
			findings: this.#findings,
			reason: this.#reason,
			hasServed,
			replacedInMs,
		});
	}

	/** Kills a process that gives no sign of life. Its requests are lost, and nothing else can end it. */
	#watch(): void {
		const { clock, stallMs = STALL_MS, startMs = START_MS } = this.#options;
		const lookedAt = clock.now();
		this.#cancel = clock.after(LOOK_MS, () => {
			const now = clock.now();
			// This process was stopped itself, as by ^Z: nobody could have been heard.
			if (now - lookedAt > LOOK_MS * 3) this.#heardAt = now;
			const boundMs = this.#stage === "serving" ? stallMs : startMs;
			if (now - this.#heardAt > boundMs) {
				this.#isStalled = true;
				this.kill();
				return;
			}
			this.#watch();
		});
	}
}

// --- helpers ---

const LOOK_MS = 1000;
const STALL_MS = 10_000;
const START_MS = 120_000;
