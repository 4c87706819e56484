import type { Logger } from "pino";
import type { HookEvent } from "../event/webhook.ts";
import { once } from "../memo.ts";
import type { PluginLog, PluginLogLine } from "../plugin/define.ts";
import type { Log } from "./log.ts";
import { maskPayload } from "./mask-payload.ts";
import { copyFlat, cutText, toPlain } from "./plain-value.ts";
import { ofPluginFields, type Privacy, UNKNOWN } from "./privacy.ts";

/** The names that stand on each line of a plugin. */
interface PluginNames {
	readonly plugin: string;
	readonly route: string;
}

/** The facts of the event that is handled, as a line names them. */
type LoggedEvent = Pick<HookEvent, "id" | "attempt">;

/** The log of a plugin on a route: outside of any event, as in `setup`, and for each event. */
export interface RoutePluginLog extends PluginLog {
	/** Makes the log of a handler's call: its lines have the event's id and attempt. */
	forEvent(event: LoggedEvent): PluginLog;
}

/**
 * Makes the log of a plugin: the router's, with the plugin's and the route's names on each line. A plugin's fields stand
 * under `fields`, whatever their names are, and an error under `err`: no line can look like one of the router's own. Unless the
 * log may show payloads, the payload that it logs, and fields under names of the payload, are masked as the route's kind says,
 * and other fields by how they look.
 *
 * @param payload the privacy of the route's kind, default unknown
 */
export function createPluginLog(
	log: Log,
	names: PluginNames,
	payload: Privacy = UNKNOWN,
): RoutePluginLog {
	return new RouteLog(log, names, payload);
}

// --- helpers ---

const MESSAGE_LENGTH_MAX = 4096;

type Fields = Readonly<Record<string, unknown>>;

type Mask = (fields: Fields) => Fields;

/** Makes its lines when the first is written: of 10,000 routes most never write one. */
class RouteLog implements RoutePluginLog {
	readonly #log: Log;
	readonly #names: PluginNames;
	readonly #payload: Privacy;
	#lines: ((event?: LoggedEvent) => PluginLog) | undefined;
	#outside: PluginLog | undefined;

	constructor(log: Log, names: PluginNames, payload: Privacy) {
		this.#log = log;
		this.#names = names;
		this.#payload = payload;
	}

	get debug(): PluginLogLine {
		return this.#ofNoEvent.debug;
	}

	get info(): PluginLogLine {
		return this.#ofNoEvent.info;
	}

	get warn(): PluginLogLine {
		return this.#ofNoEvent.warn;
	}

	get error(): PluginLogLine {
		return this.#ofNoEvent.error;
	}

	forEvent(event: LoggedEvent): PluginLog {
		return this.#of(event);
	}

	get #ofNoEvent(): PluginLog {
		this.#outside ??= this.#of();
		return this.#outside;
	}

	#of(event?: LoggedEvent): PluginLog {
		this.#lines ??= createWriter(this.#log, this.#names, this.#payload);
		return this.#lines(event);
	}
}

function createWriter(
	log: Log,
	{ plugin, route }: PluginNames,
	payload: Privacy,
): (event?: LoggedEvent) => PluginLog {
	const privacy = ofPluginFields(payload);
	const mask = log.payloads
		? undefined
		: (fields: Fields) => maskPayload(fields, privacy) as Fields;
	const own = once(() => log.of("plugin").child({ plugin, route }));
	return (event) => createLines(log, own, mask, event);
}

/**
 * @param mask masks the fields; undefined where they may be shown
 * @param event the one that is handled; undefined outside of a handler
 */
function createLines(
	log: Log,
	own: () => Logger,
	mask: Mask | undefined,
	event?: LoggedEvent,
): PluginLog {
	const line =
		(severity: "debug" | "info" | "warn" | "error"): PluginLogLine =>
		(first: string | object, second?: string | object) => {
			if (!log.isLevelEnabled(severity)) return;
			// Both orders are fine: `log.info(fields, message)` and `log.info(message, fields)`.
			const [given, message] =
				typeof first === "string" ? [second, first] : [first, second];
			const { err, fields } = partsOf(given, mask);
			const text = typeof message === "string" ? message : messageOf(err);
			// Beside the fields, not as a child of the logger: that would cost more than the line.
			own()[severity](
				{ id: event?.id, attempt: event?.attempt, fields, err },
				cutText(text, MESSAGE_LENGTH_MAX),
			);
		};
	return {
		debug: line("debug"),
		info: line("info"),
		warn: line("warn"),
		error: line("error"),
	};
}

interface Parts {
	/** The error, where it has a place of its own in the line. */
	readonly err?: Error | undefined;
	/** All else; undefined where there is nothing. */
	readonly fields?: Fields | undefined;
}

function partsOf(given: unknown, mask: Mask | undefined): Parts {
	if (typeof given !== "object" || given === null) return {};
	if (given instanceof Error) return { err: given };
	const flat = copyFlat(given);
	if (flat !== undefined) return { fields: toFields(flat, mask) };
	const [name, err] = errorOf(given);
	const plain = toPlain(given);
	// A list, or an object that is none in JSON, such as a date.
	const isObject =
		typeof plain === "object" && plain !== null && !Array.isArray(plain);
	const all = Object.entries(isObject ? plain : { value: plain });
	const rest = all.filter(([key]) => key !== name);
	return { err, fields: toFields(Object.fromEntries(rest), mask) };
}

function toFields(fields: Fields, mask: Mask | undefined): Parts["fields"] {
	if (Object.keys(fields).length === 0) return undefined;
	return mask === undefined ? fields : mask(fields);
}

function errorOf(
	given: object,
): [name: string, err: Error] | [undefined, undefined] {
	for (const name of ["err", "error"]) {
		try {
			const value = (given as Readonly<Record<string, unknown>>)[name];
			if (value instanceof Error) return [name, value];
		} catch {
			// A getter that throws: it is named among the fields.
		}
	}
	return [undefined, undefined];
}

function messageOf(error: Error | undefined): string {
	try {
		return error === undefined ? "" : String(error.message);
	} catch {
		return "";
	}
}
