import { formatWording, type Wording } from "../../finding/finding.ts";
import { listWords } from "../../finding/suggest.ts";
import { nameTypeOf, nameTypes } from "../../finding/words.ts";
import type { Schema } from "./schema.ts";

/** One problem of an NCCO. */
export interface NccoProblem extends Wording {
	/** The path of the value: `[1, "endpoint", 0, "number"]`. */
	readonly path: readonly (string | number)[];
	/** Set if the problem is the option's name, not its value. */
	readonly part?: "key";
}

/** The result of a check: errors prevent sending the NCCO, warnings do not. */
export interface NccoVerdict {
	readonly errors: readonly NccoProblem[];
	readonly warnings: readonly NccoProblem[];
}

/** Writes a problem in one line for a log: the action's index, counted from 0, then the problem and the fix. */
export function formatNccoProblem(problem: NccoProblem): string {
	const [index] = problem.path;
	const words = formatWording(problem);
	return index === undefined ? words : `[${index}] ${words}`;
}

/** Names an option for a message: `connect.endpoint[0].number`. */
export function optionName(
	ncco: unknown,
	path: readonly (string | number)[],
): string {
	const [index, ...rest] = path;
	if (index === undefined) return "the NCCO";
	const name = rest
		.map((key) => (typeof key === "number" ? `[${key}]` : `.${shorten(key)}`))
		.join("");
	const action = actionName(Array.isArray(ncco) ? ncco[Number(index)] : null);
	return `\`${action ?? "action"}${name}\``;
}

/** Describes a value. A text is only shown if `quote` allows it and it is one short word. */
export function describeValue(
	value: unknown,
	{ quote }: { readonly quote: boolean },
): string {
	if (typeof value === "boolean") return String(value);
	// A long number may be a telephone number.
	if (typeof value === "number" && Math.abs(value) < 1e6) return String(value);
	if (Array.isArray(value)) return `a list of ${value.length}`;
	if (typeof value !== "string") return nameTypeOf(value);
	if (value === "") return "empty text";
	if (value.length > WORD_MAX) return `text of ${value.length} characters`;
	return quote && isWord(value) ? `\`${value}\`` : "text";
}

/** Describes the values that a schema allows, with its `x-expected` or its bounds. */
export function describeSchema(schema: Schema): string | undefined {
	if (typeof schema["x-expected"] === "string") return schema["x-expected"];
	if (Array.isArray(schema.enum)) return listWords(schema.enum.map(String));
	const types = [schema.type].flat();
	if (types.length > 1 && schema["x-numeric-text"] !== true) {
		return nameTypes(types);
	}
	// A number that may be given as text has both types.
	const type =
		["integer", "number"].find((name) => types.includes(name)) ?? types[0];
	if (type === undefined) return undefined;
	const name = nameTypes([type]);
	if (type === "integer" || type === "number")
		return describeNumber(name, schema);
	const isText = type === "string" && Number(schema.minLength) > 0;
	return isText ? `${name} that is not empty` : name;
}

// --- helpers ---

const NAME_MAX = 40;
const WORD_MAX = 30;

function actionName(action: unknown): string | undefined {
	if (typeof action !== "object" || action === null) return undefined;
	const name = (action as { readonly action?: unknown }).action;
	return typeof name === "string" && /^[a-z]{1,20}$/.test(name)
		? name
		: undefined;
}

function shorten(name: string): string {
	return name.length <= NAME_MAX ? name : `${name.slice(0, NAME_MAX)}…`;
}

function isWord(text: string): boolean {
	return /^[A-Za-z][\w/.;=-]*$/.test(text) && !/\d{7}/.test(text);
}

function describeNumber(what: string, schema: Schema): string {
	const { minimum, maximum, exclusiveMinimum } = schema;
	const unit = schema["x-unit"] === undefined ? "" : ` ${schema["x-unit"]}`;
	if (minimum !== undefined && maximum !== undefined) {
		return `${what} from ${minimum} to ${maximum}${unit}`;
	}
	if (minimum !== undefined) return `${what}, ${minimum} or more${unit}`;
	if (exclusiveMinimum !== undefined) {
		return `${what} above ${exclusiveMinimum}${unit}`;
	}
	return `${what}${unit}`;
}
