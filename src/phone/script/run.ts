import { findDifferences, show } from "../../config/tests/match.ts";
import type { Position } from "../../finding/finding.ts";
import type { KeyPath } from "../../finding/located.ts";
import { CannotDo } from "../action.ts";
import type { JournalEntry } from "../journal.ts";
import type { Session } from "../session.ts";
import type { CallScript, ScriptStep, Wanted } from "./script.ts";

/** The time of a scenario. It only moves when nothing else can happen. */
export interface ScriptTime {
	now(): number;
	/** Resolves when the session waits for nothing but time and people. */
	settle(): Promise<void>;
	/** When the next timer is due. Undefined if there is none. */
	nextAt(): number | undefined;
	/** Moves the time, timer by timer. */
	moveTo(at: number): Promise<void>;
}

/** One difference between a scenario and what happened. */
export interface ScriptProblem {
	/** Undefined for what happened beside the steps. */
	readonly step: number | undefined;
	readonly place: string;
	readonly expected: string;
	readonly got: string;
	readonly at: Position;
}

/** Plays a scenario. Returns the differences: those of the first step that differs, and webhooks that failed unexpectedly. */
export async function runScript(
	script: CallScript,
	session: Session,
	time: ScriptTime,
): Promise<readonly ScriptProblem[]> {
	const player = new Player(script, session, time);
	return player.run();
}

// --- helpers ---

/** No person waits longer. */
const PATIENCE_MS = 3 * 3_600_000;

type Entry<W extends JournalEntry["what"]> = JournalEntry & {
	readonly what: W;
};

class Player {
	readonly #script: CallScript;
	readonly #session: Session;
	readonly #time: ScriptTime;
	/** The last entry that was heard or passed over. */
	#heard = 0;
	/** The last webhook that a step named. */
	#seen = 0;
	readonly #named = new Set<number>();

	constructor(script: CallScript, session: Session, time: ScriptTime) {
		this.#script = script;
		this.#session = session;
		this.#time = time;
	}

	async run(): Promise<readonly ScriptProblem[]> {
		const { dial, steps, site } = this.#script;
		// A fault that comes first is there before the first webhook.
		const first = steps.findIndex((step) => !isFault(step));
		const begin = first === -1 ? steps.length : first;
		for (const [index, step] of steps.entries()) {
			if (index === begin && dial !== undefined) {
				const failed = this.#attempt(() => this.#session.act(dial));
				if (failed !== undefined) {
					const got = failed;
					return [
						{
							step: undefined,
							place: "call",
							expected: "a call",
							got,
							at: site.at(),
						},
					];
				}
			}
			const problems = await this.#play(step);
			if (problems.length > 0) return problems;
		}
		await this.#finish();
		return this.#failures();
	}

	async #play(step: ScriptStep): Promise<readonly ScriptProblem[]> {
		if (step.afterMs !== undefined) await this.#pass(step.afterMs);
		switch (step.type) {
			case "pause":
				return [];
			case "act":
				return this.#act(step, step.action);
			case "hear":
				return this.#hear(step, step.wanted);
			case "webhook":
				return this.#webhook(step, step.wanted);
			case "ends":
				return this.#ends(step, step.by);
			case "silence":
				return this.#silence(step);
		}
	}

	async #act(
		step: ScriptStep,
		action: Parameters<Session["act"]>[0],
	): Promise<readonly ScriptProblem[]> {
		const isReady = (): boolean => this.#isReady(action, step.leg);
		// A step with a time happens at that time, whether it is heard or not.
		if (step.afterMs === undefined && !(await this.#until(isReady)))
			return [this.#differ(step, READY[action.do] ?? "a call", this.#state())];
		const failed = this.#attempt(() => this.#session.act(action));
		if (failed !== undefined)
			return [this.#differ(step, "an action that is possible", failed)];
		if (PASSES_OVER.has(action.do)) this.#heard = this.#lastId();
		await this.#time.settle();
		return [];
	}

	/** Returns true if somebody waits for the action. */
	#isReady(
		action: Parameters<Session["act"]>[0],
		leg: string | undefined,
	): boolean {
		const { legs } = this.#session.view();
		const there = legs.filter(
			(one) => !one.isOver && (leg === undefined || one.name === leg),
		);
		switch (action.do) {
			case "press":
				return there.some(({ takesKeys }) => takesKeys);
			case "say":
				return there.some(({ takesSpeech }) => takesSpeech);
			case "callee":
				return there.some(({ isRinging }) => isRinging);
			default:
				return true;
		}
	}

	async #hear(
		step: ScriptStep,
		wanted: Wanted,
	): Promise<readonly ScriptProblem[]> {
		const leg = step.leg ?? "caller";
		const isMeant = (entry: JournalEntry): entry is Entry<"heard"> =>
			entry.what === "heard" &&
			entry.id > this.#heard &&
			entry.leg === leg &&
			(wanted.by !== undefined || entry.by === "talk" || entry.by === "stream");
		const found = await this.#find(isMeant, leg);
		if (found === undefined)
			return [this.#differ(step, show(plain(wanted)), this.#state(leg))];
		this.#heard = found.id;
		const { by, text, language } = found;
		return this.#compare(step, wanted, { by, text, language });
	}

	async #webhook(
		step: ScriptStep,
		wanted: Wanted,
	): Promise<readonly ScriptProblem[]> {
		const isMeant = (entry: JournalEntry): entry is Entry<"webhook"> =>
			entry.what === "webhook" &&
			entry.id > this.#seen &&
			isSettled(entry) &&
			findDifferences(wanted, viewOf(entry), "").length === 0;
		const found = await this.#find(isMeant, undefined);
		if (found !== undefined) {
			this.#seen = found.id;
			this.#named.add(found.id);
			return [];
		}
		const others = this.#entries()
			.filter((entry) => entry.what === "webhook" && entry.id > this.#seen)
			.map((entry) => (entry as Entry<"webhook">).label);
		const got =
			others.length === 0 ? "no other webhook" : `only ${others.join(", ")}`;
		return [this.#differ(step, show(wanted), got)];
	}

	async #ends(
		step: ScriptStep,
		by: "user" | "platform" | undefined,
	): Promise<readonly ScriptProblem[]> {
		const leg = step.leg ?? "caller";
		const isEnd = (entry: JournalEntry): entry is Entry<"state"> =>
			entry.what === "state" && entry.leg === leg && ENDS.has(entry.status);
		const found = await this.#find(isEnd, undefined);
		if (found === undefined)
			return [this.#differ(step, "the end of the call", this.#state(leg))];
		if (by === undefined || found.by === by) return [];
		return [this.#differ(step, by, found.by ?? "nobody")];
	}

	/** Waits until an input that listens now, or the next one, has given up. */
	async #silence(step: ScriptStep): Promise<readonly ScriptProblem[]> {
		const before = this.#lastId();
		const isListening = (entry: JournalEntry): entry is Entry<"listens"> =>
			entry.what === "listens" &&
			(entry.end === undefined || entry.id > before) &&
			(step.leg === undefined || entry.leg === step.leg);
		const found = await this.#find(isListening, undefined);
		if (found === undefined)
			return [this.#differ(step, "an input that waits", this.#state())];
		const { journal } = this.#session;
		const isDone = (): boolean => {
			const entry = journal.get(found.id);
			return entry?.what === "listens" && entry.end !== undefined;
		};
		await this.#until(isDone);
		this.#heard = found.id;
		return [];
	}

	/** Ends what is still on, so that every event of the call is sent. */
	async #finish(): Promise<void> {
		await this.#time.settle();
		for (const { name, isOver } of this.#session.view().legs)
			if (!isOver)
				this.#attempt(() => this.#session.act({ do: "hangUp", leg: name }));
		await this.#until(() => !this.#session.view().isActive);
	}

	/** A webhook that no step names must not fail, unless a fault on purpose made it fail. */
	#failures(): readonly ScriptProblem[] {
		const { site } = this.#script;
		return this.#entries().flatMap((entry) => {
			if (entry.what !== "webhook" || entry.failure === undefined) return [];
			if (entry.fault !== undefined || this.#named.has(entry.id)) return [];
			const { label, method, path, failure, answer } = entry;
			const told = [
				failure,
				answer && `${answer.status} ${answer.outcome}`,
				answer?.reason,
			].filter((part) => part !== undefined);
			return [
				{
					step: undefined,
					place: `webhook ${label}`,
					expected: `${method} ${path} is taken`,
					got: told.join(" "),
					at: site.at("steps"),
				},
			];
		});
	}

	#compare(
		step: ScriptStep,
		wanted: Wanted,
		value: Wanted,
	): readonly ScriptProblem[] {
		const verb = step.verb ?? "";
		return findDifferences(wanted, value, verb).map(
			({ at, place, expected, got }) => ({
				...{ step: step.number, place, expected, got },
				at: this.#positionOf(step, at),
			}),
		);
	}

	/** A text of `hear` stands for a condition, which is not written. */
	#positionOf({ site, verb = "" }: ScriptStep, at: KeyPath): Position {
		const isShort = typeof site.in(verb).value === "string";
		return isShort ? site.at(verb) : site.at(verb, ...at);
	}

	#differ(step: ScriptStep, expected: string, got: string): ScriptProblem {
		const { number, site, verb } = step;
		const at = verb === undefined ? site.at() : site.at(verb);
		return { step: number, place: verb ?? "step", expected, got, at };
	}

	/** Waits for an entry. Undefined if it cannot come any more. */
	async #find<E extends JournalEntry>(
		isMeant: (entry: JournalEntry) => entry is E,
		leg: string | undefined,
	): Promise<E | undefined> {
		let found: E | undefined;
		await this.#until(() => {
			found = this.#entries().find(isMeant);
			return found !== undefined || (leg !== undefined && this.#isGone(leg));
		});
		return found;
	}

	/** Lets time pass until a condition holds. Returns false if it never does. */
	async #until(isDone: () => boolean): Promise<boolean> {
		const end = this.#time.now() + PATIENCE_MS;
		for (;;) {
			await this.#time.settle();
			if (isDone()) return true;
			if (!this.#session.view().isActive) return false;
			const next = this.#time.nextAt();
			if (next === undefined || next > end) return false;
			await this.#time.moveTo(next);
		}
	}

	async #pass(ms: number): Promise<void> {
		const end = this.#time.now() + ms;
		await this.#time.settle();
		await this.#time.moveTo(end);
	}

	#attempt(act: () => void): string | undefined {
		try {
			act();
			return undefined;
		} catch (error) {
			if (error instanceof CannotDo) return error.message;
			throw error;
		}
	}

	#isGone(leg: string): boolean {
		const known = this.#session.view().legs.find(({ name }) => name === leg);
		return known?.isOver === true;
	}

	#entries(): readonly JournalEntry[] {
		return this.#session.journal.since(0);
	}

	#lastId(): number {
		return this.#entries().at(-1)?.id ?? 0;
	}

	#state(leg = "caller"): string {
		const { legs } = this.#session.view();
		const known = legs.find(({ name }) => name === leg);
		if (known === undefined) return `no ${leg}`;
		return known.isOver ? "the call is over" : "nothing more happens";
	}
}

/** What an action waits for. */
const READY: Readonly<Record<string, string>> = {
	press: "something that listens to keys",
	say: "something that listens to speech",
	callee: "a second party that rings",
};

/** After these, what was said before is no longer waited for. */
const PASSES_OVER: ReadonlySet<string> = new Set(["press", "say", "callee"]);

const ENDS: ReadonlySet<string> = new Set([
	...["completed", "busy", "cancelled", "rejected", "failed"],
	...["unanswered", "timeout", "disconnected"],
]);

function isFault(step: ScriptStep): boolean {
	return step.type === "act" && step.action.do === "fault";
}

function isSettled({ answer, failure }: Entry<"webhook">): boolean {
	return answer !== undefined || failure !== undefined;
}

/** A webhook as a step names it. */
function viewOf(entry: Entry<"webhook">): Wanted {
	const { kind, label, leg, method, path, attempt, failure, payload, answer } =
		entry;
	const { route, outcome, status, error } = answer ?? {};
	return {
		...{ kind, label, leg, method, path, attempt, failure, payload },
		...{ route, outcome, status, error },
	};
}

/** The short form of `hear`, as it is written. */
function plain(wanted: Wanted): unknown {
	const { text, ...rest } = wanted;
	const isShort =
		Object.keys(rest).length === 0 &&
		typeof text === "object" &&
		text !== null &&
		"contains" in text;
	return isShort ? (text as Wanted).contains : wanted;
}
