import { isRecord } from "../../event/is-record.ts";
import type { KeyPath } from "../../finding/located.ts";
import {
	compileCondition,
	hasPattern,
	isConditions,
	type PatternCondition,
} from "./patterns.ts";

/** A difference between a value and its expectation. */
export interface Difference {
	/** The keys of the expectation. */
	readonly at: KeyPath;
	/** The position in the value, such as `ncco[0].text`. */
	readonly place: string;
	/** The expectation and the value in words. */
	readonly expected: string;
	readonly got: string;
}

/**
 * Compares a value with an expectation: mappings match partially, lists in full length and order, and all other values if they
 * are equal. A mapping of conditions (`{ pattern }`, `{ contains }`, `{ not }`, `{ exists }`, `{ gte, lt … }`) can replace any
 * value. `null` matches a missing value. Returns the differences. Empty if there are none.
 */
export function findDifferences(
	expected: unknown,
	value: unknown,
	place: string,
	at: KeyPath = [],
): readonly Difference[] {
	const found: Difference[] = [];
	compare(expected, value, { place, at }, found);
	return found;
}

/** Writes a value for a person, in one line. */
export function show(value: unknown): string {
	if (value === undefined) return "nothing";
	const text = JSON.stringify(value) ?? String(value);
	return text.length > SHOWN_LENGTH
		? `${text.slice(0, SHOWN_LENGTH - 1)}…`
		: text;
}

// --- helpers ---

const SHOWN_LENGTH = 500;

interface Where {
	readonly place: string;
	readonly at: KeyPath;
}

function compare(
	expected: unknown,
	value: unknown,
	where: Where,
	found: Difference[],
): void {
	if (isCondition(expected, value)) {
		compareConditions(expected, value, where, found);
	} else if (Array.isArray(expected)) {
		compareLists(expected, value, where, found);
	} else if (isRecord(expected)) {
		if (!isRecord(value)) {
			differ(where, show(expected), value, found);
			return;
		}
		for (const [key, inner] of Object.entries(expected))
			compare(inner, own(value, key), inside(where, key), found);
	} else if (expected !== (value ?? (expected === null ? null : value))) {
		differ(where, show(expected), value, found);
	}
}

function compareLists(
	expected: readonly unknown[],
	value: unknown,
	where: Where,
	found: Difference[],
): void {
	if (!Array.isArray(value)) {
		differ(where, show(expected), value, found);
		return;
	}
	const both = Math.min(expected.length, value.length);
	for (let index = 0; index < both; index++)
		compare(expected[index], value[index], inside(where, index), found);
	for (const [index, extra] of value.slice(both).entries())
		differ(
			{ place: `${where.place}[${both + index}]`, at: where.at },
			`${count(expected.length)} only`,
			extra,
			found,
		);
	for (const [index, missing] of expected.slice(both).entries())
		differ(inside(where, both + index), show(missing), undefined, found);
}

type Conditions = Readonly<Record<string, unknown>>;

/** Returns true for a mapping that only has conditions, unless the value is a mapping with fields of those names. */
function isCondition(
	expected: unknown,
	value: unknown,
): expected is Conditions {
	if (!isConditions(expected)) return false;
	const keys = Object.keys(expected);
	return !isRecord(value) || !keys.some((key) => Object.hasOwn(value, key));
}

function compareConditions(
	expected: Conditions,
	value: unknown,
	where: Where,
	found: Difference[],
): void {
	const { pattern, flags, contains, not, exists, ...bounds } = expected;
	if (pattern !== undefined) {
		const condition = { pattern, ...(flags !== undefined && { flags }) };
		if (!hasPattern(condition) || !fitsPattern(condition, value))
			differ(where, `text that fits ${show(condition)}`, value, found);
	}
	if (contains !== undefined) compareContained(contains, value, where, found);
	if (not !== undefined) {
		const unlike = findDifferences(not, value, where.place);
		if (unlike.length === 0) differ(where, `not ${show(not)}`, value, found);
	}
	if (exists !== undefined && (value !== undefined) !== exists)
		differ(where, exists === true ? "any value" : "nothing", value, found);
	if (
		Object.entries(bounds).some(([name, bound]) => !holds(name, value, bound))
	)
		differ(where, show(bounds), value, found);
}

function fitsPattern(condition: PatternCondition, value: unknown): boolean {
	return (
		(typeof value === "string" || typeof value === "number") &&
		compileCondition(condition).test(String(value))
	);
}

/** Of a list each item is found somewhere; of a text each part. */
function compareContained(
	contains: unknown,
	value: unknown,
	where: Where,
	found: Difference[],
): void {
	const wanted = Array.isArray(contains) ? contains : [contains];
	for (const [index, item] of wanted.entries()) {
		const isThere = Array.isArray(value)
			? value.some((one) => findDifferences(item, one, "").length === 0)
			: typeof value === "string" && value.includes(String(item));
		if (isThere) continue;
		const keys = Array.isArray(contains) ? ["contains", index] : ["contains"];
		differ(
			{ place: where.place, at: [...where.at, ...keys] },
			`to contain ${show(item)}`,
			value,
			found,
		);
	}
}

function holds(name: string, value: unknown, bound: unknown): boolean {
	const left = toNumber(value);
	const right = toNumber(bound);
	if (left === undefined || right === undefined) return false;
	if (name === "gt") return left > right;
	if (name === "gte") return left >= right;
	return name === "lt" ? left < right : left <= right;
}

/** Returns a number, also from a text. */
function toNumber(value: unknown): number | undefined {
	if (typeof value === "number") return value;
	return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value)
		? Number(value)
		: undefined;
}

function differ(
	{ place, at }: Where,
	expected: string,
	value: unknown,
	found: Difference[],
): void {
	found.push({ at, place, expected, got: show(value) });
}

function inside({ place, at }: Where, key: string | number): Where {
	const isName = typeof key === "string" && /^[\w-]+$/.test(key);
	const step = isName ? `.${key}` : `[${JSON.stringify(key)}]`;
	return { place: `${place}${step}`, at: [...at, key] };
}

function own(value: Conditions, key: string): unknown {
	return Object.hasOwn(value, key) ? value[key] : undefined;
}

function count(length: number): string {
	return length === 1 ? "1 item" : `${length} items`;
}
