import { showHidden } from "../../observe/plain-text.ts";
import type { JournalEntry, Webhook } from "../journal.ts";

/** Writes an entry of a journal in one line, with the seconds since `start`. Everything from outside is made visible. */
export function describeEntry(entry: JournalEntry, start: number): string {
	const seconds = ((entry.at - start) / 1000).toFixed(1).padStart(6);
	return `${seconds} s  ${showHidden(sentenceOf(entry))}`;
}

// --- helpers ---

const TEXT_SHOWN = 160;

function sentenceOf(entry: JournalEntry): string {
	switch (entry.what) {
		case "heard":
			return `${entry.leg} hears ${heardWords(entry.by, entry.text)}`;
		case "listens":
			return `${entry.leg} is listened to for ${listenedTo(entry)}${endOf(entry)}`;
		case "pressed":
			return `${entry.leg} presses ${entry.keys}${entry.isTaken ? "" : ", and nothing listens"}`;
		case "said":
			return `${entry.leg} says "${entry.text}"${entry.isTaken ? "" : ", and nothing listens"}`;
		case "state":
			return `${entry.leg} is ${entry.status}${entry.by ? ` by the ${entry.by}` : ""}`;
		case "webhook":
			return webhookWords(entry);
		case "ncco":
			return `${entry.leg} gets an NCCO: ${entry.ncco.map(({ action }) => String(action)).join(", ")}`;
		case "outside":
			return `${entry.label} would go to ${entry.url}, which is not this router`;
		case "recording":
			return `the recording of ${entry.leg} ${entry.state}`;
		case "message":
			return entry.direction === "in"
				? `${entry.from} writes "${shorten(entry.text)}" on ${entry.channel}`
				: `a message on ${entry.channel} to ${entry.to} is ${entry.receipts.at(-1)}`;
		case "note":
			return entry.text;
	}
}

function heardWords(by: string, text: string): string {
	switch (by) {
		case "talk":
			return `"${shorten(text)}"`;
		case "stream":
			return `the file ${shorten(text)}`;
		case "music":
			return text === "silence" ? "silence" : `the music ${shorten(text)}`;
		case "ringing":
			return text === "ringing" ? "ringing" : `the tone ${shorten(text)}`;
		default:
			return `a ${by}`;
	}
}

function listenedTo({
	dtmf,
	speech,
}: {
	readonly dtmf: boolean;
	readonly speech: boolean;
}): string {
	return [dtmf ? "keys" : "", speech ? "speech" : ""]
		.filter((word) => word !== "")
		.join(" and ");
}

function endOf({
	digits,
	end,
}: {
	readonly digits: string;
	readonly end?: string | undefined;
}): string {
	const got = digits === "" ? "" : ` (${digits})`;
	if (end === "timeout") return `${got}, in vain`;
	return end === "cut" ? `${got}, until the call is over` : got;
}

function webhookWords(entry: Webhook): string {
	const { kind, label, method, path, query, answer, failure, fault, attempt } =
		entry;
	const target = query === "" ? path : `${path}?${query}`;
	const parts = [
		`→ ${method} ${target} (${kind} ${label}${attempt > 1 ? `, try ${attempt}` : ""})`,
		...(fault === undefined ? [] : [`fault: ${fault}`]),
		...(answer === undefined
			? []
			: [
					`← ${answer.status} ${answer.outcome}${answer.route === undefined ? "" : ` by ${answer.route}`}`,
				]),
		...(failure === undefined ? [] : [`failed: ${failure}`]),
		...(answer?.reason === undefined ? [] : [shorten(answer.reason)]),
	];
	return parts.join("  ");
}

function shorten(text: string): string {
	return text.length <= TEXT_SHOWN ? text : `${text.slice(0, TEXT_SHOWN - 1)}…`;
}
