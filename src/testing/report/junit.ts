import type { CaseResult } from "../run-case.ts";
import type { SuiteResult } from "../suite.ts";
import { describeProblem } from "./text.ts";

/** Writes the results as JUnit XML, which CI servers read: a suite for each file. */
export function toJunit(
	{ results, skipped, durationMs }: SuiteResult,
	show: (file: string) => string,
): string {
	const files = new Map<string, string[]>();
	const add = (file: string, line: string): void => {
		const lines = files.get(file);
		if (lines === undefined) files.set(file, [line]);
		else lines.push(line);
	};
	for (const result of results)
		add(show(result.test.site.file.source.file), toCase(result, show));
	for (const { name, site, skip } of skipped)
		add(
			show(site.file.source.file),
			`\t\t<testcase name="${toXml(name)}"><skipped message="${toXml(String(skip))}"/></testcase>`,
		);
	const failures = results.filter(({ problems }) => problems.length > 0).length;
	const total = results.length + skipped.length;
	const suites = [...files].map(
		([file, lines]) =>
			`\t<testsuite name="${toXml(file)}" tests="${lines.length}">\n${lines.join("\n")}\n\t</testsuite>\n`,
	);
	return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="switchhook" tests="${total}" failures="${failures}" skipped="${skipped.length}" time="${seconds(durationMs)}">\n${suites.join("")}</testsuites>\n`;
}

// --- helpers ---

function toCase(
	{ test, problems, durationMs }: CaseResult,
	show: (file: string) => string,
): string {
	const file = show(test.site.file.source.file);
	const { line } = test.site.at();
	const head = `\t\t<testcase name="${toXml(test.name)}" classname="${toXml(file)}" file="${toXml(file)}" line="${line}" time="${seconds(durationMs)}"`;
	const [first] = problems;
	if (first === undefined) return `${head}/>`;
	const style = { colors: false, show };
	const text = problems
		.flatMap((problem) => describeProblem(problem, style))
		.join("\n");
	const message = `${first.place}: expected ${first.expected}, got ${first.got}`;
	return `${head}>\n\t\t\t<failure message="${toXml(message)}">${toXml(text)}</failure>\n\t\t</testcase>`;
}

function seconds(ms: number): string {
	return (ms / 1000).toFixed(3);
}

/** Escapes text for XML 1.0, which has no way to write most control characters. */
function toXml(text: string): string {
	return text
		.replace(/[\p{Cc}\ufffe\uffff]/gu, (control) =>
			"\t\n\r".includes(control) ? control : "\ufffd",
		)
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;")
		.replaceAll('"', "&quot;")
		.replaceAll("\n", "&#10;");
}
