import { randomUUID } from "node:crypto";
import type { Payload } from "../event/webhook.ts";
import type {
	CallContext,
	CalleeAct,
	LegEvent,
	NewLeg,
	NextNcco,
	StatusMore,
} from "./call-context.ts";
import type { Delivered, Dispatcher, Order } from "./dispatcher.ts";
import type { Journal } from "./journal.ts";
import { Leg, type WrittenTarget } from "./leg.ts";
import { Rooms } from "./rooms.ts";
import type { Place, Switchboard } from "./switchboard.ts";
import { CallOver, type PhoneClock, toIso } from "./time.ts";
import { walk } from "./walk.ts";

/** What the calls of a session are made with. */
export interface CallParts {
	readonly board: Switchboard;
	readonly dispatcher: Dispatcher;
	readonly journal: Journal;
	readonly clock: PhoneClock;
	readonly signal: AbortSignal;
}

/** A call to the application. */
export interface Dialled {
	readonly from: string;
	readonly to: string;
	/** The place of the answer URL. */
	readonly answer: Place;
}

/** The calls of a session: each caller with its second leg, and the conversations in which they meet. */
export class Calls {
	readonly legs: Leg[] = [];
	readonly rooms = new Rooms();
	/** The called parties that ring, and what ends their ringing. */
	readonly ringing = new Map<Leg, (act: CalleeAct) => void>();
	readonly #parts: CallParts;
	readonly #hungUp = new Set<Leg>();
	/** The events that were sent before, so that they arrive in order. */
	#events: Promise<unknown> = Promise.resolve();
	#hasToldNoEvents = false;
	#running = 0;

	constructor(parts: CallParts) {
		this.#parts = parts;
	}

	/** True while something of a call goes on. */
	get isBusy(): boolean {
		return this.#running > 0;
	}

	/** Calls the application. The call goes on in the background. */
	dial({ from, to, answer }: Dialled): Leg {
		const leg = new Leg(
			{
				...{ name: this.#nameOf("caller"), direction: "inbound", from, to },
				endpointType: "phone",
				conversationUuid: `CON-${randomUUID()}`,
			},
			this.#parts.journal,
			this.#parts.clock,
		);
		this.legs.push(leg);
		this.#run(() => this.#call(leg, answer));
		return leg;
	}

	hangUp(leg: Leg): void {
		this.#hungUp.add(leg);
		leg.end();
	}

	async #call(leg: Leg, answer: Place): Promise<void> {
		const context = this.#contextOf(answer);
		try {
			await context.report(leg, "started");
			await context.report(leg, "ringing");
			const ncco = await this.#obtain(
				leg,
				{
					...{ kind: "voice.answer", label: "answer", leg: leg.name },
					...{ place: answer, payload: this.#answerPayload(leg) },
					...{ wants: "ncco", timeoutMs: ANSWER_TIMEOUT_MS },
				},
				answer,
			);
			if (leg.isOver) throw new CallOver();
			if (ncco === undefined) {
				context.note(leg, "No NCCO came, so the platform ends the call.");
				return;
			}
			leg.answeredAt = this.#parts.clock.wallMs();
			await context.report(leg, "answered", {
				extra: { start_time: null, rate: null, network: null },
			});
			await walk(leg, ncco, context);
		} catch (error) {
			if (!(error instanceof CallOver)) throw error;
		} finally {
			leg.end();
			if (!this.#parts.signal.aborted)
				await context.report(leg, "completed", {
					by: this.#hungUp.has(leg) ? "user" : "platform",
				});
		}
	}

	#contextOf(answer: Place): CallContext {
		const { clock, journal, signal } = this.#parts;
		const context: CallContext = {
			...{ clock, journal, signal, rooms: this.rooms },
			tell: (leg, event) => this.#tell(leg, event, answer),
			ask: (leg, event) => this.#ask(leg, event, answer),
			fetchNcco: (leg, url, label) => this.#fetchNcco(leg, url, label, answer),
			download: (leg, url, label) => this.#download(leg, url, label),
			report: (leg, status, more) => this.#report(leg, status, answer, more),
			addLeg: (facts) => this.#addLeg(facts),
			play: (leg, ncco) => walk(leg, ncco, context),
			awaitCallee: (leg) => this.#awaitCallee(leg),
			note: (leg, text) =>
				void journal.add({ what: "note", leg: leg?.name, text }),
			beside: (work) => this.#run(() => work),
		};
		return context;
	}

	#addLeg({ target, ...facts }: NewLeg): Leg {
		const { journal, clock } = this.#parts;
		const name = this.#nameOf("callee");
		const leg = new Leg(
			{ ...facts, name, direction: "outbound" },
			journal,
			clock,
		);
		leg.target = target;
		this.legs.push(leg);
		return leg;
	}

	#awaitCallee(leg: Leg): Promise<CalleeAct> {
		return new Promise((resolve) => {
			this.ringing.set(leg, (act) => {
				this.ringing.delete(leg);
				resolve(act);
			});
			this.#parts.journal.touch();
			leg.signal.addEventListener("abort", () => this.ringing.delete(leg), {
				once: true,
			});
		});
	}

	async #report(
		leg: Leg,
		status: string,
		answer: Place,
		{ extra = {}, by, isAsked, isPassing }: StatusMore = {},
	): Promise<NextNcco> {
		const { journal } = this.#parts;
		if (!isPassing) leg.status = status;
		journal.add({ what: "state", leg: leg.name, status, ...(by && { by }) });
		const event: LegEvent = {
			...{ kind: "voice.event", label: status },
			payload: {
				...this.#statusPayload(leg, status, isPassing === true),
				...(status === "completed" && this.#account(leg, by)),
				...extra,
			},
		};
		if (isAsked) return this.#ask(leg, event, answer);
		this.#tell(leg, event, answer);
		return undefined;
	}

	/** The result of a machine detection names the leg otherwise, and has no direction. */
	#statusPayload(leg: Leg, status: string, isDetection: boolean): Payload {
		const { from, to, direction } = leg.facts;
		const isDirected = !isDetection && status !== "disconnected";
		return {
			...{ from, to },
			[isDetection ? "call_uuid" : "uuid"]: leg.uuid,
			conversation_uuid: leg.conversationUuid,
			status,
			...(isDirected && { direction }),
			timestamp: toIso(this.#parts.clock.wallMs()),
		};
	}

	/** The length and the price of a call that is over. */
	#account(leg: Leg, by: string | undefined): Payload {
		const now = this.#parts.clock.wallMs();
		const from = leg.answeredAt ?? now;
		const seconds = Math.ceil((now - from) / 1000);
		return {
			start_time: leg.answeredAt === undefined ? null : toIso(from),
			end_time: toIso(now),
			duration: String(seconds),
			rate: RATE.toFixed(8),
			price: ((RATE * seconds) / 60).toFixed(8),
			network: "GB-FIXED",
			disconnected_by: by ?? "platform",
		};
	}

	#answerPayload(leg: Leg): Payload {
		const { from, to, endpointType } = leg.facts;
		return {
			...{ from, to, uuid: leg.uuid },
			conversation_uuid: leg.conversationUuid,
			endpoint_type: endpointType,
			region_url: "https://api-eu-1.vonage.com",
		};
	}

	/** Sends an event after those before it. One that is held up does not hold up the next for long. */
	#tell(leg: Leg, event: LegEvent, answer: Place): void {
		const { clock, dispatcher } = this.#parts;
		const order = this.#orderOf(leg, event, answer);
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

	async #ask(leg: Leg, event: LegEvent, answer: Place): Promise<NextNcco> {
		const order = this.#orderOf(leg, event, answer);
		if (order === undefined) return undefined;
		const ncco = await this.#obtain(
			leg,
			{ ...order, wants: "maybe-ncco" },
			answer,
		);
		if (leg.isOver && leg.facts.direction === "inbound") throw new CallOver();
		return ncco;
	}

	async #fetchNcco(
		leg: Leg,
		url: string,
		label: string,
		answer: Place,
	): Promise<NextNcco> {
		const place = this.#locate(leg, { url }, label, answer);
		if (place === undefined) return undefined;
		const ncco = await this.#obtain(
			leg,
			{
				...{ kind: "ncco.connect.onAnswer", label, leg: leg.name, place },
				...{ method: "GET", payload: this.#answerPayload(leg) },
				...{ wants: "ncco", timeoutMs: ANSWER_TIMEOUT_MS },
			},
			answer,
		);
		if (leg.isOver) throw new CallOver();
		return ncco;
	}

	/** Sends a webhook that is answered with an NCCO. If it fails, the fallback URL of the application is asked. */
	async #obtain(leg: Leg, order: Order, answer: Place): Promise<NextNcco> {
		const { board, clock, dispatcher } = this.#parts;
		await this.#events;
		if (this.#parts.signal.aborted) throw new CallOver();
		const delivered = await dispatcher.send(order);
		const { failure } = delivered;
		if (failure === undefined) return delivered.ncco;
		if (failure === "Invalid NCCO.") {
			this.#tell(
				leg,
				{
					...{ kind: "voice.error", label: "error" },
					payload: {
						reason: "Syntax error in NCCO. Invalid value type or action.",
						conversation_uuid: leg.conversationUuid,
						timestamp: toIso(clock.wallMs()),
					},
				},
				answer,
			);
		}
		const place = board.find("voice.fallback-answer", { near: answer.path });
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

	async #download(
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

	#orderOf(
		leg: Leg,
		{ kind, label, payload, target = leg.target }: LegEvent,
		answer: Place,
	): Order | undefined {
		const place = this.#locate(leg, target, label, answer);
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
		answer: Place,
	): Place | undefined {
		const { board, journal } = this.#parts;
		const url = toUrl(target?.url);
		if (url !== undefined) {
			const place = board.locate(url);
			if (place === undefined) this.#showOutside(leg, label, url);
			return place;
		}
		const events = board.find("voice.event", { near: answer.path });
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

	/** The first is `caller`, the second `caller-2`. */
	#nameOf(role: "caller" | "callee"): string {
		const known = this.legs.filter(({ name }) => name.startsWith(role)).length;
		return known === 0 ? role : `${role}-${known + 1}`;
	}

	#run(work: () => Promise<void>): void {
		this.#running++;
		const { journal, signal } = this.#parts;
		void work()
			.catch((error: unknown) => {
				if (error instanceof CallOver || signal.aborted) return;
				const text = `The phone failed: ${(error as Error).message}`;
				journal.add({ what: "note", leg: undefined, text });
			})
			.finally(() => {
				this.#running--;
				journal.touch();
			});
	}
}

// --- helpers ---

/** The platform waits so long for an NCCO. */
const ANSWER_TIMEOUT_MS = 5000;

/** Longer than a router takes, shorter than an event that is late on purpose. */
const HOLD_MS = 1000;

/** Euro a minute. */
const RATE = 0.0127;

/** Reads a URL, which an NCCO writes as a list of one. */
function toUrl(value: unknown): string | undefined {
	const one: unknown = Array.isArray(value) ? value[0] : value;
	return typeof one === "string" && one !== "" ? one : undefined;
}
