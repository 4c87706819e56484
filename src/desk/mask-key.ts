import { isRedactedKey } from "../inbox/port/redacted.ts";
import type { KeyField } from "../kind/kind.ts";
import { isSearched, maskText } from "../observe/mask.ts";
import { maskAny } from "../observe/mask-payload.ts";
import { BY_LOOK, type Privacy, UNKNOWN } from "../observe/privacy.ts";

/** Masks a key, whose values are in the order of its fields. A key with other fields, from an older configuration, only shows ids. */
export function maskKey(
	key: string | undefined,
	fields: readonly KeyField[],
	privacy: Privacy,
): string | undefined {
	if (key === undefined) return undefined;
	const values = readValues(key);
	if (values === undefined)
		return DIGEST.test(key) || isRedactedKey(key) ? key : maskText(key);
	// A digest may stand behind the values of the fields.
	const isOfFields =
		values.length === fields.length || values.length === fields.length + 1;
	const masked = values.map((value, at) => {
		const field = isOfFields ? fields[at] : undefined;
		const place = field === undefined ? UNKNOWN : placeOf(privacy, field);
		const isId =
			typeof value === "string" && (isSearched(value) || HASH.test(value));
		return place === UNKNOWN && isId ? value : maskAny(value, place);
	});
	return JSON.stringify(masked);
}

// --- helpers ---

function readValues(key: string): readonly unknown[] | undefined {
	try {
		const value: unknown = JSON.parse(key);
		return Array.isArray(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** The placeholder for missing fields in a key. */
const HASH = /^[\w-]{43}$/;

/** A digest of a key that was too long. */
const DIGEST = /^sha256:[\da-f]+$/;

/** The place of a field: by its whole name, else by the way inwards. Of several the first that is known to be personal counts. */
function placeOf(privacy: Privacy, field: KeyField): Privacy {
	const places = [field].flat().map((name) => {
		if (name.startsWith("headers.")) return BY_LOOK;
		const whole = privacy.field(name);
		if (!name.includes(".") || whole !== UNKNOWN) return whole;
		return name.split(".").reduce((place, step) => place.field(step), privacy);
	});
	const personal = places.find(({ sort }) => sort !== "plain");
	return personal ?? places[0] ?? UNKNOWN;
}
