import { hash } from "node:crypto";
import type { PluginStore } from "switchhook";
import { isRepeated, type Part, type Sms } from "./message.ts";

/** The stored parts of one message. */
export interface Shelf {
	/** The parts that are there and not yet sent, by their number. */
	readonly parts: ReadonlyMap<number, Sms>;
	readonly total: number;
	/** The message of the same name that was sent last; undefined for none. */
	readonly sent: Sent | undefined;
	/** True while somebody ends the wait for its parts. */
	readonly isClosing: boolean;
	/** Where its parts stand in the store, sent ones too. */
	readonly keys: readonly string[];
}

/** A part in the store. */
export interface KeptPart {
	readonly number: number;
	readonly total: number;
	/** When it was kept, milliseconds since the epoch. */
	readonly since: number;
	readonly sms: Sms;
}

/** The trace of a message that was sent, so that its parts are known when they come again. */
export interface Sent {
	/** The id of the event whose success it came with, or of the router that ended the wait. */
	readonly by: string;
	/** Until then a part with the same content is a repetition, milliseconds since the epoch. */
	readonly until: number;
	readonly parts: readonly Print[];
}

/** The marks of a part that was sent. */
interface Print {
	readonly number: number;
	readonly id: unknown;
	readonly digest: string;
}

/** The relation of a part to those that are stored. */
export type Verdict =
	/** Its message goes on without it, or with it already. */
	| "sent"
	/** It is there already. */
	| "kept"
	/** It belongs to what is there, or begins a message. */
	| "new"
	/** It begins another message of the same name: the one that is there gets no more parts. */
	| "other";

/** Says what a part is to what is kept. */
export function judge(
	{ number, sms }: Part,
	{ parts, sent }: Shelf,
	now: number,
): Verdict {
	const known = parts.get(number);
	if (known !== undefined && isRepeated(known, sms)) return "kept";
	if (sent?.parts.some((print) => isIn(print, number, sms))) return "sent";
	if (known !== undefined) return "other";
	const isSame =
		parts.size === 0 &&
		sent !== undefined &&
		now < sent.until &&
		sent.parts.some((print) => hasContent(print, number, sms));
	return isSame ? "sent" : "new";
}

/** The name of a message in the store: a route has its own, and a key may be long. */
export function nameOf(route: string, key: string): string {
	return `${prefixOf(route)}${hash("sha256", key, "hex").slice(0, 32)}`;
}

/** Where a part stands. */
export function partKey(name: string, number: number): string {
	return `${name}/${number}`;
}

/** Where it stands that somebody ends the wait for a message. */
export function closingKey(name: string): string {
	return `${name}/${CLOSING}`;
}

/** The names of all messages of a route that are not whole, with the time of their first part, the oldest first. */
export async function findOpen(
	store: PluginStore,
	route: string,
): Promise<ReadonlyMap<string, number>> {
	const found = new Map<string, number>();
	const all = await store.list<KeptPart>(prefixOf(route), { max: LIST_MAX });
	for (const { key, value } of all) {
		if (!isPartKey(key)) continue;
		const name = messageOf(key);
		found.set(name, Math.min(found.get(name) ?? Infinity, value.since));
	}
	return new Map([...found].sort(([, one], [, other]) => one - other));
}

/** Reads what is kept of a message. */
export async function readShelf(
	store: PluginStore,
	name: string,
): Promise<Shelf> {
	const entries = await store.list<KeptPart>(`${name}/`);
	const sent = await store.get<Sent>(sentKey(name));
	const kept = entries.filter(({ key }) => isPartKey(key));
	const parts = new Map<number, Sms>();
	for (const { value } of kept) {
		const { number, sms } = value;
		// Its message was sent, and somebody was stopped before it was taken away.
		if (sent?.parts.some((print) => isIn(print, number, sms))) continue;
		parts.set(number, sms);
	}
	return {
		parts,
		total: kept[0]?.value.total ?? 0,
		sent,
		isClosing: kept.length < entries.length,
		keys: kept.map(({ key }) => key),
	};
}

/** Keeps of a message only that it was sent. */
export async function clear(
	store: PluginStore,
	name: string,
	{ parts, keys }: Shelf,
	{ by, until, expiresAfterMs }: Clearing,
): Promise<void> {
	const prints = [...parts].map(([number, sms]) => ({
		number,
		id: sms.messageId,
		digest: digestOf(sms),
	}));
	const sent: Sent = { by, until, parts: prints };
	await store.put(sentKey(name), sent, { expiresAfterMs });
	for (const key of keys) await store.delete(key);
}

/** Who sent a message, and how long that is remembered. */
export interface Clearing extends Pick<Sent, "by" | "until"> {
	readonly expiresAfterMs: number;
}

// --- helpers ---

const CLOSING = "closing";
const LIST_MAX = 1_000_000;

function sentKey(name: string): string {
	return `sent${name.slice(name.indexOf("/"))}`;
}

/** True for the very same SMS. */
function isIn({ number, id }: Print, itsNumber: number, sms: Sms): boolean {
	return id !== undefined && number === itsNumber && id === sms.messageId;
}

function hasContent(print: Print, number: number, sms: Sms): boolean {
	return print.number === number && print.digest === digestOf(sms);
}

function digestOf({ text, data }: Sms): string {
	return hash("sha256", JSON.stringify([text, data]), "base64url");
}

/** The beginning of the names of a route's messages. */
function prefixOf(route: string): string {
	return `open/${encodeURIComponent(route)}/`;
}

/** The name of the message that a part in the store belongs to. */
function messageOf(key: string): string {
	return key.slice(0, key.lastIndexOf("/"));
}

/** True for what a part stands under. */
function isPartKey(key: string): boolean {
	return !key.endsWith(`/${CLOSING}`);
}
