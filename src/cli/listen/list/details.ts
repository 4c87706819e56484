import type { Headers } from "../../../event/webhook.ts";
import { readAnswer } from "../../../inbox/port/kept-answer.ts";
import { showHidden, showHiddenInLines } from "../../../observe/plain-text.ts";
import { formatMs } from "../../../observe/terminal/amounts.ts";
import type { Sent } from "../sender.ts";
import type { Entry } from "./model.ts";

/** Writes everything about an entry. Text from outside in it cannot control the terminal. */
export function detailsOf({ copy, facts, sent, isSending }: Entry): string[] {
	const { delivery, ms } = copy;
	const { method, path, query, client, params, claims, headers } = facts;
	const took = ms === undefined ? "" : ` in ${formatMs(ms)}`;
	const answer =
		delivery.answer === undefined ? undefined : readAnswer(delivery.answer);
	return [
		...field("id", facts.id),
		...field("received", new Date(facts.receivedAt).toISOString()),
		...field("request", `${method} ${path}${query === "" ? "" : `?${query}`}`),
		...field("client", client ?? "unknown"),
		...field("route", `${facts.route}, ${facts.level ?? "internal"}`),
		...field("outcome", `${facts.outcome}${took}`),
		...section("payload", jsonLines(facts.payload ?? UNREADABLE)),
		...record("params", params),
		...record("claims", claims),
		...record("headers", headers),
		...(answer === undefined
			? []
			: section(
					`the router answered ${answer.status}`,
					bodyLines(answer.body),
				)),
		...sentLines(sent, isSending),
	];
}

// --- helpers ---

const UNREADABLE = "It cannot be read.";

function field(name: string, value: string): string[] {
	return [`${name.padEnd(9)} ${showHidden(value)}`];
}

function section(title: string, lines: readonly string[]): string[] {
	return lines.length === 0
		? ["", title]
		: ["", title, ...lines.map((line) => `  ${line}`)];
}

function record(
	title: string,
	values: Headers | Readonly<Record<string, unknown>>,
): string[] {
	const lines = Object.entries(values).map(([name, value]) =>
		showHidden(
			`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
		),
	);
	return lines.length === 0 ? [] : section(title, lines);
}

function sentLines(sent: Sent | undefined, isSending: boolean): string[] {
	if (isSending) return section("sending …", []);
	if (sent === undefined) return [];
	const took = formatMs(sent.ms);
	if (sent.as === "failed")
		return section(`${showHidden(sent.url)} did not answer`, [
			showHidden(`${sent.reason}, after ${took}`),
		]);
	return section(`${showHidden(sent.url)} answered ${sent.status} in ${took}`, [
		...Object.entries(sent.headers).map(([name, value]) =>
			showHidden(`${name}: ${value}`),
		),
		...bodyLines(sent.body),
	]);
}

/** Writes a body, and indents it if it is JSON. */
function bodyLines(body: string | undefined): string[] {
	if (body === undefined || body === "") return [];
	try {
		return jsonLines(JSON.parse(body));
	} catch {
		return showHiddenInLines(body).split("\n").map(withoutTabs);
	}
}

function jsonLines(value: unknown): string[] {
	return showHiddenInLines(JSON.stringify(value, null, 2))
		.split("\n")
		.map(withoutTabs);
}

/** The width of a tab depends on its column. */
function withoutTabs(line: string): string {
	return line.replaceAll("\t", "  ");
}
