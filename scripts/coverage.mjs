// Tells how much of src/ the processes and threads of a run covered. c8 alone adds up by offsets, and they differ: tsx
// makes another text of a file where it is required than where it is imported. So each text is counted by itself,
// and the lines are added up.
import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Report } from "c8";

/** Reads the folder that NODE_V8_COVERAGE named: percentages of the whole, and the files that lack most lines. */
export async function readCoverage(folder) {
	let total;
	for (const part of sortByText(folder)) {
		const report = Report({
			include: ["src"],
			tempDirectory: part,
			mergeAsync: true,
		});
		const map = await report.getCoverageMapFromAllCoverageFiles();
		if (total === undefined) total = map;
		else total.merge(map);
	}
	const { lines, branches, functions } = total.getCoverageSummary();
	return {
		percent: {
			lines: lines.pct,
			branches: branches.pct,
			functions: functions.pct,
		},
		gaps: findGaps(total),
	};
}

const GAPS_SHOWN = 10;

function findGaps(total) {
	return total
		.files()
		.map((file) => {
			const { lines } = total.fileCoverageFor(file).toSummary();
			return { file, lines: lines.total - lines.covered };
		})
		.sort((a, b) => b.lines - a.lines)
		.slice(0, GAPS_SHOWN);
}

/** Moves the files apart, so that a source has one text in each of the folders that are returned. */
function sortByText(folder) {
	const parts = [];
	for (const name of readdirSync(folder)) {
		const texts = readTexts(join(folder, name));
		let part = parts.find((one) => texts.every((text) => fits(one, text)));
		if (part === undefined) {
			part = { folder: join(folder, `part-${parts.length}`), known: new Map() };
			mkdirSync(part.folder);
			parts.push(part);
		}
		for (const [url, lengths] of texts) part.known.set(url, lengths);
		renameSync(join(folder, name), join(part.folder, name));
	}
	return parts.map((part) => part.folder);
}

/** The sources of a process, each with what tells its text: the lengths of its lines. */
function readTexts(file) {
	const { "source-map-cache": maps = {} } = readJson(file);
	return Object.entries(maps).map(([url, { lineLengths }]) => [
		url,
		lineLengths.join(),
	]);
}

function fits({ known }, [url, lengths]) {
	return (known.get(url) ?? lengths) === lengths;
}

/** A process that is killed as it writes leaves half a file. */
function readJson(file) {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch {
		return {};
	}
}
