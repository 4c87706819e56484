// Tells how much of src/ the processes and threads of a run covered. All of them run one build (scripts/build-for-tests.mjs), so a
// source has one text, on whose characters the counts of all are laid one upon the other.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Reads the folder that NODE_V8_COVERAGE named: percentages of the whole build, and the files that lack most lines. */
export function readCoverage(folder, build) {
	const scripts = new Map(
		readdirSync(build, { recursive: true })
			.filter((name) => name.endsWith(".js"))
			.map((name) => {
				const file = join(build, name);
				const text = readFileSync(file, "utf8");
				return [pathToFileURL(file).href, new Script(name, text)];
			}),
	);
	for (const name of readdirSync(folder))
		for (const { url, functions } of readScripts(join(folder, name)))
			scripts.get(url)?.add(functions);
	const counts = [...scripts.values()].map((script) => script.count());
	return {
		percent: {
			lines: percentOf(counts, "lines"),
			branches: percentOf(counts, "branches"),
			functions: percentOf(counts, "functions"),
		},
		gaps: counts
			.map(({ name, lines: { all, ran } }) => ({ name, lines: all - ran }))
			.sort((a, b) => b.lines - a.lines)
			.slice(0, GAPS_SHOWN),
	};
}

// --- helpers ---

const GAPS_SHOWN = 10;

/** A script of the build, and what of it ran anywhere. */
class Script {
	#name;
	#text;
	/** 1 for each character that ran. */
	#ran;
	#functions = new Map();
	/** Where a block begins that ran more or less often than what it is in, in any process: V8 names no other. */
	#branches = new Set();
	#seen = new Set();

	constructor(name, text) {
		this.#name = name;
		this.#text = text;
		this.#ran = new Uint8Array(text.length);
	}

	/** Adds what one process or thread says of it. Most run the same parts of a script, and one of them tells as much as all. */
	add(functions) {
		const shape = shapeOf(functions);
		if (this.#seen.has(shape)) return;
		this.#seen.add(shape);
		const ran = new Uint8Array(this.#text.length);
		for (const { ranges, isBlockCoverage } of functions) {
			const [{ startOffset, endOffset, count }] = ranges;
			const key = `${startOffset}-${endOffset}`;
			// The first one is the module.
			if (endOffset - startOffset < this.#text.length)
				this.#functions.set(key, this.#functions.get(key) || count > 0);
			// An inner range, and an inner function, comes after what it is in.
			for (const { startOffset } of ranges.slice(1))
				this.#branches.add(startOffset);
			// After a debugger, V8 knows that a function ran, but not which parts of it.
			for (const { startOffset, endOffset, count } of ranges)
				ran.fill(isBlockCoverage && count > 0 ? 1 : 0, startOffset, endOffset);
		}
		for (let at = 0; at < ran.length; at++) this.#ran[at] |= ran[at];
	}

	count() {
		const text = this.#text;
		return {
			name: this.#name,
			lines: tally(linesOf(text), ([start, end]) =>
				this.#ran.subarray(start, end).includes(1),
			),
			branches: tally([...this.#branches], (at) => this.#ran[at] === 1),
			functions: tally([...this.#functions.values()], (hasRun) => hasRun),
		};
	}
}

function tally(things, hasRun) {
	return { all: things.length, ran: things.filter(hasRun).length };
}

/** The start and the end of what stands on each line that is not empty. */
function linesOf(text) {
	return [...text.matchAll(/\S.*/g)].map(({ index, 0: line }) => [
		index,
		index + line.length,
	]);
}

function percentOf(counts, what) {
	const sum = (key) => counts.reduce((all, one) => all + one[what][key], 0);
	return Math.round((10_000 * sum("ran")) / sum("all")) / 100;
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

/** A process that is killed as it writes leaves half a file. */
function readScripts(file) {
	try {
		return JSON.parse(readFileSync(file, "utf8")).result;
	} catch {
		return [];
	}
}
