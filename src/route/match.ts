import { isRecord } from "../event/is-record.ts";
import {
	type Claims,
	LEVELS,
	type Level,
	type Payload,
} from "../event/webhook.ts";
import { groupBy } from "./group.ts";
import type { Route } from "./route.ts";

/**
 * Chooses among the routes of one kind by level and `match`: from `ncco` down to `account`, within a
 * level the one that names more fields, then the first written. Compiled to hash maps, so that 100,000
 * numbers cost what one costs.
 */
export interface Matcher<R extends Route> {
	select(payload: Payload, claims: Claims): R | undefined;
}

export function compileMatcher<R extends Route>(
	routes: readonly R[],
): Matcher<R> {
	const steps: Step<R>[] = [];
	for (const level of NARROW_FIRST) {
		const here = routes.filter((route) => route.level === level);
		const shapes = groupBy(here, (route) => fieldsOf(route).join("\n"));
		const groups = [...shapes.values()].sort(
			(a, b) => fieldsOf(b[0] as R).length - fieldsOf(a[0] as R).length,
		);
		for (const group of groups) steps.push(compileStep(group));
	}
	const [only] = steps;
	if (steps.length === 1 && only !== undefined) return { select: only };
	return {
		select(payload, claims) {
			for (const step of steps) {
				const route = step(payload, claims);
				if (route !== undefined) return route;
			}
			return undefined;
		},
	};
}

/** The prefix of a verified claim in a `match`. */
const CLAIM_PREFIX = "claims.";

/** Reads what a `match` names: a field of the payload, or with `claims.` before it a verified claim. */
export function readField(
	field: string,
	payload: Payload,
	claims: Claims,
): unknown {
	const isClaim = field.startsWith(CLAIM_PREFIX);
	const name = isClaim ? field.slice(CLAIM_PREFIX.length) : field;
	const source = isClaim ? claims : payload;
	return Object.hasOwn(source, name) ? source[name] : undefined;
}

/** Turns a field's value into the text that is compared: numbers and booleans have one, lists and objects none. */
export function matchText(value: unknown): string | undefined {
	if (typeof value === "string") return value;
	// Keys that were pressed came as text until 2020: `match: { dtmf: "1" }` goes on to mean the digits.
	if (isRecord(value) && typeof value.digits === "string") return value.digits;
	return typeof value === "number" || typeof value === "boolean"
		? String(value)
		: undefined;
}

// --- helpers ---

type Step<R> = (payload: Payload, claims: Claims) => R | undefined;

/** A map for each field; the leaves are routes. */
type Node<R> = Map<string, Node<R> | R>;

const NARROW_FIRST: readonly Level[] = [...LEVELS].reverse();

function fieldsOf(route: Route): string[] {
	return route.match === undefined ? [] : [...route.match.keys()].sort();
}

function compileStep<R extends Route>(group: readonly R[]): Step<R> {
	const [first] = group;
	const fields = fieldsOf(first as R);
	if (fields.length === 0) return () => first;
	const root: Node<R> = new Map();
	for (const route of group) plant(root, route, fields, 0);
	return (payload, claims) => {
		let node: Node<R> | R | undefined = root;
		for (const field of fields) {
			const text = matchText(readField(field, payload, claims));
			if (text === undefined || !(node instanceof Map)) return undefined;
			node = node.get(text);
			if (node === undefined) return undefined;
		}
		return node as R;
	};
}

/** Adds a route under each of its values. Where two routes claim a value, the one written first keeps it. */
function plant<R extends Route>(
	node: Node<R>,
	route: R,
	fields: readonly string[],
	depth: number,
): void {
	const field = fields[depth] as string;
	for (const value of route.match?.get(field) ?? []) {
		if (depth === fields.length - 1) {
			if (!node.has(value)) node.set(value, route);
			continue;
		}
		let next = node.get(value) as Node<R> | undefined;
		if (next === undefined) {
			next = new Map();
			node.set(value, next);
		}
		plant(next, route, fields, depth + 1);
	}
}
