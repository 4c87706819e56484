import { isRecord } from "../event/is-record.ts";
import {
	ACTIONS,
	type Attempt,
	DELIVERY_STATES,
	type ExportedDelivery,
} from "../inbox/port/delivery.ts";
import {
	type Doubt,
	doubtsOfReason,
	isErrorCode,
} from "../inbox/port/doubt.ts";
import { escapeHiddenInJson } from "../observe/plain-text.ts";

/** Thrown for a line that is not a delivery. The message says what was expected. */
export class LineError extends Error {
	override readonly name = "LineError";
}

/** Writes a delivery as a line of JSON, its body in base64 (RFC 4648), or null if it was removed. */
export function toLine({ body, ...rest }: ExportedDelivery): string {
	const { id, route, kind, state, attempts, dedupeKey, orderKey } = rest;
	const { receivedAt, dueAt, updatedAt, reason, sizeBytes } = rest;
	const line = JSON.stringify({
		switchhook: VERSION,
		id,
		route,
		kind,
		state,
		attempts,
		dedupeKey,
		orderKey,
		receivedAt,
		dueAt,
		updatedAt,
		reason,
		sizeBytes,
		envelope: rest.envelope,
		body: body === undefined ? null : Buffer.from(body).toString("base64"),
		answer: rest.answer,
		history: rest.history,
		doubts: rest.doubts.length === 0 ? undefined : rest.doubts,
		actions: rest.actions,
	});
	return escapeHiddenInJson(line);
}

/** Parses the output of `toLine`. Throws LineError. */
export function fromLine(text: string): ExportedDelivery {
	return fromRecord(parse(text));
}

/** Reads the object of a line. Throws LineError. */
export function fromRecord(
	line: Readonly<Record<string, unknown>>,
): ExportedDelivery {
	if (line.switchhook !== VERSION) {
		throw new LineError(
			line.switchhook === undefined
				? "not a delivery that `switchhook inbox export` wrote"
				: `the format has version ${JSON.stringify(line.switchhook)}, and this version of Switchhook reads ${VERSION}`,
		);
	}
	const state = DELIVERY_STATES.find((one) => one === line.state);
	if (state === undefined) throw wrong("state", DELIVERY_STATES.join(", "));
	const answer = maybe(line, "answer", expectText);
	return {
		id: expectText(line, "id"),
		route: expectText(line, "route"),
		kind: expectText(line, "kind"),
		state,
		attempts: expectCount(line, "attempts"),
		dedupeKey: maybe(line, "dedupeKey", expectText),
		orderKey: maybe(line, "orderKey", expectText),
		receivedAt: expectCount(line, "receivedAt"),
		dueAt: maybe(line, "dueAt", expectCount),
		updatedAt: expectCount(line, "updatedAt"),
		reason: maybe(line, "reason", expectText, true),
		sizeBytes: expectCount(line, "sizeBytes"),
		isBlocked: false,
		envelope: expectText(line, "envelope"),
		body: toBody(line),
		...(answer !== undefined && { answer }),
		history: toHistory(line.history),
		doubts: state === "quarantined" ? toDoubts(line) : [],
		...toActions(line.actions),
	};
}

// --- helpers ---

/** The version of the format. A change that an older Switchhook cannot read raises it. */
const VERSION = 1;

const OUTCOMES = ["delivered", "waiting", "dead"] as const;

/** The largest number of attempts, or of milliseconds of one, that PostgreSQL can store. */
const INT_MAX = 2 ** 31 - 1;

type Line = Readonly<Record<string, unknown>>;

function parse(text: string): Line {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new LineError("not valid JSON");
	}
	if (!isRecord(value)) throw new LineError("not a JSON object");
	return value;
}

function wrong(key: string, expected: string): LineError {
	return new LineError(`\`${key}\` is not valid. Expected ${expected}`);
}

function expectText(line: Line, key: string, mayBeEmpty = false): string {
	const value = line[key];
	if (typeof value === "string" && (value !== "" || mayBeEmpty)) return value;
	throw wrong(key, mayBeEmpty ? "a text" : "a text that is not empty");
}

function expectCount(line: Line, key: string): number {
	const value = line[key];
	const most =
		key === "attempts" || key === "attempt" || key === "durationMs"
			? INT_MAX
			: Number.MAX_SAFE_INTEGER;
	if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most)
		return Number(value);
	throw wrong(key, `a whole number from 0 to ${most}`);
}

function maybe<T>(
	line: Line,
	key: string,
	read: (line: Line, key: string, mayBeEmpty?: boolean) => T,
	mayBeEmpty = false,
): T | undefined {
	const value = line[key];
	if (value === undefined || value === null) return undefined;
	return read(line, key, mayBeEmpty);
}

function toBody({ body }: Line): Uint8Array | undefined {
	if (body === null) return undefined;
	if (typeof body === "string" && BASE64.test(body)) {
		const bytes = Buffer.from(body, "base64");
		// The decoder skips unknown characters, so the result is only valid if it encodes to the same text.
		if (bytes.toString("base64") === body) return bytes;
	}
	throw wrong("body", "base64, or null");
}

const BASE64 = /^[\w+/]*={0,2}$/;

function toHistory(history: unknown): readonly Attempt[] {
	if (!Array.isArray(history)) throw wrong("history", "a list of attempts");
	const numbers = new Set<number>();
	return history.map((past: unknown) => {
		if (!isRecord(past)) throw wrong("history", "a list of attempts");
		const attempt = expectCount(past, "attempt");
		if (numbers.has(attempt)) {
			throw wrong("history", `only one attempt with the number ${attempt}`);
		}
		numbers.add(attempt);
		const outcome = OUTCOMES.find((one) => one === past.outcome);
		if (outcome === undefined) throw wrong("outcome", OUTCOMES.join(", "));
		const stack = maybe(past, "stack", expectText);
		return {
			attempt,
			startedAt: expectCount(past, "startedAt"),
			durationMs: expectCount(
				{ durationMs: Math.round(Number(past.durationMs)) },
				"durationMs",
			),
			outcome,
			reason: maybe(past, "reason", expectText, true),
			...(stack !== undefined && { stack }),
		};
	});
}

/** Reads what people did. Earlier versions did not store it. */
function toActions(actions: unknown): Pick<ExportedDelivery, "actions"> {
	if (actions === undefined) return {};
	if (!Array.isArray(actions)) throw wrong("actions", "a list");
	return {
		actions: actions.map((one: unknown) => {
			if (!isRecord(one)) throw wrong("actions", "a list of actions");
			const action = ACTIONS.find((name) => name === one.action);
			if (action === undefined) throw wrong("action", ACTIONS.join(", "));
			return {
				action,
				at: expectCount(one, "at"),
				actor: maybe(one, "actor", expectText),
				reason: maybe(one, "reason", expectText, true),
			};
		}),
	};
}

/** Reads the doubts. Earlier versions exported them only as the reason. */
function toDoubts({ doubts, reason }: Line): readonly Doubt[] {
	if (doubts === undefined)
		return doubtsOfReason(typeof reason === "string" ? reason : undefined);
	if (!Array.isArray(doubts)) throw wrong("doubts", "a list");
	return doubts.map((doubt: unknown) => {
		if (!isRecord(doubt) || !isErrorCode(doubt.code))
			throw wrong("doubts", "a list of codes with their detail");
		return { code: doubt.code, detail: expectText(doubt, "detail", true) };
	});
}
