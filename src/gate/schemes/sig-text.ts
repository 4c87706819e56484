import type { Payload } from "../../event/webhook.ts";

/** What `sig` is a digest of. */
export interface SigText {
	/** Every parameter. */
	readonly whole: string;
	/** Without the blank ones, as some senders sign; undefined where none is blank. */
	readonly lean: string | undefined;
}

/**
 * Writes parameters as they are signed (Vonage guide on signing messages): without `sig`, sorted by the
 * bytes of their names, each as `&name=value`, the value decoded and `&` and `=` in it made `_`. A JSON
 * null is no parameter. Returns why where there is no such text: a sentence for the log.
 */
export function writeSigText(parameters: Payload): SigText | string {
	const names: string[] = [];
	for (const name of Object.keys(parameters)) {
		if (name === "sig" || parameters[name] === null) continue;
		// Such a name would read as two parameters, and two as one.
		if (name.includes("&") || name.includes("=")) {
			return "the name of a parameter holds `&` or `=`";
		}
		names.push(name);
	}
	names.sort(compareBytes);
	let whole = "";
	let lean = "";
	for (const name of names) {
		const value = readParameter(parameters[name]);
		if (value === undefined) {
			return "a parameter is a list or an object, or came more than once";
		}
		const pair = `&${name}=${value}`;
		whole += pair;
		if (value.trim() !== "") lean += pair;
	}
	// Half a character has no bytes of its own: what was signed is not this.
	if (/\p{Surrogate}/u.test(whole)) return "a parameter is not Unicode text";
	return { whole, lean: lean.length === whole.length ? undefined : lean };
}

/** The value of one parameter as it is signed; undefined for what is neither text, number nor boolean. */
export function readParameter(value: unknown): string | undefined {
	if (typeof value === "string") {
		return value.includes("&") || value.includes("=")
			? value.replace(/[&=]/g, "_")
			: value;
	}
	return typeof value === "number" || typeof value === "boolean"
		? String(value)
		: undefined;
}

// --- helpers ---

/**
 * Orders texts as their UTF-8 bytes do. JavaScript's own order is that of UTF-16 units, in which what
 * lies above U+FFFF comes before the last of what lies below.
 */
function compareBytes(left: string, right: string): number {
	const length = Math.min(left.length, right.length);
	for (let index = 0; index < length; index++) {
		const a = left.charCodeAt(index);
		const b = right.charCodeAt(index);
		if (a === b) continue;
		return rank(a) - rank(b);
	}
	return left.length - right.length;
}

/** Moves the surrogates, which stand for what lies above U+FFFF, behind all other units. */
function rank(unit: number): number {
	return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
