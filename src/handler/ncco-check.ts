import type { ValidateFunction } from "ajv";
import { HookError } from "../errors.ts";
import type { Reply } from "../event/webhook.ts";
import type { ReplyRule } from "../kind/kind.ts";
import { lintNcco } from "./ncco-lint.ts";
import { toNccoProblems } from "./ncco-problems.ts";
import { checkNccoRules } from "./ncco-rules.ts";
import { compileNccoSchema, readNccoSchema } from "./ncco-schema.ts";
import { formatNccoProblem, type NccoProblem } from "./ncco-words.ts";

/** What a check found: errors forbid to send it, warnings do not. */
export interface NccoVerdict {
	readonly errors: readonly NccoProblem[];
	readonly warnings: readonly NccoProblem[];
}

export interface NccoCheckOptions {
	/** True for a value that is only known once a template is rendered: it is taken for any text. Default: none is. */
	readonly isOpen?: (value: unknown) => boolean;
}

/** Checks NCCOs against `schemas/ncco.schema.json`. */
export interface NccoChecker {
	/** The verdict alone, fit for serving. */
	isValid(ncco: unknown): boolean;
	/** All errors (at most 20) and warnings; none has a long text in it. */
	check(ncco: unknown, options?: NccoCheckOptions): NccoVerdict;
	/** What is wrong, in one line for a log and without any value; undefined for a valid NCCO. */
	explain(ncco: unknown): string | undefined;
}

/**
 * Creates the checker. Reads and compiles the schema (some 60 ms); the form that explains is compiled
 * when the first invalid NCCO comes (some 40 ms).
 */
export function createNccoChecker(): NccoChecker {
	const root = readNccoSchema();
	const validate = compileNccoSchema(root, { explain: false });
	let explaining: ValidateFunction | undefined;
	const problemsOf = (
		ncco: unknown,
		isOpen: (value: unknown) => boolean,
		quote: boolean,
	): NccoProblem[] => {
		if (validate(ncco)) return [];
		explaining ??= compileNccoSchema(root, { explain: true });
		explaining(ncco);
		const errors = explaining.errors ?? [];
		return toNccoProblems(ncco, errors, { root, isOpen, quote });
	};
	return {
		isValid: (ncco) => validate(ncco),
		check(ncco, { isOpen = noneOpen } = {}) {
			const errors = problemsOf(ncco, isOpen, true);
			if (!Array.isArray(ncco)) return { errors, warnings: [] };
			const wrong = new Set(errors.map(({ path }) => JSON.stringify(path)));
			const warnings = lintNcco(ncco, root, isOpen).filter(
				({ path }) => !wrong.has(JSON.stringify(path)),
			);
			// The rules count on the shape.
			if (errors.length === 0) warnings.push(...checkNccoRules(ncco, isOpen));
			return { errors, warnings };
		},
		explain(ncco) {
			const problems = problemsOf(ncco, noneOpen, false);
			if (problems.length === 0) return undefined;
			const shown = problems.slice(0, SHOWN_MAX).map(formatNccoProblem);
			const more = problems.length - shown.length;
			return `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
		},
	};
}

/**
 * Turns what a handler returned for a kind whose answer is an NCCO into the reply. Nothing (undefined
 * or null) means "go on", where the kind allows it. Throws HANDLER_REPLY for anything but a list, and
 * NCCO_INVALID for a list that the platform would refuse.
 */
export function toNccoReply(
	value: unknown,
	checker: NccoChecker,
	rule: ReplyRule,
): Reply | undefined {
	if (value === undefined || value === null) {
		if (!rule.required) return undefined;
		throw new HookError(
			"HANDLER_REPLY",
			"the handler returned nothing, expected an NCCO: a list of actions",
		);
	}
	if (!Array.isArray(value)) {
		throw new HookError(
			"HANDLER_REPLY",
			`the handler returned ${typeof value === "object" ? "one mapping" : `a ${typeof value}`}, expected an NCCO: a list of actions`,
		);
	}
	return nccoReply(value, checker);
}

/** Checks an NCCO and writes it. Throws NCCO_INVALID, or HANDLER_REPLY for what JSON cannot say. */
export function nccoReply(ncco: unknown, checker: NccoChecker): Reply {
	if (!checker.isValid(ncco)) {
		const detail = checker.explain(ncco);
		throw new HookError("NCCO_INVALID", `the NCCO is not valid: ${detail}`);
	}
	try {
		return { status: 200, headers: NCCO_HEADERS, body: JSON.stringify(ncco) };
	} catch (error) {
		throw new HookError(
			"HANDLER_REPLY",
			"the NCCO holds something that JSON cannot say (a cycle or a BigInt)",
			{ cause: error },
		);
	}
}

/** Headers of an NCCO; JSON has no charset parameter (RFC 8259 section 11). */
export const NCCO_HEADERS: Readonly<Record<string, string>> = Object.freeze({
	"content-type": "application/json",
});

// --- helpers ---

const SHOWN_MAX = 3;

function noneOpen(): boolean {
	return false;
}
