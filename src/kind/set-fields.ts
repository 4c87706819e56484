import { defineField } from "../event/define-field.ts";
import { isRecord } from "../event/is-record.ts";
import type { Kind } from "./kind.ts";

/** A payload under construction. */
export type Fields = { [field: string]: unknown };

/** A field to set: its name, or a dotted path into nested values. */
export interface FieldSetting {
	readonly field: string;
	readonly value: unknown;
}

/**
 * Sets fields in a copy of a payload. A whole name that exists (or is in the schema) is that field. Otherwise dots lead into
 * objects and lists, which are created if missing.
 */
export function setFields(
	payload: Fields,
	settings: readonly FieldSetting[],
	kind: Kind | undefined,
): Fields {
	const copy = structuredClone(payload);
	for (const { field, value } of settings) {
		const isNamed =
			Object.hasOwn(copy, field) || Object.hasOwn(propertiesOf(kind), field);
		setAt(copy, isNamed ? [field] : field.split("."), value);
	}
	return copy;
}

// --- helpers ---

function propertiesOf(kind: Kind | undefined): object {
	const properties = kind?.schema.properties;
	return isRecord(properties) ? properties : {};
}

function setAt(root: Fields, path: readonly string[], value: unknown): void {
	let place: object = root;
	for (const key of path.slice(0, -1)) {
		const inner: unknown = Object.hasOwn(place, key)
			? place[key as keyof typeof place]
			: undefined;
		const next = typeof inner === "object" && inner !== null ? inner : {};
		defineField(place, key, next);
		place = next;
	}
	defineField(place, path.at(-1) ?? "", value);
}
