import type { Logger } from "pino";
import { traceIdOf } from "../event/trace-context.ts";
import type { HookEvent } from "../event/webhook.ts";
import { once } from "../memo.ts";
import type { PluginLog, PluginLogLine } from "../plugin/define.ts";
import type { Log } from "./log.ts";
import { maskPayload } from "./mask-payload.ts";
import { copyFlat, cutText, toPlain } from "./plain-value.ts";
import { ofPluginFields, type Privacy, UNKNOWN } from "./privacy.ts";

/** The names that each line of a plugin contains. */
interface PluginNames {
	readonly plugin: string;
	readonly route: string;
}

/** The facts of the current event in a log line. */
type LoggedEvent = Pick<HookEvent, "id" | "attempt" | "trace">;

/** The log of a plugin on a route: outside of events, as in `setup`, and for each event. */
export interface RoutePluginLog extends PluginLog {
	/** Creates the log of a handler's call. Its lines have the event's id and attempt. */
	forEvent(event: LoggedEvent): PluginLog;
}

/**
 * Creates the log of a plugin: the router's log, with the plugin's and the route's names in each line. A plugin's fields are
 * under `fields`, whatever their names are, and an error is under `err`, so that no line can look like one of the router.
 * Unless the log may show payloads, a logged payload, and fields with names of the payload, are masked as the route's kind
 * says. Other fields are masked by their form.
 *
 * @param privacy the privacy of the route's kind. Default unknown
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

/** Creates the logger at the first line. With 10,000 routes most never write one. */
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

/** @param mask masks the fields. Undefined if they may be shown */
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
			// Both orders are allowed: `log.info(fields, message)` and `log.info(message, fields)`.
			const [given, message] =
				typeof first === "string" ? [second, first] : [first, second];
			const { err, fields } = partsOf(given, mask);
			const text = typeof message === "string" ? message : messageOf(err);
			// Adds the fields directly. A child logger would cost more than the line.
			own()[severity](
				{
					id: event?.id,
					attempt: event?.attempt,
					traceId: traceIdOf(event?.trace),
					fields,
					err,
				},
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
	/** The error, which has its own field in the line. */
	readonly err?: Error | undefined;
	/** The other fields. Undefined if there are none. */
	readonly fields?: Fields | undefined;
}

function partsOf(given: unknown, mask: Mask | undefined): Parts {
	if (typeof given !== "object" || given === null) return {};
	if (given instanceof Error) return { err: given };
	const flat = copyFlat(given);
	if (flat !== undefined) return { fields: toFields(flat, mask) };
	const [name, err] = errorOf(given);
	const plain = toPlain(given);
	// A list, or an object that is not an object in JSON, such as a date.
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
			// A getter threw an error. The field is still named.
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
