import { HookError } from "../../errors.ts";
import type { Reply } from "../../event/webhook.ts";
import type { ReplyRule } from "../../kind/kind.ts";
import { once } from "../../memo.ts";
import { lintNcco } from "./lint.ts";
import { toNccoVerdict } from "./problems.ts";
import { checkNccoRules } from "./rules.ts";
import { compileNccoSchema, readNccoSchema } from "./schema.ts";
import { formatNccoProblem, type NccoVerdict } from "./words.ts";

export interface NccoCheckOptions {
	/** Returns true for a value that is only known after a template is rendered. It counts as any text. Default: false for all. */
	readonly isOpen?: (value: unknown) => boolean;
	/** Returns true for an open URL with unknown scheme and host. Default: false for all. */
	readonly isHostOpen?: (url: string) => boolean;
	/** Allows showing a value that is one short word. Default true. False for a log. */
	readonly quote?: boolean;
}

/** Checks NCCOs against `schemas/ncco.schema.json`. */
export interface NccoChecker {
	/** Returns true for an NCCO that the platform accepts. Fast enough for every request. */
	isValid(ncco: unknown): boolean;
	/** Finds all errors (at most 20) and warnings. They contain no long text. */
	check(ncco: unknown, options?: NccoCheckOptions): NccoVerdict;
	/** Describes the problem in one line for a log, without any value. Undefined for a valid NCCO. */
	explain(ncco: unknown): string | undefined;
	/** Called with each sent NCCO, so that warnings about it can be logged. Undefined without a log. */
	readonly advise?: ((ncco: readonly unknown[]) => void) | undefined;
}

/**
 * Creates the checker. The schema is read and compiled at its first use in the process. Its explaining form is compiled
 * separately, for a check or when the first invalid NCCO comes.
 */
export function createNccoChecker(): NccoChecker {
	const judge = (
		ncco: unknown,
		isOpen: (value: unknown) => boolean,
		quote: boolean,
	): NccoVerdict => {
		const validate = explaining();
		if (validate(ncco)) return { errors: [], warnings: [] };
		const found = validate.errors ?? [];
		return toNccoVerdict(ncco, found, { root: root(), isOpen, quote });
	};
	return {
		isValid: (ncco) => plain()(ncco),
		check(ncco, options = {}) {
			const { isOpen = none, isHostOpen = none, quote = true } = options;
			const { errors, warnings } = judge(ncco, isOpen, quote);
			if (!Array.isArray(ncco)) return { errors, warnings };
			const wrong = new Set(errors.map(({ path }) => JSON.stringify(path)));
			const odd = new Set(warnings.map(({ path }) => JSON.stringify(path)));
			const more = lintNcco(ncco, root(), { isOpen, isHostOpen, quote }).filter(
				({ path, part }) => {
					const key = JSON.stringify(path);
					return !wrong.has(key) && (part === "key" || !odd.has(key));
				},
			);
			// The rules rely on the shape.
			if (errors.length === 0) more.push(...checkNccoRules(ncco));
			return { errors, warnings: [...warnings, ...more] };
		},
		explain(ncco) {
			if (plain()(ncco)) return undefined;
			const { errors } = judge(ncco, none, false);
			const shown = errors.slice(0, SHOWN_MAX).map(formatNccoProblem);
			const more = errors.length - shown.length;
			return `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
		},
	};
}

/**
 * Converts the answer of a handler into the reply, for a kind whose answer is an NCCO. If the kind does not require an answer,
 * an empty list and any value that is not a list mean "continue", because many services answer each webhook with `[]` or `OK`.
 * Throws HANDLER_REPLY for anything but a list if one is required, and NCCO_INVALID for a list that the platform would refuse.
 */
export function toNccoReply(
	value: unknown,
	checker: NccoChecker,
	rule: ReplyRule,
): Reply | undefined {
	if (!rule.required) {
		const list = typeof value === "string" ? parseList(value) : value;
		const isNcco = Array.isArray(list) && list.length > 0;
		return isNcco ? nccoReply(list, checker) : undefined;
	}
	if (value === undefined || value === null) {
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

/** Checks an NCCO and writes it. Throws NCCO_INVALID, or HANDLER_REPLY for values that JSON cannot represent. */
export function nccoReply(ncco: unknown, checker: NccoChecker): Reply {
	if (!checker.isValid(ncco)) {
		const detail = checker.explain(ncco);
		throw new HookError("NCCO_INVALID", `the NCCO is not valid: ${detail}`);
	}
	const reply = writeNcco(ncco);
	checker.advise?.(ncco as readonly unknown[]);
	return reply;
}

/** Writes a checked NCCO. Throws HANDLER_REPLY for values that JSON cannot represent. */
export function writeNcco(ncco: unknown): Reply {
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

/** The headers of an NCCO. JSON has no charset parameter (RFC 8259 section 11). */
export const NCCO_HEADERS: Readonly<Record<string, string>> = Object.freeze({
	"content-type": "application/json",
});

// --- helpers ---

// A file of the package, the same for every configuration.
const root = once(readNccoSchema);
const plain = once(() => compileNccoSchema(root(), { explain: false }));
const explaining = once(() => compileNccoSchema(root(), { explain: true }));

const SHOWN_MAX = 3;

/** Parses a list in JSON. Returns undefined for any other text. */
function parseList(text: string): unknown {
	if (!/^\s*\[/.test(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function none(): boolean {
	return false;
}
