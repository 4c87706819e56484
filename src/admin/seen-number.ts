import { isRecord } from "../event/is-record.ts";
import type { Payload } from "../event/webhook.ts";
import { NUMBERS_MAX } from "../observe/feed.ts";
import type { Privacy } from "../observe/privacy.ts";

/** The numbers of a payload. */
export interface PayloadNumbers {
	/** The number of the person: the first that is not an own number. Otherwise the own one. Undefined if there is none. */
	readonly first: string | undefined;
	/** All of them, at most `NUMBERS_MAX`. */
	readonly all: readonly string[];
}

/**
 * Finds the telephone numbers and addresses of a payload, in its fields and one level deeper.
 *
 * @param own the fields that hold the user's own number
 */
export function findNumbers(
	payload: Payload,
	privacy: Privacy,
	own: readonly string[],
): PayloadNumbers {
	const found: { readonly field: string; readonly text: string }[] = [];
	collect(payload, privacy, "", found);
	const first = found.find(({ field }) => !own.includes(field)) ?? found[0];
	return { first: first?.text, all: found.map(({ text }) => text) };
}

// --- helpers ---

function collect(
	values: Payload,
	privacy: Privacy,
	above: string,
	found: { readonly field: string; readonly text: string }[],
): void {
	for (const name in values) {
		if (found.length >= NUMBERS_MAX) return;
		const value = values[name];
		const inside = privacy.field(name);
		if (typeof value === "string") {
			if (inside.sort === "number" && value !== "")
				found.push({ field: above + name, text: value });
		} else if (above === "" && isRecord(value)) {
			collect(value, inside, `${name}.`, found);
		}
	}
}
