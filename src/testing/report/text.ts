import type { Position } from "../../finding/finding.ts";
import { showHidden } from "../../observe/plain-text.ts";
import type { Problem } from "../problem.ts";
import type { CaseResult } from "../run-case.ts";
import type { SuiteResult } from "../suite.ts";

/** How a report is written. */
export interface TextStyle {
	readonly colors: boolean;
	/** Shortens the path of a file. */
	show(file: string): string;
}

/** Writes the result of a test in lines: one where it passed, else each difference beneath it. */
export function describeCase(
	{ test, problems, durationMs }: CaseResult,
	style: TextStyle,
): string[] {
	const paint = painterOf(style);
	const time =
		durationMs < SLOW_MS ? "" : paint.dim(` ${Math.round(durationMs)} ms`);
	if (problems.length === 0)
		return [`${paint.green("✓")} ${showHidden(test.name)}${time}`];
	const place = paint.dim(placeOf(test.site.at(), style));
	return [
		`${paint.red("✗")} ${showHidden(test.name)}  ${place}${time}`,
		...problems.flatMap((problem) => describeProblem(problem, style)),
		"",
	];
}

/** Writes what comes after all tests: those that did not run, the routes that none reached, and the numbers. */
export function describeSuite(
	{
		results,
		skipped,
		alone,
		leftOut,
		unreached,
		routes,
		durationMs,
	}: SuiteResult,
	style: TextStyle,
): string[] {
	const paint = painterOf(style);
	const failed = results.filter(({ problems }) => problems.length > 0).length;
	const passed = results.length - failed;
	const lines = skipped.map(
		({ name, skip, site }) =>
			`${paint.yellow("-")} ${showHidden(name)}  ${paint.dim(placeOf(site.at(), style))}\n    skipped: ${showHidden(String(skip))}`,
	);
	lines.push("");
	for (const { name, only, site } of alone) {
		const why = only === true ? "" : `: ${showHidden(String(only))}`;
		const where = placeOf(site.at("only"), style);
		lines.push(paint.yellow(`only "${showHidden(name)}" (${where})${why}`));
	}
	if (unreached !== undefined && unreached.length > 0 && results.length > 0) {
		const names = unreached.slice(0, NAMES_SHOWN).join(", ");
		const rest = unreached.length - NAMES_SHOWN;
		const more = rest > 0 ? ` and ${rest} more` : "";
		lines.push(
			paint.dim(
				`No test reaches ${unreached.length} of ${routes} routes: ${names}${more}`,
			),
		);
	}
	const counts = [
		paint.green(`${passed} passed`),
		failed > 0 ? paint.red(`${failed} failed`) : `${failed} failed`,
		...(skipped.length > 0 ? [paint.yellow(`${skipped.length} skipped`)] : []),
		...(leftOut > 0 ? [paint.yellow(`${leftOut} left out by \`only\``)] : []),
	];
	lines.push(
		`${counts.join(", ")} ${paint.dim(`in ${Math.round(durationMs)} ms`)}`,
	);
	return lines;
}

/** Writes a difference without colors, as every report has it. */
export function describeProblem(problem: Problem, style: TextStyle): string[] {
	const paint = painterOf(style);
	const { step, place, expected, got, at, more } = problem;
	const where = step === undefined ? "" : `step ${step}, `;
	return [
		`    ${where}${showHidden(place)}  ${paint.dim(placeOf(at, style))}`,
		`      expected  ${paint.green(showHidden(expected))}`,
		`      got       ${paint.red(showHidden(got))}`,
		...more.map((line) => `      ${paint.dim(showHidden(line))}`),
	];
}

// --- helpers ---

/** Below it nobody asks for the time. */
const SLOW_MS = 500;

const NAMES_SHOWN = 12;

function placeOf({ file, line }: Position, { show }: TextStyle): string {
	return `${show(file)}:${line}`;
}

interface Painter {
	green(text: string): string;
	red(text: string): string;
	yellow(text: string): string;
	dim(text: string): string;
}

function painterOf({ colors }: Pick<TextStyle, "colors">): Painter {
	// ECMA-48, SGR: a color, and back to the default one.
	const paint = (on: number, off: number) => (text: string) =>
		colors ? `\u001b[${on}m${text}\u001b[${off}m` : text;
	return {
		green: paint(32, 39),
		red: paint(31, 39),
		yellow: paint(33, 39),
		dim: paint(2, 22),
	};
}
