import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { InvalidArgumentError } from "commander";
import { isRecord } from "../../event/is-record.ts";
import type { Kind } from "../../kind/kind.ts";
import type { FieldSetting, Fields } from "../../kind/set-fields.ts";
import { CannotRun } from "../io.ts";

/** Parses a `--set`: `field=text`, or `field:=json` for values other than text. */
export function parseSetting(
	text: string,
	earlier: readonly FieldSetting[],
): readonly FieldSetting[] {
	const [, field, sign, value = ""] = /^([^:=].*?)(:?=)(.*)$/s.exec(text) ?? [];
	if (field === undefined) {
		throw new InvalidArgumentError("Write it as field=value.");
	}
	if (sign === "=") return [...earlier, { field, value }];
	try {
		return [...earlier, { field, value: JSON.parse(value) as unknown }];
	} catch {
		throw new InvalidArgumentError(
			`The value after := must be JSON, such as ${field}:=true. For a text, write ${field}=text.`,
		);
	}
}

/** Returns a copy of the first of the kind's `examples`. Throws CannotRun if the kind has none and no field is set. */
export function examplePayload(kind: Kind, isEmptyFine: boolean): Fields {
	const { examples } = kind.schema;
	const [example] = Array.isArray(examples) ? (examples as unknown[]) : [];
	if (isRecord(example)) return structuredClone(example);
	if (isEmptyFine) return {};
	throw new CannotRun(
		`the schema \`${kind.name}\` has no \`examples\` to send. Add one, or set the fields with --set.`,
	);
}

/**
 * Gives identifying fields new values of the same form: UUIDs, times, long hex and digits. A value that other fields contain
 * (`CON-<uuid>`) is changed there too. Fields such as a status stay unchanged.
 */
export function freshen(payload: Fields, kind: Kind, now: Date): Fields {
	let fresh = payload;
	for (const field of kind.dedupe.flat()) {
		if (kind.number.includes(field)) continue;
		const value = payload[field];
		if (typeof value === "number" && value >= 1e7) {
			fresh = { ...fresh, [field]: randomInt(1e7, 2 ** 47) };
		}
		if (typeof value !== "string") continue;
		const old = UUID.exec(value)?.[0];
		const next = old === undefined ? freshText(value, now) : randomUUID();
		fresh = replaceText(fresh, old ?? value, next);
	}
	return fresh;
}

/**
 * Removes fields from a copy of a payload, named as for `setFields`. Throws CannotRun for a missing field: a misspelled name would
 * send the whole payload.
 */
export function unsetFields(payload: Fields, names: readonly string[]): Fields {
	const copy = structuredClone(payload);
	for (const name of names) {
		const path = Object.hasOwn(copy, name) ? [name] : name.split(".");
		let place: unknown = copy;
		for (const key of path.slice(0, -1))
			place = hasOwn(place, key) ? place[key] : undefined;
		const last = path.at(-1) ?? "";
		if (!hasOwn(place, last)) {
			throw new CannotRun(
				`the payload has no field \`${name}\` to unset. It has ${Object.keys(copy).join(", ")}.`,
			);
		}
		if (Array.isArray(place)) place.splice(Number(last), 1);
		else delete place[last];
	}
	return copy;
}

// --- helpers ---

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/i;

/** Returns true for an object or a list that has the key. */
function hasOwn(place: unknown, key: string): place is Fields {
	if (typeof place !== "object" || place === null) return false;
	// A list also has `length`.
	const isMeant = !Array.isArray(place) || key !== "length";
	return isMeant && Object.hasOwn(place, key);
}

function freshText(value: string, now: Date): string {
	const iso = now.toISOString();
	if (/^\d{4}-\d\d-\d\dT/.test(value)) return iso;
	if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)) {
		return iso.slice(0, 19).replace("T", " ");
	}
	if (/^\d{8,}$/.test(value)) {
		return value.replace(/\d/g, () => String(randomInt(1, 10)));
	}
	return /^[\da-f]{16,}$/i.test(value)
		? randomBytes(value.length).toString("hex").slice(0, value.length)
		: value;
}

function replaceText(payload: Fields, old: string, next: string): Fields {
	return Object.fromEntries(
		Object.entries(payload).map(([field, value]) => [
			field,
			typeof value === "string" ? value.replace(old, () => next) : value,
		]),
	);
}
