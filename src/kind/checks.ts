import type { ValidateFunction } from "ajv";
import { isRecord } from "../event/is-record.ts";
import type { Payload } from "../event/webhook.ts";
import { type Finding, hasErrors } from "../finding/finding.ts";
import type { KeyPath, Source } from "../finding/located.ts";
import { once } from "../memo.ts";
import { createDecoder, withoutAbsent } from "./decode.ts";
import type { Kind, Problem } from "./kind.ts";
import { checkExamples, tryCompile } from "./lint.ts";
import { checkPersonal } from "./personal.ts";
import type { Validator } from "./validator.ts";
import { toFindings, toProblems } from "./words.ts";

/** The part of a kind that is derived from its schema. */
export type SchemaChecks = Required<
	Pick<Kind, "recognizes" | "decode" | "validate" | "compile">
>;

/**
 * Creates the checks of a schema. Each is compiled at its first use, because most kinds are not used by a route. `compile`
 * compiles them before the first webhook and returns the findings of the file. A proven file is not linted, so its only
 * possible finding is a schema that does not compile.
 */
export function createChecks(
	source: Source,
	recognize: unknown,
	validator: Validator,
	isProven: boolean,
): SchemaChecks {
	const schema = source.value as Readonly<Record<string, unknown>>;
	const decode = createDecoder(schema);
	const verdict = once(() =>
		validator.compile(schema, { explain: false, isProven }),
	);
	const explanation = once(() =>
		validator.compile(schema, { explain: true, isProven }),
	);
	const marks = once(() =>
		validator.compile(toSchema(recognize), { explain: false, isProven }),
	);

	const validate = (payload: Payload): readonly Problem[] | undefined => {
		if (fits(verdict().validate, payload)) return undefined;
		// Every error of a huge payload would be a huge list: the first one must do.
		const { validate } = isSmall(payload) ? explanation() : verdict();
		fits(validate, payload);
		const problems = toProblems(validate.errors ?? []);
		return problems.length > 0 ? problems : UNFIT;
	};
	const recognizes = (payload: Payload): boolean => {
		if (typeof payload !== "object" || payload === null) return false;
		// Marks are fields: a list has none, though it breaks no rule about them.
		if (Array.isArray(payload) && typeof recognize === "object") return false;
		// No mark of a kind is ever the text `null`, whichever way it came.
		const present = withoutAbsent(payload, true);
		return recognize === undefined
			? fits(verdict().validate, decode(present, "json"))
			: fits(marks().validate, present);
	};
	const compile = once((): readonly Finding[] => {
		// Its marks wait for the first webhook of a path that kinds share; most paths have one kind.
		if (isProven) return tryCompile(verdict, source, []);
		const slips = toFindings(validator.checkSchema(schema), source, []);
		if (isRecord(recognize)) {
			const errors = validator.checkSchema(recognize);
			slips.push(...toFindings(errors, source, RECOGNIZE));
		}
		slips.push(...checkPersonal(source));
		if (slips.length > 0) return slips;
		const findings = tryCompile(verdict, source, []);
		if (recognize !== undefined) {
			findings.push(...tryCompile(marks, source, RECOGNIZE));
		}
		if (hasErrors(findings)) return findings;
		return [
			...findings,
			...checkExamples({ decode, validate, recognizes }, source),
		];
	});
	return { recognizes, decode, validate, compile };
}

// --- helpers ---

const RECOGNIZE: KeyPath = ["webhook", "recognize"];

/** The message for an error without one, and for a payload that is too deep to check. */
const UNFIT: readonly Problem[] = [
	{ path: "", message: "does not fit the schema, or is nested too deeply" },
];

/** The maximum number of values in a payload for which all errors are listed. */
const SMALL_MAX = 2000;

function toSchema(recognize: unknown): Readonly<Record<string, unknown>> {
	if (isRecord(recognize)) return recognize;
	return recognize === false ? { not: {} } : {};
}

function fits(validate: ValidateFunction, payload: Payload): boolean {
	try {
		return validate(payload) as boolean;
	} catch (error) {
		// A schema that refers to itself follows a hostile payload down until the stack ends.
		if (error instanceof RangeError) return false;
		throw error;
	}
}

function isSmall(payload: unknown): boolean {
	let left = SMALL_MAX;
	const rest: unknown[] = [payload];
	while (rest.length > 0) {
		const value = rest.pop();
		if (typeof value !== "object" || value === null) continue;
		const inner = Object.values(value);
		left -= inner.length;
		if (left < 0) return false;
		rest.push(...inner);
	}
	return true;
}
