import { CannotDo, type PhoneAction } from "./action.ts";
import { Calls } from "./calls.ts";
import { createDispatcher, type Dispatcher } from "./dispatcher.ts";
import { Faults } from "./faults.ts";
import { createJournal, type Journal } from "./journal.ts";
import type { Leg } from "./leg.ts";
import type { Line } from "./line.ts";
import { sendReceipt, sendText } from "./messages/messages.ts";
import { APPLICATION_NUMBER, OWN_NUMBER } from "./numbers.ts";
import type { Switchboard } from "./switchboard.ts";
import { CallOver, type PhoneClock } from "./time.ts";

/** A leg as people see it. */
export interface LegView {
	readonly name: string;
	readonly uuid: string;
	readonly direction: "inbound" | "outbound";
	readonly from: string;
	readonly to: string;
	readonly endpointType: string;
	readonly conversationUuid: string;
	readonly status: string;
	readonly isOver: boolean;
	/** True if a person has to decide what the called party does. */
	readonly isRinging: boolean;
	readonly takesKeys: boolean;
	readonly takesSpeech: boolean;
	readonly isMuted: boolean;
	readonly isHeld: boolean;
}

/** A session as people see it, without its journal. */
export interface SessionView {
	readonly version: number;
	/** True while a call or a webhook is on the way. */
	readonly isActive: boolean;
	readonly legs: readonly LegView[];
	readonly rooms: readonly {
		readonly name: string;
		readonly hasStarted: boolean;
		readonly members: readonly string[];
	}[];
	/** The faults that wait for their webhook. */
	readonly faults: readonly string[];
}

/** A person with a phone, and everything that one does: calls that can meet, and messages. */
export interface Session {
	readonly journal: Journal;
	view(): SessionView;
	/** Does something. Throws CannotDo. */
	act(action: PhoneAction): void;
	/** The number of requests that the router has not answered yet. */
	readonly inFlight: number;
	/** Ends all calls without another webhook. */
	close(): void;
}

/** The router and the clock of a session. */
export interface SessionParts {
	readonly line: Line;
	readonly board: Switchboard;
	readonly clock: PhoneClock;
}

/** Creates a session, in which nothing happens before the first action. */
export function createSession({ line, board, clock }: SessionParts): Session {
	const stop = new AbortController();
	const { signal } = stop;
	const journal = createJournal(() => clock.wallMs());
	const faults = new Faults();
	const parts = { line, clock, journal, faults, signal };
	const dispatcher = createDispatcher(parts);
	const calls = new Calls({ board, dispatcher, journal, clock, signal });
	const doer = new Doer({ board, clock, journal, faults, dispatcher, calls });
	return {
		journal,
		act: (action) => doer.act(action),
		get inFlight() {
			return dispatcher.inFlight;
		},
		view: () => ({
			version: journal.version,
			isActive: calls.isBusy || doer.isBusy || dispatcher.inFlight > 0,
			legs: calls.legs.map((leg) => toView(leg, calls)),
			rooms: calls.rooms.list().map(({ name, hasStarted, members }) => ({
				...{ name, hasStarted },
				members: members.map(({ leg }) => leg.name),
			})),
			faults: faults.waiting.map(({ name }) => name),
		}),
		close() {
			stop.abort(new CallOver());
			for (const leg of calls.legs) leg.end();
		},
	};
}

// --- helpers ---

/** A conversation of the platform has so many. */
const PARTIES_MAX = 50;

interface DoerParts {
	readonly board: Switchboard;
	readonly clock: PhoneClock;
	readonly journal: Journal;
	readonly faults: Faults;
	readonly dispatcher: Dispatcher;
	readonly calls: Calls;
}

/** Does what the person wants. */
class Doer {
	readonly #parts: DoerParts;
	#sending = 0;

	constructor(parts: DoerParts) {
		this.#parts = parts;
	}

	get isBusy(): boolean {
		return this.#sending > 0;
	}

	act(action: PhoneAction): void {
		const { journal, faults } = this.#parts;
		switch (action.do) {
			case "dial":
				this.#dial(action);
				return;
			case "press":
				this.#person(action.leg, (leg) => leg.takes("key")).press(action.keys);
				return;
			case "say":
				this.#person(action.leg, (leg) => leg.takes("speech")).say(action.text);
				return;
			case "hangUp":
				this.#parts.calls.hangUp(this.#person(action.leg));
				journal.touch();
				return;
			case "skip":
				if (!this.#person(action.leg).skip())
					throw new CannotDo("Nothing plays that could be skipped.");
				return;
			case "mute":
			case "unmute":
				this.#person(action.leg).isMuted = action.do === "mute";
				journal.touch();
				return;
			case "hold":
			case "unhold":
				this.#person(action.leg).isHeld = action.do === "hold";
				journal.touch();
				return;
			case "callee":
				this.#decide(action);
				return;
			case "fault": {
				const { fault: name, kind, label, ms } = action;
				faults.add({ name, kind, label, ms });
				journal.touch();
				return;
			}
			case "message":
				this.#send(sendText(action, this.#parts));
				return;
			case "receipt":
				this.#send(sendReceipt(action, this.#parts));
				return;
		}
	}

	#dial({ from = OWN_NUMBER, to, answer: at }: PhoneAction & { do: "dial" }) {
		const { board, calls } = this.#parts;
		const there = calls.legs.filter(({ isOver }) => !isOver).length;
		if (there >= PARTIES_MAX)
			throw new CannotDo(`There are ${PARTIES_MAX} parties already.`);
		const answer = board.find("voice.answer", { at, number: to });
		if (answer === undefined) {
			throw new CannotDo(
				at === undefined
					? "No route takes `voice.answer`. Add one to routes.yaml."
					: `No route \`${at}\` takes \`voice.answer\`.`,
			);
		}
		const known = board
			.dialable()
			.find(({ kind, numbers }) => kind === "voice.answer" && numbers[0]);
		calls.dial({
			...{ from, answer },
			to: to ?? known?.numbers[0] ?? APPLICATION_NUMBER,
		});
	}

	#decide({ leg: name, does }: PhoneAction & { do: "callee" }): void {
		const { ringing } = this.#parts.calls;
		for (const [leg, decide] of ringing) {
			if (name !== undefined && leg.name !== name) continue;
			decide(does);
			return;
		}
		throw new CannotDo(
			name === undefined ? "Nobody rings." : `\`${name}\` does not ring.`,
		);
	}

	/** Finds the party that is named, else the first that can do it, else the first that is there. */
	#person(name: string | undefined, can: (leg: Leg) => boolean = yes): Leg {
		const there = this.#parts.calls.legs.filter((leg) => !leg.isOver);
		const leg =
			name === undefined
				? (there.find(can) ?? there[0])
				: there.find((one) => one.name === name);
		if (leg !== undefined) return leg;
		throw new CannotDo(
			name === undefined
				? "There is no call."
				: `There is no \`${name}\` in a call.`,
		);
	}

	#send(work: Promise<void>): void {
		this.#sending++;
		const { journal } = this.#parts;
		void work
			.catch((error: unknown) => {
				if (error instanceof CallOver) return;
				const text = `The message was not sent: ${(error as Error).message}`;
				journal.add({ what: "note", leg: undefined, text });
			})
			.finally(() => {
				this.#sending--;
				journal.touch();
			});
	}
}

function yes(): boolean {
	return true;
}

function toView(leg: Leg, { ringing }: Calls): LegView {
	const { facts, uuid, status, isOver, isMuted, isHeld } = leg;
	const { name, direction, from, to, endpointType } = facts;
	return {
		...{ name, uuid, direction, from, to, endpointType },
		conversationUuid: leg.conversationUuid,
		...{ status, isOver, isMuted, isHeld },
		isRinging: ringing.has(leg),
		takesKeys: leg.takes("key"),
		takesSpeech: leg.takes("speech"),
	};
}
