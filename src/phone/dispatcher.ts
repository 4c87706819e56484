import { fittingEncoding } from "../event/fitting-encoding.ts";
import type { Encoding, Payload } from "../event/webhook.ts";
import { createNccoChecker } from "../handler/ncco/check.ts";
import { FAULT_WORDS, type Fault, type Faults } from "./faults.ts";
import type { Journal, Webhook } from "./journal.ts";
import type { Line, LineAnswer, LineWebhook } from "./line.ts";
import type { Place } from "./switchboard.ts";
import { type PhoneClock, pause } from "./time.ts";

/** A webhook to be sent. */
export interface Order {
	readonly kind: string;
	/** In a word, such as `ringing`. */
	readonly label: string;
	readonly leg: string | undefined;
	readonly place: Place;
	/** Default: the first of the kind that the path takes. */
	readonly method?: string | undefined;
	/** Undefined for a download. */
	readonly payload: Payload | undefined;
	/** The content that the platform reads in the answer. Default nothing. */
	readonly wants?: "ncco" | "maybe-ncco" | "audio";
	/** Milliseconds after which the platform gives up. Default 10,000, as for events. */
	readonly timeoutMs?: number;
	/** Ends what waits on purpose. Default: the session. */
	readonly signal?: AbortSignal | undefined;
}

/** The end of a webhook. */
export interface Delivered {
	/** The id of its last entry in the journal. */
	readonly id: number;
	/** The NCCO of the answer. Undefined if there is none. */
	readonly ncco?: readonly Payload[] | undefined;
	/** The reason that the platform gives to the fallback. Undefined if all went well. */
	readonly failure?: string | undefined;
	readonly answer?: LineAnswer | undefined;
}

/** Sends webhooks as the platform does: with its retries, and with the faults that were asked for. */
export interface Dispatcher {
	send(order: Order): Promise<Delivered>;
	/** The number of requests that the router has not answered yet. */
	readonly inFlight: number;
}

export interface DispatcherParts {
	readonly line: Line;
	readonly clock: PhoneClock;
	readonly journal: Journal;
	readonly faults: Faults;
	readonly signal: AbortSignal;
}

/** Creates the dispatcher of a session. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
	return new Sender(parts);
}

// --- helpers ---

class Sender implements Dispatcher {
	readonly #parts: DispatcherParts;
	#inFlight = 0;

	constructor(parts: DispatcherParts) {
		this.#parts = parts;
	}

	get inFlight(): number {
		return this.#inFlight;
	}

	async send(order: Order): Promise<Delivered> {
		const { faults, journal } = this.#parts;
		const fault = faults.take(order.kind, order.label);
		if (fault?.name === "lost") {
			const id = journal.add({
				...toEntry(order, toLineWebhook(order), 1),
				fault: FAULT_WORDS.lost,
				failure: "lost on purpose",
			});
			return { id };
		}
		const first = await this.#try(order, 1, fault);
		if (fault?.name === "twice")
			await this.#try({ ...order, wants: "audio" }, 2, fault);
		if (!first.isAgain || order.wants === "audio") return first;
		// A URL that is down stays so for both tries.
		return this.#try(order, 2, fault?.name === "down" ? fault : undefined);
	}

	/** Sends once, and tells whether the platform tries again. */
	async #try(
		order: Order,
		attempt: number,
		fault: Fault | undefined,
	): Promise<Attempt> {
		const { journal } = this.#parts;
		const webhook = toLineWebhook(order);
		const id = journal.add({
			...toEntry(order, webhook, attempt),
			...(fault !== undefined && { fault: FAULT_WORDS[fault.name] }),
		});
		const fail = (failure: string, isAgain: boolean): Attempt => {
			journal.amend(id, { failure });
			return { id, failure, isAgain };
		};
		const answer = await this.#transmit(order, webhook, fault);
		if (typeof answer === "string") return fail(answer, true);
		const slowMs = fault?.name === "slow" ? msOf(fault) : 0;
		journal.amend(id, { answer: toShown(answer, slowMs) });
		const { status } = answer;
		if (status < 200 || status >= 300) {
			const isAgain = TRIED_AGAIN.has(status);
			return { ...fail("Invalid response code.", isAgain), answer };
		}
		const { wants } = order;
		if (wants !== "ncco" && wants !== "maybe-ncco")
			return { id, answer, isAgain: false };
		const ncco = readNcco(answer, wants);
		if (ncco === "invalid") return { ...fail("Invalid NCCO.", false), answer };
		if (ncco !== undefined && order.leg !== undefined)
			journal.add({ what: "ncco", leg: order.leg, ncco, webhook: id });
		return { id, answer, ncco, isAgain: false };
	}

	/** Returns the answer, or the reason why the platform has none. */
	async #transmit(
		{ leg, signal, timeoutMs = EVENT_TIMEOUT_MS }: Order,
		webhook: LineWebhook,
		fault: Fault | undefined,
	): Promise<LineAnswer | string> {
		const { clock, journal, line } = this.#parts;
		const stop = signal ?? this.#parts.signal;
		if (fault?.name === "late") await pause(clock, msOf(fault), stop);
		if (fault?.name === "down") return "Connection closed.";
		if (fault?.name === "429" || fault?.name === "503")
			return madeUp(Number(fault.name));
		try {
			const answer = await withinTime(clock, timeoutMs, async () => {
				this.#inFlight++;
				const received = await line.send(webhook).finally(() => {
					this.#inFlight--;
				});
				if (fault?.name === "slow") await pause(clock, msOf(fault), stop);
				return received;
			});
			return answer ?? "Socket timeout.";
		} catch (error) {
			if (stop.aborted) throw error;
			const text = `The router did not answer: ${(error as Error).message}`;
			journal.add({ what: "note", leg, text });
			return "Connection closed.";
		}
	}
}

interface Attempt extends Delivered {
	/** True if the platform tries once more. */
	readonly isAgain: boolean;
}

/** How long the platform waits for the answer to an event. See the settings `socket_timeout` of its application API. */
const EVENT_TIMEOUT_MS = 10_000;

/** The milliseconds of a fault without a time of its own. */
const LATE_MS = 5000;

/** The statuses after which the platform's voice webhooks are sent again at once. */
const TRIED_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const BODY_SHOWN = 65_536;

const checker = createNccoChecker();

function toLineWebhook({ place, method, payload }: Order): LineWebhook {
	const form =
		payload === undefined
			? { method: "GET", encoding: "query" as const }
			: chooseForm(place, method);
	return { ...form, path: place.path, query: place.query, payload };
}

function toEntry(
	{ kind, label, leg, payload }: Order,
	{ method, path, query }: LineWebhook,
	attempt: number,
): Webhook {
	return {
		what: "webhook",
		...{ leg, kind, label, method, path, query, payload, attempt },
	};
}

function toShown(answer: LineAnswer, slowMs: number): Webhook["answer"] {
	const { status, headers, body, ms, outcome, route, event, error, reason } =
		answer;
	const type = headers["content-type"] ?? "";
	const isText = /json|text|xml/i.test(type);
	return {
		...{ status, outcome, route, event, error, reason, type },
		ms: Math.round((ms + slowMs) * 10) / 10,
		bytes: body.length,
		body: isText ? Buffer.from(body).toString().slice(0, BODY_SHOWN) : "",
	};
}

/** The answer of a proxy that never asked the router. */
function madeUp(status: number): LineAnswer {
	const body = new Uint8Array();
	return { status, headers: {}, body, ms: 0, outcome: "not sent" };
}

function msOf({ ms = LATE_MS }: Fault): number {
	return ms;
}

/** Reads the NCCO of an answer. Undefined if an empty answer means "continue". */
function readNcco(
	{ body }: LineAnswer,
	wants: "ncco" | "maybe-ncco",
): readonly Payload[] | "invalid" | undefined {
	const text = Buffer.from(body).toString();
	let value: unknown;
	try {
		value = text.trim() === "" ? undefined : JSON.parse(text);
	} catch {
		value = text;
	}
	if (checker.isValid(value)) return value as readonly Payload[];
	// Anything but a list is not taken for an NCCO where none is needed.
	return wants === "maybe-ncco" && !Array.isArray(value)
		? undefined
		: "invalid";
}

/** Returns the result of the work, or undefined if it is late. */
async function withinTime<T>(
	clock: PhoneClock,
	ms: number,
	work: () => Promise<T>,
): Promise<T | undefined> {
	let cancel: () => void = () => {};
	const late = new Promise<undefined>((resolve) => {
		cancel = clock.setTimer(() => resolve(undefined), ms);
	});
	try {
		return await Promise.race([work(), late]);
	} finally {
		cancel();
	}
}

/** Chooses the method and the encoding of a webhook for a place. */
function chooseForm(
	{ methods, encodings }: Place,
	asked?: string,
): { readonly method: string; readonly encoding: Encoding } {
	if (asked !== undefined)
		return { method: asked, encoding: asked === "GET" ? "query" : "json" };
	const encoding = fittingEncoding(encodings, methods) ?? "json";
	const method =
		encoding === "query"
			? "GET"
			: (methods.find((name) => name !== "GET") ?? "POST");
	return { method, encoding };
}
