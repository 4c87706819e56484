import { parentIdOf } from "../../inbox/port/child.ts";
import type { DeliveryRow } from "../../inbox/port/delivery.ts";
import { maskText } from "../../observe/mask.ts";
import { blankHidden } from "../../observe/plain-text.ts";
import { revealPrivate } from "../../observe/private-text.ts";

/** The keys of a delivery, as they are shown. */
export interface Keys {
	readonly orderKey: string | undefined;
	readonly dedupeKey: string | undefined;
}

/** Shows a text as it is, or without telephone numbers and secrets, as the log does. */
export type Show = (text: string) => string;

/** Picks how texts are shown: masked, unless `--payloads` says otherwise. */
export function showBy({ payloads }: { readonly payloads?: true }): Show {
	return payloads ? revealPrivate : maskText;
}

/** The option that shows personal data. */
export const PAYLOADS_OPTION = [
	"--payloads",
	"show telephone numbers, texts and payloads as they are",
] as const;

/** Returns the keys of a delivery as they are shown. */
export type KeysOf = (row: DeliveryRow) => Keys;

/** Makes a delivery for a program to read: times in ISO 8601 (UTC), null for a value that it has not. */
export function toRowReport(row: DeliveryRow, show: Show, keys: Keys) {
	const { id, route, kind, state, isBlocked, attempts, sizeBytes } = row;
	const shown = (text: string | undefined) =>
		text === undefined ? null : show(text);
	return {
		id,
		parent: parentIdOf(id) ?? null,
		route,
		kind,
		state,
		isBlocked,
		attempts,
		receivedAt: toTime(row.receivedAt),
		updatedAt: toTime(row.updatedAt),
		dueAt: row.dueAt === undefined ? null : toTime(row.dueAt),
		orderKey: keys.orderKey ?? null,
		dedupeKey: keys.dedupeKey ?? null,
		reason: shown(row.reason),
		sizeBytes,
	};
}

/** Writes milliseconds since the epoch as ISO 8601 (UTC); a number that is not a time as it is. */
export function toTime(ms: number): string {
	const date = new Date(ms);
	return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

/** Replaces control characters in text from outside by blanks, so that it stays on one line of a terminal. */
export const plain = blankHidden;
