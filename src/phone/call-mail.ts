import type { LegEvent, NextNcco } from "./call-context.ts";
import type { Delivered, Dispatcher, Order } from "./dispatcher.ts";
import type { Journal } from "./journal.ts";
import type { Leg, WrittenTarget } from "./leg.ts";
import { answerPayload } from "./payloads.ts";
import type { Place, Switchboard } from "./switchboard.ts";
import { CallOver, type PhoneClock, toIso } from "./time.ts";

/** The parts that the calls of a session share. */
export interface CallParts {
	readonly board: Switchboard;
	readonly dispatcher: Dispatcher;
	readonly journal: Journal;
	readonly clock: PhoneClock;
	readonly signal: AbortSignal;
}

/** Sends the webhooks of one call: events in their order, and questions for an NCCO with the fallback of the application. */
export class CallMail {
	readonly #parts: CallParts;
	/** The place of the answer URL. The other URLs of the application are near it. */
	readonly #answer: Place;
	readonly #run: (work: () => Promise<void>) => void;
	/** The events that were sent before, so that they arrive in order. */
	#events: Promise<unknown> = Promise.resolve();
	#hasToldNoEvents = false;

	/** @param run runs work beside the call, so that the session knows of it */
	constructor(
		parts: CallParts,
		answer: Place,
		run: (work: () => Promise<void>) => void,
	) {
		this.#parts = parts;
		this.#answer = answer;
		this.#run = run;
	}

	/** Asks the answer URL for the first NCCO. */
	begin(leg: Leg): Promise<NextNcco> {
		return this.#obtain(leg, {
			...{ kind: "voice.answer", label: "answer", leg: leg.name },
			...{ place: this.#answer, payload: answerPayload(leg) },
			...{ wants: "ncco", timeoutMs: ANSWER_TIMEOUT_MS },
		});
	}

	/** Sends an event after those before it. One that is held up does not hold up the next for long. */
	tell(leg: Leg, event: LegEvent): void {
		const { clock, dispatcher } = this.#parts;
		const order = this.#orderOf(leg, event);
		// Nothing is sent after the session was closed.
		if (order === undefined || this.#parts.signal.aborted) return;
		const before = this.#events;
		let release: () => void = () => {};
		this.#events = new Promise<void>((resolve) => {
			release = resolve;
		});
		this.#run(async () => {
			await before;
			const cancel = clock.setTimer(release, HOLD_MS);
			try {
				await dispatcher.send(order);
			} finally {
				cancel();
				release();
			}
		});
	}

	/** Sends an event and waits for the NCCO of its answer. Undefined means: go on. */
	async ask(leg: Leg, event: LegEvent): Promise<NextNcco> {
		const order = this.#orderOf(leg, event);
		if (order === undefined) return undefined;
		const ncco = await this.#obtain(leg, {
			...order,
			wants: "maybe-ncco",
		});
		if (leg.isOver && leg.facts.direction === "inbound") throw new CallOver();
		return ncco;
	}

	/** Asks a URL for an NCCO. Undefined if none came. */
	async fetchNcco(leg: Leg, url: string, label: string): Promise<NextNcco> {
		const place = this.#locate(leg, { url }, label);
		if (place === undefined) return undefined;
		const ncco = await this.#obtain(leg, {
			...{ kind: "ncco.connect.onAnswer", label, leg: leg.name, place },
			...{ method: "GET", payload: answerPayload(leg) },
			...{ wants: "ncco", timeoutMs: ANSWER_TIMEOUT_MS },
		});
		if (leg.isOver) throw new CallOver();
		return ncco;
	}

	/** Downloads audio. Undefined if the URL is elsewhere. */
	async download(
		leg: Leg,
		url: unknown,
		label: string,
	): Promise<Delivered | undefined> {
		const text = toUrl(url);
		const place =
			text === undefined ? undefined : this.#parts.board.locate(text);
		if (place === undefined) {
			this.#showOutside(leg, label, text ?? String(url));
			return undefined;
		}
		return this.#parts.dispatcher.send({
			...{ kind: "ncco.stream", label, leg: leg.name, place },
			...{ payload: undefined, wants: "audio" },
		});
	}

	/** Sends a webhook that is answered with an NCCO. If it fails, the fallback URL of the application is asked. */
	async #obtain(leg: Leg, order: Order): Promise<NextNcco> {
		const { board, clock, dispatcher } = this.#parts;
		await this.#events;
		if (this.#parts.signal.aborted) throw new CallOver();
		const delivered = await dispatcher.send(order);
		const { failure } = delivered;
		if (failure === undefined) return delivered.ncco;
		if (failure === "Invalid NCCO.") {
			this.tell(leg, {
				...{ kind: "voice.error", label: "error" },
				payload: {
					reason: "Syntax error in NCCO. Invalid value type or action.",
					conversation_uuid: leg.conversationUuid,
					timestamp: toIso(clock.wallMs()),
				},
			});
		}
		const place = board.find("voice.fallback-answer", {
			near: this.#answer.path,
		});
		if (place === undefined) return undefined;
		const fallback = await dispatcher.send({
			...{ kind: "voice.fallback-answer", label: "fallback", leg: leg.name },
			...{ place, wants: "ncco", timeoutMs: ANSWER_TIMEOUT_MS },
			payload: {
				...order.payload,
				reason: failure,
				original_request: {
					url: board.urlOf(order.place),
					type: order.kind === "voice.answer" ? "answer" : "event",
				},
			},
		});
		return fallback.ncco;
	}

	#orderOf(
		leg: Leg,
		{ kind, label, payload, target = leg.target }: LegEvent,
	): Order | undefined {
		const place = this.#locate(leg, target, label);
		if (place === undefined) return undefined;
		const { method } = target ?? {};
		// An event is a POST, unless the path takes nothing but GET.
		const form =
			method ?? (place.methods.includes("POST") ? "POST" : undefined);
		return {
			...{ kind, label, leg: leg.name, place, payload },
			method: form === undefined ? undefined : String(form),
			signal: this.#parts.signal,
		};
	}

	/** Finds the place of an event: the URL of the action, or the event URL of the application. */
	#locate(
		leg: Leg,
		target: WrittenTarget | undefined,
		label: string,
	): Place | undefined {
		const { board, journal } = this.#parts;
		const url = toUrl(target?.url);
		if (url !== undefined) {
			const place = board.locate(url);
			if (place === undefined) this.#showOutside(leg, label, url);
			return place;
		}
		const events = board.find("voice.event", { near: this.#answer.path });
		if (events === undefined && !this.#hasToldNoEvents) {
			this.#hasToldNoEvents = true;
			journal.add({
				...{ what: "note", leg: undefined },
				text: "No route takes `voice.event`, so the events of the call go nowhere.",
			});
		}
		return events;
	}

	#showOutside(leg: Leg, label: string, url: string): void {
		this.#parts.journal.add({ what: "outside", leg: leg.name, label, url });
	}
}

// --- helpers ---

/** How long the platform waits for an NCCO. */
const ANSWER_TIMEOUT_MS = 5000;

/** Longer than a router takes, shorter than an event that is late on purpose. */
const HOLD_MS = 1000;

/** Reads a URL, which an NCCO writes as a list of one. */
function toUrl(value: unknown): string | undefined {
	const one: unknown = Array.isArray(value) ? value[0] : value;
	return typeof one === "string" && one !== "" ? one : undefined;
}
