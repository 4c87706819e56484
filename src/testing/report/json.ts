import type { SuiteResult } from "../suite.ts";

/** Makes the results for a program to read. */
export function toReport(
	{ results, skipped, leftOut, unreached, durationMs }: SuiteResult,
	show: (file: string) => string,
): Readonly<Record<string, unknown>> {
	const failed = results.filter(({ problems }) => problems.length > 0).length;
	return {
		passed: results.length - failed,
		failed,
		skipped: skipped.length,
		leftOut,
		durationMs: Math.round(durationMs),
		unreachedRoutes: unreached ?? null,
		tests: [
			...results.map(({ test, problems, durationMs: took }) => ({
				name: test.name,
				...placeOf(test.site.at(), show),
				result: problems.length === 0 ? "passed" : "failed",
				durationMs: Math.round(took),
				problems: problems.map(({ at, ...problem }) => ({
					...problem,
					...placeOf(at, show),
				})),
			})),
			...skipped.map(({ name, site, skip }) => ({
				name,
				...placeOf(site.at(), show),
				result: "skipped",
				reason: skip,
			})),
		],
	};
}

// --- helpers ---

function placeOf(
	{ file, line, column }: { file: string; line: number; column: number },
	show: (file: string) => string,
) {
	return { file: show(file), line, column };
}
