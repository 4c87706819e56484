import { findDifferences, show } from "../../config/tests/match.ts";
import type { Position } from "../../finding/finding.ts";
import type { KeyPath } from "../../finding/located.ts";
import type { Site } from "../../finding/site.ts";
import type { JournalEntry } from "../journal.ts";
import type { Session, SessionView } from "../session.ts";
import type { CallScript, ScriptStep, Wanted } from "./script.ts";
import { type ScriptTime, Stage } from "./stage.ts";

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

type Entry<W extends JournalEntry["what"]> = JournalEntry & {
	readonly what: W;
};

class Player {
	readonly #script: CallScript;
	readonly #stage: Stage;
	/** The last entry that was heard or passed over. */
	#heard = 0;
	/** The last webhook that a step named. */
	#seen = 0;
	readonly #named = new Set<number>();

	constructor(script: CallScript, session: Session, time: ScriptTime) {
		this.#script = script;
		this.#stage = new Stage(session, time);
	}

	async run(): Promise<readonly ScriptProblem[]> {
		const { steps, site } = this.#script;
		// A fault that comes first is there before the first webhook.
		const first = steps.findIndex((step) => !isFault(step));
		const begin = first === -1 ? steps.length : first;
		for (const step of steps.slice(0, begin)) await this.#play(step);
		const problem = this.#dial();
		if (problem !== undefined) return [problem];
		for (const step of steps.slice(begin)) {
			const problems = await this.#play(step);
			if (problems.length > 0) return problems;
		}
		await this.#finish();
		return failuresOf(this.#stage.entries(), this.#named, site);
	}

	/** Makes the call. Returns why that is not possible. */
	#dial(): ScriptProblem | undefined {
		const { dial, site } = this.#script;
		const got = dial && this.#stage.attempt(dial);
		if (got === undefined) return undefined;
		const place = { place: "call", expected: "a call", at: site.at() };
		return { step: undefined, got, ...place };
	}

	async #play(step: ScriptStep): Promise<readonly ScriptProblem[]> {
		if (step.afterMs !== undefined) await this.#stage.pass(step.afterMs);
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
		const isPossible = (): boolean =>
			isReady(action, step.leg, this.#stage.session.view());
		// A step with a time happens at that time, whether it is heard or not.
		if (step.afterMs === undefined && !(await this.#stage.until(isPossible)))
			return [
				this.#differ(
					step,
					READY[action.do] ?? "a call",
					this.#stage.describe(),
				),
			];
		const failed = this.#stage.attempt(action);
		if (failed !== undefined)
			return [this.#differ(step, "an action that is possible", failed)];
		if (PASSES_OVER.has(action.do)) this.#heard = this.#stage.lastId();
		await this.#stage.settle();
		return [];
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
		const found = await this.#stage.find(isMeant, leg);
		if (found === undefined)
			return [
				this.#differ(step, show(plain(wanted)), this.#stage.describe(leg)),
			];
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
		const found = await this.#stage.find(isMeant, undefined);
		if (found !== undefined) {
			this.#seen = found.id;
			this.#named.add(found.id);
			return [];
		}
		const others = this.#stage
			.entries()
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
		const found = await this.#stage.find(isEnd, undefined);
		if (found === undefined)
			return [
				this.#differ(step, "the end of the call", this.#stage.describe(leg)),
			];
		if (by === undefined || found.by === by) return [];
		return [this.#differ(step, by, found.by ?? "nobody")];
	}

	/** Waits until an input that listens now, or the next one, has given up. */
	async #silence(step: ScriptStep): Promise<readonly ScriptProblem[]> {
		const before = this.#stage.lastId();
		const isListening = (entry: JournalEntry): entry is Entry<"listens"> =>
			entry.what === "listens" &&
			(entry.end === undefined || entry.id > before) &&
			(step.leg === undefined || entry.leg === step.leg);
		const found = await this.#stage.find(isListening, undefined);
		if (found === undefined)
			return [
				this.#differ(step, "an input that waits", this.#stage.describe()),
			];
		const { journal } = this.#stage.session;
		const isDone = (): boolean => {
			const entry = journal.get(found.id);
			return entry?.what === "listens" && entry.end !== undefined;
		};
		await this.#stage.until(isDone);
		this.#heard = found.id;
		return [];
	}

	/** Ends what is still on, so that every event of the call is sent. */
	async #finish(): Promise<void> {
		await this.#stage.settle();
		for (const { name, isOver } of this.#stage.session.view().legs)
			if (!isOver) this.#stage.attempt({ do: "hangUp", leg: name });
		await this.#stage.until(() => !this.#stage.session.view().isActive);
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
}

/** The state that an action waits for, in words. */
const READY: Readonly<Record<string, string>> = {
	press: "something that listens to keys",
	say: "something that listens to speech",
	callee: "a second party that rings",
};

/** After these, what was said before is no longer waited for. */
const PASSES_OVER: ReadonlySet<string> = new Set([
	...["press", "say", "callee", "hangUp"],
]);

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

/** Returns true if somebody waits for the action. */
function isReady(
	action: Parameters<Session["act"]>[0],
	leg: string | undefined,
	{ legs }: SessionView,
): boolean {
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

/** A webhook that no step names must not fail, unless a fault on purpose made it fail. */
function failuresOf(
	entries: readonly JournalEntry[],
	named: ReadonlySet<number>,
	site: Site,
): readonly ScriptProblem[] {
	return entries.flatMap((entry) => {
		if (entry.what !== "webhook" || entry.failure === undefined) return [];
		if (entry.fault !== undefined || named.has(entry.id)) return [];
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
