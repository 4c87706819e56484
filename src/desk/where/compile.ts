import {
	compileLinear,
	type LinearPattern,
} from "../../kind/linear-pattern.ts";
import {
	compareDecimals,
	type Decimal,
	parseDecimal,
} from "../../route/conditions/decimal.ts";
import {
	createFieldReader,
	type FieldReader,
	type Subject,
} from "../../route/field.ts";
import { WhereError } from "./error.ts";
import { type Comparison, type Node, parseWhere } from "./parse.ts";

/** Returns true for a webhook that an expression selects. */
export type Where = (subject: Subject) => boolean;

/**
 * Compiles an expression such as `payload.usage.price > 0.1 and headers.x-tenant = "a"`. Throws WhereError.
 *
 * A field is a path into the payload, with or without `payload.`, or `headers.`, `query.`, `params.` or `claims.` and a name, as in
 * a `match`. A text that is a number compares as a number. A list fits if one of its items does. A missing field fits only
 * `= null`, and the negations.
 */
export function compileWhere(source: string): Where {
	return compile(parseWhere(source), source);
}

// --- helpers ---

function compile(node: Node, source: string): Where {
	switch (node.kind) {
		case "not": {
			const inner = compile(node.of, source);
			return (subject) => !inner(subject);
		}
		case "and": {
			const parts = node.parts.map((part) => compile(part, source));
			return (subject) => parts.every((part) => part(subject));
		}
		case "or": {
			const parts = node.parts.map((part) => compile(part, source));
			return (subject) => parts.some((part) => part(subject));
		}
		default: {
			const read = readerOf(node.field);
			const fits = compileTest(node, source);
			return (subject) => fits(read(subject));
		}
	}
}

/** The name alone is the whole payload. */
function readerOf(field: string): FieldReader {
	if (field === "payload") return ({ payload }) => payload;
	return createFieldReader(
		field.startsWith("payload.") ? field.slice("payload.".length) : field,
	);
}

type Test = (value: unknown) => boolean;

function compileTest(node: Comparison, source: string): Test {
	const { operator, value } = node;
	if (operator === "~") return containing(compilePattern(node, source));
	if (value.kind === "word") {
		const equal = equalTo(value.value);
		return operator === "!=" ? (found) => !equal(found) : equal;
	}
	const text = value.kind === "pattern" ? value.pattern : value.text;
	if (operator === "=" || operator === "!=") {
		const equal = oneOf(
			value.kind === "number" ? numberIs(text) : textIs(text),
		);
		return operator === "!=" ? (found) => !equal(found) : equal;
	}
	return oneOf(ordered(operator, text));
}

/** A list fits where one of its items does. */
function oneOf(test: Test): Test {
	return (found) => (Array.isArray(found) ? found.some(test) : test(found));
}

function equalTo(expected: true | false | null): Test {
	if (expected === null)
		return (found) => found === undefined || found === null;
	const text = String(expected);
	return oneOf((found) => found === expected || found === text);
}

function numberIs(text: string): Test {
	const expected = parseDecimal(text.toLowerCase());
	return (found) => {
		const number = toDecimal(found);
		return (
			expected !== undefined &&
			number !== undefined &&
			compareDecimals(number, expected) === 0
		);
	};
}

function textIs(text: string): Test {
	return (found) => toText(found) === text;
}

/** Compares as numbers where both are, else as texts: times in ISO 8601 are in order as texts. */
function ordered(operator: "<" | "<=" | ">" | ">=", text: string): Test {
	const expected = parseDecimal(text.toLowerCase());
	const fits = ORDER[operator];
	return (found) => {
		const shown = toText(found);
		if (shown === undefined) return false;
		const number = toDecimal(found);
		if (expected !== undefined)
			return number !== undefined && fits(compareDecimals(number, expected));
		return fits(shown < text ? -1 : shown > text ? 1 : 0);
	};
}

const ORDER: Readonly<
	Record<"<" | "<=" | ">" | ">=", (order: number) => boolean>
> = {
	"<": (order) => order < 0,
	"<=": (order) => order <= 0,
	">": (order) => order > 0,
	">=": (order) => order >= 0,
};

function compilePattern(
	{ value, at, length }: Comparison,
	source: string,
): (text: string) => boolean {
	if (value.kind !== "pattern") {
		const text = value.kind === "word" ? String(value.value) : value.text;
		const lower = text.toLowerCase();
		return (found) => found.toLowerCase().includes(lower);
	}
	let pattern: LinearPattern;
	try {
		if (!/^[ims]*$/.test(value.flags)) throw new Error("unknown flags");
		pattern = compileLinear(value.pattern, value.flags);
	} catch (error) {
		throw new WhereError(source, {
			at,
			length,
			what: `this pattern cannot be used: ${(error as Error).message}`,
			expected:
				"a regular expression without look-around and back-references, with the flags i, m or s",
		});
	}
	return (found) => pattern.test(found);
}

/** Looks into objects and lists too: one text in them is enough. */
function containing(test: (text: string) => boolean): Test {
	const fits: Test = (found) => {
		const text = toText(found);
		if (text !== undefined) return test(text);
		return typeof found === "object" && found !== null
			? Object.values(found).some(fits)
			: false;
	};
	return fits;
}

/** Returns a scalar as text. Undefined for anything else. */
function toText(value: unknown): string | undefined {
	switch (typeof value) {
		case "string":
			return value;
		case "number":
		case "boolean":
		case "bigint":
			return String(value);
		default:
			return undefined;
	}
}

function toDecimal(value: unknown): Decimal | undefined {
	if (typeof value === "boolean") return undefined;
	const text = toText(value);
	return text === undefined ? undefined : parseDecimal(text.trim());
}
