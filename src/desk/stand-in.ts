import { hash } from "node:crypto";
import { defineField } from "../event/define-field.ts";
import type { Payload } from "../event/webhook.ts";
import type { Kind } from "../kind/kind.ts";
import { isApiKey, isSearchedFor, isSecretName } from "../observe/mask.ts";
import type { PersonalSort, Privacy } from "../observe/privacy.ts";

/**
 * Replaces personal values by invented ones of the same form, so that a payload can be shared and still be sent. Equal numbers and
 * addresses get equal stand-ins, in one payload and in several.
 */
export class StandIns {
	readonly #numbers = new Map<string, string>();
	readonly #taken = new Set<string>();

	/** Returns a copy of a payload, with its kind's `personal` fields replaced, and texts that no schema knows. */
	replace(payload: Payload, kind: Kind): Payload {
		const plain = this.#replaceIn(payload, kind.privacy, "plain") as Payload;
		if (kind.validate(payload) !== undefined) return plain;
		// A schema may demand a pattern: the same characters with other letters and digits usually have it.
		const problems = kind.validate(plain);
		if (problems === undefined) return plain;
		const shaped = this.#replaceIn(payload, kind.privacy, "shaped") as Payload;
		return kind.validate(shaped) === undefined ? shaped : plain;
	}

	/** Returns the stand-in of a telephone number. Separators stay, and so do the first two digits. */
	number(written: string): string {
		const digits = written.replace(/\D/g, "").replace(/^00/, "");
		const stand = this.#numbers.get(digits) ?? this.#invent(digits);
		let at = 0;
		const offset = written.replace(/\D/g, "").length - digits.length;
		return written.replace(/\d/g, (digit) => {
			const index = at - offset;
			at += 1;
			return index < 0 ? digit : (stand[index] ?? digit);
		});
	}

	/** Returns the stand-in of a text without a schema. */
	text(written: string): string {
		return WHOLE_NUMBER.test(written) ? this.number(written) : shapeOf(written);
	}

	#replaceIn(value: unknown, privacy: Privacy, style: Style): unknown {
		if (Array.isArray(value))
			return value.map((item, index) =>
				this.#replaceIn(item, privacy.item(index), style),
			);
		if (typeof value === "object" && value !== null) {
			const copy = {};
			for (const [key, inner] of Object.entries(value))
				defineField(
					copy,
					key,
					this.#replaceField(key, inner, privacy.field(key), style),
				);
			return copy;
		}
		return this.#replaceValue(value, privacy.sort, style);
	}

	#replaceField(
		key: string,
		value: unknown,
		privacy: Privacy,
		style: Style,
	): unknown {
		if (isSecretName(key) && !isApiKey(key, value) && typeof value === "string")
			return shapeOf(value);
		const isUnknown = privacy.sort === "unknown" || privacy.sort === "look";
		// People search for ids, and an id names nobody.
		if (isUnknown && isSearchedFor(key, value)) return value;
		return this.#replaceIn(value, privacy, style);
	}

	#replaceValue(value: unknown, sort: Privacy["sort"], style: Style): unknown {
		if (sort === "plain") return value;
		if (typeof value === "number") {
			const isLong = String(Math.trunc(value)).length >= 7;
			const isPersonal = sort !== "unknown" && sort !== "look";
			return isLong || isPersonal ? Number(this.number(String(value))) : value;
		}
		return typeof value === "string"
			? this.#replaceText(value, sort, style)
			: value;
	}

	#replaceText(
		text: string,
		sort: PersonalSort | "unknown" | "look",
		style: Style,
	): string {
		if (text === "") return text;
		if (EMAIL.test(text) && sort !== "text") return this.#email(text);
		switch (sort) {
			case "number":
				return WHOLE_NUMBER.test(text) ? this.number(text) : shapeOf(text);
			case "email":
				return this.#email(text);
			case "code":
			case "keys":
				return shapeOf(text);
			case "text":
				return style === "shaped" ? shapeOf(text) : loremOf(text.length);
			default:
				return this.text(text);
		}
	}

	#email(text: string): string {
		const [, local = text] = /^(?:sips?:)?(.+)@/i.exec(text) ?? [];
		const scheme = /^sips?:/i.exec(text)?.[0] ?? "";
		return `${scheme}person${indexOf(local)}@example.com`;
	}

	/** Numbers that are kept for fiction end in 900 and three digits in the United Kingdom (Ofcom). Others get zeros. */
	#invent(digits: string): string {
		const begin =
			digits.startsWith("44") && digits.length === 12
				? "447700900"
				: digits.slice(0, 2).padEnd(Math.max(2, digits.length - 3), "0");
		const room = Math.max(0, digits.length - begin.length);
		let index = indexOf(digits);
		let stand = "";
		for (let tries = 0; tries < INDEXES; tries += 1) {
			const end = String(index)
				.padStart(3, "0")
				.slice(-room || 3);
			stand = `${begin}${room === 0 ? "" : end}`.slice(0, digits.length);
			if (!this.#taken.has(stand)) break;
			index = (index + 1) % INDEXES;
		}
		this.#taken.add(stand);
		this.#numbers.set(digits, stand);
		return stand;
	}
}

// --- helpers ---

/** `shaped` keeps the position of letters and digits in texts. */
type Style = "plain" | "shaped";

const WHOLE_NUMBER = /^\+?\d(?:[ ().-]{0,2}\d){5,}$/;
const EMAIL = /^(?:sips?:)?[^\s@]+@[^\s@]+$/i;

/** One in a thousand tells nobody which value it was, and keeps most values apart. */
const INDEXES = 1000;

function indexOf(text: string): number {
	return Number.parseInt(hash("sha256", text, "hex").slice(0, 8), 16) % INDEXES;
}

/** Replaces letters by x and digits by 0. */
function shapeOf(text: string): string {
	return text
		.replace(/\p{Lu}/gu, "X")
		.replace(/[^\P{L}X]/gu, "x")
		.replace(/\p{Nd}/gu, "0");
}

/** Only the length of a text stays, as in the log. */
function loremOf(length: number): string {
	return LOREM.repeat(Math.ceil(length / LOREM.length)).slice(0, length);
}

const LOREM =
	"Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor ";
