// Tells how much of src/ the processes and threads of a run covered. All of them run one build (scripts/build-for-tests.mjs), so a
// source has one text, and the build has its map.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Report } from "c8";

/** Reads the folder that NODE_V8_COVERAGE named: percentages of the whole, and the files that lack most lines. */
export async function readCoverage(folder, build) {
	const report = Report({
		include: ["src"],
		tempDirectory: gather(folder, pathToFileURL(`${build}/`).href),
		// Only the source map tells which file of src/ a script is.
		excludeAfterRemap: true,
		mergeAsync: true,
	});
	const total = await report.getCoverageMapFromAllCoverageFiles();
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

/**
 * Writes a folder with what concerns the build, and returns it. Most processes run the same parts of a script: one of them tells as much
 * as all, and merging each again would take longer than many tests.
 */
function gather(folder, build) {
	const names = readdirSync(folder);
	const gathered = join(folder, "gathered");
	mkdirSync(gathered);
	const seen = new Map();
	for (const name of names) {
		const result = readScripts(join(folder, name)).filter(
			({ url, functions }) => {
				if (!url.startsWith(build)) return false;
				const known = seen.get(url) ?? new Set();
				seen.set(url, known);
				const shape = shapeOf(functions);
				return !known.has(shape) && known.add(shape);
			},
		);
		if (result.length > 0)
			writeFileSync(join(gathered, name), JSON.stringify({ result }));
	}
	const maps = Object.fromEntries(
		[...seen.keys()].map((url) => [url, mapOf(url)]),
	);
	writeFileSync(
		join(gathered, "maps.json"),
		JSON.stringify({ result: [], "source-map-cache": maps }),
	);
	return gathered;
}

/** The ranges of a script, and which of them ran. */
function shapeOf(functions) {
	let shape = "";
	for (const { ranges, isBlockCoverage } of functions) {
		shape += isBlockCoverage ? ";" : ",";
		for (const { startOffset, endOffset, count } of ranges)
			shape += `${startOffset}${count > 0 ? "+" : "-"}${endOffset} `;
	}
	return shape;
}

function mapOf(url) {
	const file = fileURLToPath(url);
	const lines = readFileSync(file, "utf8").split("\n");
	return {
		lineLengths: lines.map(({ length }) => length),
		data: JSON.parse(readFileSync(`${file}.map`, "utf8")),
		url: null,
	};
}

/** A process that is killed as it writes leaves half a file. */
function readScripts(file) {
	try {
		return JSON.parse(readFileSync(file, "utf8")).result;
	} catch {
		return [];
	}
}
