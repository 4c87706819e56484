// Tells how much of src/ the processes and threads of a run covered. c8 alone adds up by offsets, and they differ: tsx
// makes another text of a file where it is required than where it is imported, and mocha does both in one process. So
// each text is counted by itself, and the lines are added up.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Report } from "c8";

/** Reads the folder that NODE_V8_COVERAGE named: percentages of the whole, and the files that lack most lines. */
export async function readCoverage(folder) {
	let total;
	for (const part of sortByText(folder)) {
		const report = Report({
			include: ["src"],
			tempDirectory: part,
			// Of the build, only the source map tells which file of src/ a script is.
			excludeAfterRemap: true,
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

const SOURCES = pathToFileURL("src/").href;
/** The build that tests start. */
const BUILT = pathToFileURL("dist-test/").href;

/** Writes folders with what concerns src/, in each of which a source has one text. Returns them. */
function sortByText(folder) {
	const names = readdirSync(folder);
	const maps = readMaps(folder, names);
	const parts = new Set();
	for (const name of names) {
		const split = new Map();
		for (const script of readJson(join(folder, name)).result ?? []) {
			// Node keeps one map for each file, so that another process may have the one of this text.
			const texts = maps.get(script.url);
			const length = lengthOf(script, texts);
			if (!texts?.has(length)) continue;
			const part = join(folder, `part-${[...texts.keys()].indexOf(length)}`);
			const known = split.get(part) ?? { result: [], "source-map-cache": {} };
			known.result.push(script);
			known["source-map-cache"][script.url] = texts.get(length);
			split.set(part, known);
		}
		for (const [part, known] of split) {
			mkdirSync(part, { recursive: true });
			writeFileSync(join(part, name), JSON.stringify(known));
			parts.add(part);
		}
	}
	return parts;
}

/** The source maps of each source, by the length of the text that they belong to. */
function readMaps(folder, names) {
	const maps = new Map();
	for (const name of names) {
		const { "source-map-cache": cache = {} } = readJson(join(folder, name));
		for (const [url, map] of Object.entries(cache)) {
			if (!url.startsWith(SOURCES) && !url.startsWith(BUILT)) continue;
			const length = map.lineLengths.reduce((sum, line) => sum + line + 1, -1);
			const texts = maps.get(url) ?? new Map();
			maps.set(url, texts.set(length, map));
		}
	}
	return maps;
}

/**
 * The length of a script: its outermost function is all of it. A process that runs for long has forgotten that function, so the only
 * text of a source needs no proof.
 */
function lengthOf({ functions }, texts) {
	if (texts?.size === 1) return [...texts.keys()][0];
	return Math.max(...functions.map(({ ranges }) => ranges[0].endOffset));
}

/** A process that is killed as it writes leaves half a file. */
function readJson(file) {
	try {
		return JSON.parse(readFileSync(file, "utf8"));
	} catch {
		return {};
	}
}
