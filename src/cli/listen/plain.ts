import { shortId } from "../../event/id.ts";
import { escapeHiddenInJson, showHidden } from "../../observe/plain-text.ts";
import { formatMs, formatTime } from "../../observe/terminal/amounts.ts";
import { createPaint, type Paint } from "../../observe/terminal/paint.ts";
import type { Io } from "../io.ts";
import { factsOf, partiesOf } from "./facts.ts";
import type { HeardCopy } from "./heard.ts";
import type { Sent } from "./sender.ts";
import { describeSent, toneOfOutcome, toneOfSent } from "./words.ts";

/** Prints copies for a pipe or a log. */
export interface Printer {
	/** `sent` is undefined if copies are not sent anywhere. */
	copy(copy: HeardCopy, sent: Sent | undefined): void;
	missed(count: number | undefined): void;
}

/** Creates the printer of one line for each copy. */
export function createCompactPrinter(io: Io): Printer {
	const paint = createPaint({ colors: io.screens?.stdout?.colour === true });
	return {
		copy: (copy, sent) =>
			void io.stdout.write(`${toCompactLine(copy, sent, paint)}\n`),
		missed: (count) =>
			void io.stdout.write(`${paint(describeMissed(count), "warn")}\n`),
	};
}

/** Creates the printer of one JSON object for each copy (NDJSON), with its content. */
export function createJsonPrinter({ stdout }: Pick<Io, "stdout">): Printer {
	const write = (value: object): void =>
		void stdout.write(`${escapeHiddenInJson(JSON.stringify(value))}\n`);
	return {
		copy(copy, sent) {
			const { receivedAt, ...facts } = factsOf(copy);
			const { delivery, isLate } = copy;
			write({
				type: "copy",
				...facts,
				receivedAt: new Date(receivedAt).toISOString(),
				...(isLate && { isLate }),
				raw: delivery.body && Buffer.from(delivery.body).toString("base64"),
				...(sent !== undefined && { sent: toSentReport(sent) }),
			});
		},
		missed: (count) => write({ type: "missed", count: count ?? null }),
	};
}

/** Says how many events were missed. */
export function describeMissed(count: number | undefined): string {
	if (count === undefined)
		return "An unknown number of events may be missing: the router does not store all of them.";
	return count === 1
		? "1 event is missing: the listener was too slow."
		: `${count} events are missing: the listener was too slow.`;
}

// --- helpers ---

function toCompactLine(
	copy: HeardCopy,
	sent: Sent | undefined,
	paint: Paint,
): string {
	const { id, receivedAt, route, kind, level, outcome, payload } =
		factsOf(copy);
	const ms = copy.ms === undefined ? "" : formatMs(copy.ms);
	const parts = [
		paint(formatTime(new Date(receivedAt)), "dim"),
		showHidden(route).padEnd(ROUTE_WIDTH),
		showHidden(kind).padEnd(KIND_WIDTH),
		(level ?? "internal").padEnd(LEVEL_WIDTH),
		showHidden(partiesOf(payload)).padEnd(PARTIES_WIDTH),
		paint(outcome.padEnd(OUTCOME_WIDTH), toneOfOutcome(outcome)),
		paint(ms.padStart(MS_WIDTH), "dim"),
		...(sent === undefined
			? []
			: [paint(showHidden(describeSent(sent)), toneOfSent(sent))]),
		paint(shortId(id), "dim"),
	];
	return parts.join("  ").trimEnd();
}

const ROUTE_WIDTH = 16;
const KIND_WIDTH = 15;
const LEVEL_WIDTH = 8;
const PARTIES_WIDTH = 27;
const OUTCOME_WIDTH = 8;
const MS_WIDTH = 6;

function toSentReport(sent: Sent): object {
	if (sent.as === "failed") {
		const { url, reason, ms } = sent;
		return { url, reason, ms };
	}
	const { url, status, ms, headers, body } = sent;
	return { url, status, ms, headers, body };
}
