import { fromRecord } from "../../desk/line.ts";
import { isRecord } from "../../event/is-record.ts";
import { LEVELS, type Level } from "../../event/webhook.ts";
import type { ExportedDelivery } from "../../inbox/port/delivery.ts";

/** The copy of an event that a router sent. */
export interface HeardCopy {
	/** The outcome in the words of the router's log. */
	readonly outcome: string;
	/** Undefined on an internal route. */
	readonly level: Level | undefined;
	/** Milliseconds until the router answered. Undefined for an event from the inbox. */
	readonly ms: number | undefined;
	/** True for an event from the inbox: it came before the connection. */
	readonly isLate: boolean;
	readonly delivery: ExportedDelivery;
}

/** The first message of a router. */
export interface Hello {
	/** The public URL of the router, without a trailing slash. */
	readonly publicUrl: string;
	/** The routes whose events are copied. */
	readonly routes: readonly string[];
}

/** Reads the `data` of a copy. Throws SyntaxError or LineError for one that this version cannot read. */
export function readCopy(data: string): HeardCopy {
	const copy = record(data);
	const { outcome, level, ms, isLate, delivery } = copy;
	return {
		outcome: String(outcome),
		level: LEVELS.find((one) => one === level),
		ms: typeof ms === "number" ? ms : undefined,
		isLate: isLate === true,
		delivery: fromRecord(isRecord(delivery) ? delivery : {}),
	};
}

/** Reads the `data` of the first message. */
export function readHello(data: string): Hello {
	const { publicUrl, routes } = record(data);
	return {
		publicUrl:
			typeof publicUrl === "string" && URL.canParse(publicUrl)
				? publicUrl
				: "http://localhost",
		routes: Array.isArray(routes) ? routes.map(String) : [],
	};
}

/** Reads the `data` of `skipped`. Undefined for an unknown number. */
export function readSkipped(data: string): number | undefined {
	const { count } = record(data);
	return typeof count === "number" ? count : undefined;
}

// --- helpers ---

function record(data: string): Readonly<Record<string, unknown>> {
	const value: unknown = JSON.parse(data);
	return isRecord(value) ? value : {};
}
