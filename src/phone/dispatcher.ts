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
	/** What the platform reads in the answer. Default nothing. */
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
	const { line, clock, journal, faults, signal } = parts;
	let inFlight = 0;
	const transmit = async (webhook: LineWebhook): Promise<LineAnswer> => {
		inFlight++;
		try {
			return await line.send(webhook);
		} finally {
			inFlight--;
		}
	};

	/** Sends once, and tells whether the platform tries again. */
	async function tryOnce(
		order: Order,
		attempt: number,
		fault: Fault | undefined,
	): Promise<Attempt> {
		const webhook = toLineWebhook(order);
		const id = journal.add({
			...toEntry(order, webhook, attempt),
			...(fault !== undefined && { fault: FAULT_WORDS[fault.name] }),
		});
		const fail = (failure: string, isAgain: boolean): Attempt => {
			journal.amend(id, { failure });
			return { id, failure, isAgain };
		};
		const stop = order.signal ?? signal;
		if (fault?.name === "late") await pause(clock, fault.ms ?? LATE_MS, stop);
		if (fault?.name === "down") return fail("Connection closed.", true);
		if (fault?.name === "429" || fault?.name === "503") {
			const status = Number(fault.name);
			journal.amend(id, { answer: madeUp(status) });
			return fail("Invalid response code.", true);
		}
		const timeoutMs = order.timeoutMs ?? EVENT_TIMEOUT_MS;
		const slowMs = fault?.name === "slow" ? (fault.ms ?? LATE_MS) : 0;
		let answer: LineAnswer | undefined;
		try {
			answer = await withinTime(clock, timeoutMs, async () => {
				const received = await transmit(webhook);
				if (slowMs > 0) await pause(clock, slowMs, stop);
				return received;
			});
		} catch (error) {
			if (stop.aborted) throw error;
			journal.add({
				...{ what: "note", leg: order.leg },
				text: `The router did not answer: ${(error as Error).message}`,
			});
			return fail("Connection closed.", true);
		}
		if (answer === undefined) return fail("Socket timeout.", true);
		journal.amend(id, { answer: toShown(answer, slowMs) });
		const { status } = answer;
		if (status < 200 || status >= 300) {
			return {
				...fail("Invalid response code.", TRIED_AGAIN.has(status)),
				answer,
			};
		}
		const { wants } = order;
		if (wants !== "ncco" && wants !== "maybe-ncco")
			return { id, answer, isAgain: false };
		const read = readNcco(answer, wants);
		if (read === "invalid") return { ...fail("Invalid NCCO.", false), answer };
		if (read !== undefined && order.leg !== undefined)
			journal.add({ what: "ncco", leg: order.leg, ncco: read, webhook: id });
		return { id, answer, ncco: read, isAgain: false };
	}

	async function send(order: Order): Promise<Delivered> {
		const fault = faults.take(order.kind, order.label);
		if (fault?.name === "lost") {
			const id = journal.add({
				...toEntry(order, toLineWebhook(order), 1),
				fault: FAULT_WORDS.lost,
				failure: "lost on purpose",
			});
			return { id };
		}
		const first = await tryOnce(order, 1, fault);
		if (fault?.name === "twice")
			await tryOnce({ ...order, wants: "audio" }, 2, fault);
		if (!first.isAgain || order.wants === "audio") return first;
		// A URL that is down stays so for both tries.
		return tryOnce(order, 2, fault?.name === "down" ? fault : undefined);
	}

	return {
		send,
		get inFlight() {
			return inFlight;
		},
	};
}

/** Chooses the method and the encoding of a webhook for a place. */
export function chooseForm(
	{ methods, encodings }: Place,
	asked?: string,
): { readonly method: string; readonly encoding: Encoding } {
	if (asked !== undefined)
		return { method: asked, encoding: asked === "GET" ? "query" : "json" };
	const fits = (encoding: Encoding): boolean =>
		encoding === "query"
			? methods.includes("GET")
			: methods.some((method) => method !== "GET");
	const encoding = encodings.find(fits) ?? "json";
	const method =
		encoding === "query"
			? "GET"
			: (methods.find((name) => name !== "GET") ?? "POST");
	return { method, encoding };
}

// --- helpers ---

interface Attempt extends Delivered {
	/** True if the platform tries once more. */
	readonly isAgain: boolean;
}

/** The platform waits so long for the answer to an event. See the settings `socket_timeout` of its application API. */
const EVENT_TIMEOUT_MS = 10_000;

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

function madeUp(status: number): Webhook["answer"] {
	return { status, ms: 0, type: "", body: "", bytes: 0, outcome: "not sent" };
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
