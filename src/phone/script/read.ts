import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { checkShape } from "../../config/read/shape.ts";
import { checkPatterns } from "../../config/tests/patterns.ts";
import { isRecord } from "../../event/is-record.ts";
import type { Finding } from "../../finding/finding.ts";
import { createReport, type Report } from "../../finding/report.ts";
import { type ConfigFile, Site } from "../../finding/site.ts";
import { parseSource } from "../../finding/source.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import { DURATION_FORM, parseDuration } from "../../finding/units.ts";
import { once } from "../../memo.ts";
import type { PhoneAction } from "../action.ts";
import type { CalleeAct } from "../call-context.ts";
import { FAULTS } from "../faults.ts";
import type { CallScript, ScriptStep, Wanted } from "./script.ts";

/** A scenario, or the findings that explain why there is none. */
export interface ReadScript {
	readonly script: CallScript | undefined;
	readonly findings: readonly Finding[];
}

/**
 * Reads a scenario from the text of a file. Each mistake is a finding with its line and column.
 *
 * @param file absolute path
 * @param folder the folder that findings shorten paths from
 */
export function readScript(
	text: string,
	file: string,
	folder: string,
): ReadScript {
	const { source, findings } = parseSource(text, file);
	if (source === undefined) return { script: undefined, findings };
	const report = createReport();
	const config: ConfigFile = {
		...{ source, label: relative(folder, file) || file, value: source.value },
		...{ secret: new Set(), broken: new Set() },
	};
	const shape = checkShape(config, "first", schema(), report);
	const site = new Site(config, []);
	const steps: ScriptStep[] = [];
	if (!shape.isBad() && isRecord(source.value)) {
		const written = source.value.steps as readonly Wanted[];
		for (const [index, step] of written.entries()) {
			const read = readStep(step, index + 1, site.in("steps", index), report);
			if (read !== undefined) steps.push(read);
		}
	}
	const found = [...findings, ...report.list([file])];
	const isFine = found.every(({ severity }) => severity !== "error");
	if (!isFine) return { script: undefined, findings: found };
	return {
		script: toScript(source.value as Wanted, steps, site),
		findings: found,
	};
}

// --- helpers ---

const schema = once((): Readonly<Record<string, unknown>> => {
	const url = new URL("../../../schemas/call.schema.json", import.meta.url);
	return JSON.parse(readFileSync(url, "utf8"));
});

function toScript(
	{ name, from, to, answer }: Wanted,
	steps: readonly ScriptStep[],
	site: Site,
): CallScript {
	// A scenario of messages alone makes no call.
	const isCall = steps.some(
		(step) =>
			step.type === "hear" ||
			step.type === "ends" ||
			step.type === "silence" ||
			(step.type === "act" && !BESIDE_A_CALL.has(step.action.do)),
	);
	const isMessages = steps.some(
		(step) =>
			step.type === "act" &&
			(step.action.do === "message" || step.action.do === "receipt"),
	);
	return {
		...{ steps, site, name: textOf(name) },
		dial:
			isCall || !isMessages
				? {
						do: "dial",
						...pick({
							from: textOf(from),
							to: textOf(to),
							answer: textOf(answer),
						}),
					}
				: undefined,
	};
}

const BESIDE_A_CALL: ReadonlySet<string> = new Set([
	"message",
	"receipt",
	"fault",
]);

/** The steps that do something, as actions. */
const ACTS: Readonly<
	Record<string, (value: unknown, leg: string | undefined) => PhoneAction>
> = {
	press: (keys, leg) => ({ do: "press", keys: String(keys), ...pick({ leg }) }),
	say: (text, leg) => ({ do: "say", text: String(text), ...pick({ leg }) }),
	hangUp: (party, leg) => ({
		do: "hangUp",
		...pick({ leg: typeof party === "string" ? party : (leg ?? "caller") }),
	}),
	callee: (does, leg) => ({
		...{ do: "callee", does: does as CalleeAct },
		...pick({ leg }),
	}),
	dial: (value) => ({ do: "dial", ...(value as object) }),
	mute: (leg) => ({ do: "mute", leg: String(leg) }),
	unmute: (leg) => ({ do: "unmute", leg: String(leg) }),
	hold: (leg) => ({ do: "hold", leg: String(leg) }),
	unhold: (leg) => ({ do: "unhold", leg: String(leg) }),
	fault: (value) => toFault(value),
	message: (value) =>
		toAction("message", isRecord(value) ? value : { text: String(value) }),
	receipt: (value) =>
		toAction("receipt", isRecord(value) ? value : { status: String(value) }),
};

const EXPECTS = ["hear", "webhook", "ends", "silence"] as const;

function readStep(
	written: Wanted,
	number: number,
	site: Site,
	report: Report,
): ScriptStep | undefined {
	const { leg, after, ...rest } = written;
	const verbs = Object.keys(rest);
	const [verb, second] = verbs;
	if (second !== undefined) {
		report.error(site.keyAt(second), {
			what: `the step has ${listWords(verbs, "and")}`,
			todo: "write a step for each",
		});
		return undefined;
	}
	const afterMs = readDuration(after, site.in("after"), report);
	const common = {
		...{ number, site, verb, leg: textOf(leg), afterMs },
	};
	if (verb === undefined) {
		if (after !== undefined) return { ...common, type: "pause" };
		report.error(site.at(), {
			what: "the step does nothing",
			todo: `add ${listWords([...EXPECTS, ...Object.keys(ACTS)], "or")}`,
		});
		return undefined;
	}
	const value = rest[verb];
	const act = ACTS[verb];
	if (act !== undefined) {
		if (verb === "fault" && !checkFault(value, site, report)) return undefined;
		const action = act(value, textOf(leg));
		return readMs(value, site.in(verb, "for"), report, (ms) => ({
			...common,
			type: "act",
			action: action.do === "fault" ? { ...action, ...pick({ ms }) } : action,
		}));
	}
	if (verb === "silence") return { ...common, type: "silence" };
	if (verb === "ends") {
		const by = value === "user" || value === "platform" ? value : undefined;
		return { ...common, type: "ends", by };
	}
	checkPatterns(value, site.in(verb), report);
	const wanted: Wanted =
		typeof value === "string"
			? { text: { contains: value } }
			: (value as Wanted);
	return { ...common, type: verb === "hear" ? "hear" : "webhook", wanted };
}

function readMs(
	value: unknown,
	site: Site,
	report: Report,
	make: (ms: number | undefined) => ScriptStep,
): ScriptStep {
	const written = isRecord(value) ? value.for : undefined;
	return make(readDuration(written, site, report));
}

function readDuration(
	value: unknown,
	site: Site,
	report: Report,
): number | undefined {
	if (value === undefined) return undefined;
	const ms = parseDuration(String(value));
	if (ms === undefined)
		report.error(site.at(), {
			what: `the time is ${site.show(value)}`,
			expected: DURATION_FORM,
		});
	return ms;
}

/** Checks the short form of a fault. The schema has checked the long form. */
function checkFault(value: unknown, site: Site, report: Report): boolean {
	if (isRecord(value) || isFaultName(String(value))) return true;
	report.error(site.at("fault"), {
		what: `there is no fault ${site.show(value, "fault")}`,
		expected: listWords(FAULTS, "or"),
		todo: didYouMean(String(value), FAULTS),
	});
	return false;
}

function isFaultName(name: string): boolean {
	return (FAULTS as readonly string[]).includes(name);
}

function toFault(value: unknown): PhoneAction {
	const { fault, kind, label } = isRecord(value) ? value : { fault: value };
	return {
		...pick({ kind: textOf(kind), label: textOf(label) }),
		...{ do: "fault", fault: String(fault) },
	} as PhoneAction;
}

/** The schema has checked the values. */
function toAction(verb: "message" | "receipt", value: Wanted): PhoneAction {
	return { ...value, do: verb } as unknown as PhoneAction;
}

function textOf(value: unknown): string | undefined {
	return typeof value === "string" ? value : undefined;
}

/** Leaves out what is undefined. */
function pick<T extends object>(
	values: T,
): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
	return Object.fromEntries(
		Object.entries(values).filter(([, value]) => value !== undefined),
	) as { readonly [K in keyof T]?: Exclude<T[K], undefined> };
}
