import type { Finding } from "../finding/finding.ts";
import type { Denied } from "../runtime/own/denied.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { Desks } from "./desks.ts";
import { HandOver } from "./hand-over.ts";
import { type Ended, Member, type MemberOptions } from "./member.ts";
import type {
	FromWorker,
	SeenByWorker,
	WorkerProcess,
	WorkerStart,
} from "./protocol.ts";
import { Round } from "./round.ts";

/** The parts of a crew. */
export interface CrewOptions {
	readonly count: number;
	/** Starts the process of a worker. */
	start(number: number): WorkerProcess;
	/** The facts for a process that starts now. */
	facts(): Omit<WorkerStart, "number" | "count">;
	readonly listener: CrewListener;
	/** Connections that wait for a worker at most. */
	readonly maxWaiting: number;
	readonly clock?: Clock;
	/** Milliseconds in which a worker must load a new configuration, default 60,000. */
	readonly prepareMs?: number;
	readonly stallMs?: MemberOptions["stallMs"];
}

/** Hears of the workers of a crew. */
export interface CrewListener {
	/** A replacement serves. */
	onReplaced(number: number): void;
	/** A worker has ended that was not told to. */
	onEnded(number: number, ended: Ended): void;
	/** A worker has read other files than those that serve: the configuration should be loaded again in all of them. */
	onStale(): void;
	/** A worker has served an event that somebody sees: a client of the event stream, or of the copies. */
	onSeen(seen: SeenByWorker): void;
	/** A worker has refused requests. */
	onDenied(denied: Denied, count: number): void;
}

/** The result of the first start: an ending before it served, or undefined if all serve. */
export type CrewStart = Ended | undefined;

/** The answer of one worker to a question. */
export interface CrewAnswer {
	readonly worker: number;
	/** The process that answered. */
	readonly pid: number | undefined;
	readonly value: unknown;
}

/** All workers of a router. Replaces those that end, until it is told to stop. */
export class Crew {
	readonly connections: HandOver;
	readonly #options: CrewOptions;
	readonly #clock: Clock;
	readonly #members: readonly Member[];
	readonly #desks = new Desks();
	readonly #rounds = new Map<number, Round<FromWorker>>();
	readonly #inputsOf = new Map<Member, string>();
	/** The files of the serving configuration. Undefined until all workers serve. */
	#inputs: string | undefined;
	#lastId = 0;
	#isStopping = false;
	#onFirst: ((start: CrewStart) => void) | undefined;

	constructor(options: CrewOptions) {
		this.#options = options;
		this.#clock = options.clock ?? SYSTEM_CLOCK;
		this.#members = Array.from(
			{ length: options.count },
			(_, index) => new Member(this.#memberOptions(index + 1)),
		);
		this.connections = new HandOver(() => this.#members, options.maxWaiting);
	}

	/** Starts all workers. Resolves when all serve, or one of them cannot. */
	start(): Promise<CrewStart> {
		return new Promise((resolve) => {
			this.#onFirst = resolve;
			for (const member of this.#members) member.start();
		});
	}

	/** Tells all workers that the addresses are open. */
	opened(port: number | undefined): void {
		for (const member of this.#members) member.send({ type: "opened", port });
	}

	/**
	 * Lets all workers load the configuration beside the serving one. Returns the findings of those that cannot serve it. Undefined
	 * if all can. They wait for `commit` or `discard`, in any case. A worker that ends meanwhile does not count: its replacement
	 * loads the new files. Throws if one does not answer in time.
	 */
	async prepare(): Promise<readonly Finding[] | undefined> {
		for (let tries = 1; ; tries += 1) {
			const id = ++this.#lastId;
			const answers = await this.#round(
				id,
				() => ({ type: "prepare", id }),
				this.#options.prepareMs ?? PREPARE_MS,
			);
			const refused = answers.find(
				({ message }) =>
					message === undefined ||
					(message.type === "prepared" && message.findings !== undefined),
			);
			if (refused !== undefined) return findingsOf(refused);
			const inputs = answers.map(({ message }) =>
				message?.type === "prepared" ? message.inputs : "",
			);
			// A file changed while they read it, so they would not serve the same.
			if (new Set(inputs).size > 1 && tries < PREPARE_TRIES) {
				this.discard();
				continue;
			}
			for (const [at, { member }] of answers.entries())
				this.#inputsOf.set(member, inputs[at] as string);
			this.#inputs = inputs[0] ?? this.#inputs;
			return undefined;
		}
	}

	/** Lets all workers serve the prepared configuration. Those that wait for their replacement try again with it. */
	commit(): void {
		this.#tell({ type: "commit" });
		for (const member of this.#members) member.hurry();
	}

	/** Lets all workers drop the prepared configuration, and ends those that serve another than the rest. */
	discard(): void {
		this.#tell({ type: "discard" });
		for (const member of this.#members)
			if (member.isServing && this.#inputsOf.get(member) !== this.#inputs)
				member.kill();
	}

	/** Asks all workers a question. Those that do not answer in time are left out. */
	async ask(
		question: string,
		value?: unknown,
		limitMs: number = ASK_MS,
	): Promise<readonly CrewAnswer[]> {
		const id = ++this.#lastId;
		const answers = await this.#round(
			id,
			() => ({ type: "ask", id, question, value }),
			limitMs,
		);
		return answers.flatMap(({ member, message }) =>
			message?.type === "answer" && message.error === undefined
				? [{ worker: member.number, pid: member.pid, value: message.value }]
				: [],
		);
	}

	/** Lets all workers finish their work and end. Resolves when all have ended. */
	async drain(): Promise<void> {
		this.#isStopping = true;
		for (const member of this.#members) member.drain();
		await Promise.all(this.#members.map(({ stopped }) => stopped));
		this.connections.close();
	}

	/** Lets all workers end without waiting. */
	end(): void {
		this.#isStopping = true;
		for (const member of this.#members) member.end();
	}

	/** Kills the workers that are still there. */
	kill(): void {
		for (const member of this.#members) member.kill();
	}

	/** True while at least one worker serves. */
	get isServing(): boolean {
		return this.#members.some(({ isServing }) => isServing);
	}

	#memberOptions(number: number): MemberOptions {
		const { count, start, facts, stallMs } = this.#options;
		return {
			number,
			clock: this.#clock,
			stallMs,
			start: () => start(number),
			greeting: () => ({
				type: "start",
				start: { ...facts(), number, count },
			}),
			listener: {
				onReady: (member, inputs) => this.#ready(member, inputs),
				onMessage: (member, message) => this.#hear(member, message),
				onEnded: (member, ended) => this.#ended(member, ended),
			},
		};
	}

	#ready(member: Member, inputs: string): void {
		const { listener } = this.#options;
		this.#inputsOf.set(member, inputs);
		if (this.#onFirst === undefined) {
			this.connections.welcome();
			listener.onReplaced(member.number);
			if (inputs !== this.#inputs) listener.onStale();
			return;
		}
		if (!this.#members.every(({ isServing }) => isServing)) return;
		const all = [...this.#inputsOf.values()];
		this.#inputs = inputs;
		this.#begin(undefined);
		if (new Set(all).size > 1) listener.onStale();
	}

	#begin(start: CrewStart): void {
		this.#onFirst?.(start);
		this.#onFirst = undefined;
	}

	#ended(member: Member, ended: Ended): void {
		this.connections.lose(member);
		this.#desks.lose(member);
		this.#inputsOf.delete(member);
		for (const round of this.#rounds.values()) round.lose(member);
		if (this.#isStopping) return;
		if (this.#onFirst !== undefined) this.#begin(ended);
		else this.#options.listener.onEnded(member.number, ended);
	}

	#hear(member: Member, message: FromWorker): void {
		switch (message.type) {
			case "took":
				this.connections.confirm(member, message.count);
				return;
			case "limits":
			case "marks":
				this.#desks.take(member, message);
				return;
			case "seen":
				this.#options.listener.onSeen(message);
				return;
			case "denied":
				this.#options.listener.onDenied(message.denied, message.count);
				return;
			case "prepared":
			case "answer":
				this.#rounds.get(message.id)?.take(member, message);
		}
	}

	#tell(message: { readonly type: "commit" | "discard" }): void {
		for (const member of this.#members)
			if (member.isServing) member.send(message);
	}

	async #round(
		id: number,
		message: () => Parameters<Member["send"]>[0],
		limitMs: number,
	) {
		const asked = this.#members.filter(({ isServing }) => isServing);
		const round = new Round<FromWorker>(asked);
		this.#rounds.set(id, round);
		for (const member of asked) member.send(message());
		const cancel = this.#clock.after(limitMs, () => round.end());
		const answers = await round.answers;
		cancel();
		this.#rounds.delete(id);
		return answers;
	}
}

// --- helpers ---

const PREPARE_MS = 60_000;
const PREPARE_TRIES = 3;
const ASK_MS = 2000;

function findingsOf({
	member,
	message,
}: {
	readonly member: Member;
	readonly message: FromWorker | undefined;
}): readonly Finding[] {
	if (message?.type === "prepared" && message.findings !== undefined)
		return message.findings;
	throw new Error(
		`worker ${member.number} did not load the configuration in time`,
	);
}
