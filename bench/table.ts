import type { Results, Sample } from "./race.ts";

/** A target, what was reached, and whether that is enough. */
export interface Verdict {
	readonly target: string;
	readonly reached: string;
	readonly met: boolean;
}

/** The middle and the ends of a list of numbers. */
export interface Spread {
	readonly median: number;
	readonly min: number;
	readonly max: number;
}

/** A ratio round by round, and that of the two least disturbed rounds. */
export interface Ratio extends Spread {
	/** Neighbours on a busy machine only ever add CPU time, so that the least of each compares best. */
	readonly best: number;
}

/** The CPU of one contender over another's, round by round. */
export function cpuRatio(
	results: Results,
	name: string,
	baseline: string,
): Ratio {
	const best = (of: string): number =>
		Math.min(...(results.get(of) ?? []).map(cpu));
	return {
		...ratioOf(results, name, baseline, cpu),
		best: best(name) / best(baseline),
	};
}

/** The requests a second of one contender over another's, round by round. */
export function rateRatio(
	results: Results,
	name: string,
	baseline: string,
): Spread {
	return ratioOf(results, name, baseline, rate);
}

/** A figure of one contender over the same of another, round by round. */
export function ratioOf<S>(
	results: ReadonlyMap<string, readonly S[]>,
	name: string,
	baseline: string,
	measure: (sample: S) => number,
): Spread {
	const base = results.get(baseline) ?? [];
	const own = results.get(name) ?? [];
	return spreadOf(
		own.map((sample, round) => {
			const beside = base[round];
			return beside === undefined
				? Number.NaN
				: measure(sample) / measure(beside);
		}),
	);
}

/** Prints the ratios of every contender to the baseline, and one line of absolute values. */
export function printRace(results: Results, baseline: string): void {
	const names = [...results.keys()];
	const width = Math.max(...names.map((name) => name.length)) + 2;
	const row = (name: string, ...cells: readonly string[]): void =>
		console.log(
			`  ${name.padEnd(width)}${cells.map((cell) => cell.padEnd(20)).join("")}`.trimEnd(),
		);
	row("ratio to", "CPU a request", "requests a second", "CPU, best rounds");
	row(baseline, "median (min-max)", "median (min-max)");
	for (const name of names) {
		const spent = cpuRatio(results, name, baseline);
		row(
			name,
			formatSpread(spent),
			formatSpread(ratioOf(results, name, baseline, rate)),
			spent.best.toFixed(2),
		);
	}
	const samples = results.get(baseline) ?? [];
	const micros = spreadOf(samples.map(cpu)).median.toFixed(1);
	const perSecond = spreadOf(samples.map(rate)).median.toFixed(0);
	console.log(
		`  (1.00 was ${micros} us of CPU and ${perSecond} requests a second, here and now)`,
	);
}

/** Prints figures of every contender as ratios to the baseline's, and those of the baseline in a last line. */
export function printRatios<S>(
	results: ReadonlyMap<string, readonly S[]>,
	baseline: string,
	figures: Readonly<Record<string, (sample: S) => number>>,
): void {
	const width = Math.max(...[...results.keys()].map(({ length }) => length));
	const row = (name: string, cells: readonly string[]): void =>
		console.log(
			`  ${name.padEnd(width + 2)}${cells.map((cell) => cell.padEnd(20)).join("")}`.trimEnd(),
		);
	row("median (min-max)", Object.keys(figures));
	for (const name of results.keys())
		row(
			name,
			Object.values(figures).map((measure) => {
				const ratio = ratioOf(results, name, baseline, measure);
				return Number.isNaN(ratio.median) ? "" : formatSpread(ratio);
			}),
		);
	const own = results.get(baseline) ?? [];
	const values = Object.entries(figures).map(
		([name, measure]) =>
			`${spreadOf(own.map(measure)).median.toFixed(1)} ${name}`,
	);
	console.log(`  (1.00 was ${values.join(", ")}, here and now)`);
}

/** Makes the verdict that a ratio is at most `limit`. */
export function atMost(
	target: string,
	reached: Spread,
	limit: number,
): Verdict {
	return {
		target: `${target} <= ${limit.toFixed(2)}`,
		reached: formatSpread(reached),
		met: reached.median <= limit,
	};
}

/** Makes the verdict that a ratio is at least `limit`. */
export function atLeast(
	target: string,
	reached: Spread,
	limit: number,
): Verdict {
	return {
		target: `${target} >= ${limit.toFixed(2)}`,
		reached: formatSpread(reached),
		met: reached.median >= limit,
	};
}

/** Writes a spread as `median (min-max)`. */
export function formatSpread({ median, min, max }: Spread): string {
	return `${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`;
}

/** Finds the middle and the ends. */
export function spreadOf(values: readonly number[]): Spread {
	return {
		median: median(values),
		min: Math.min(...values),
		max: Math.max(...values),
	};
}

// --- helpers ---

const cpu = (sample: Sample): number => sample.cpuMicroseconds;
const rate = (sample: Sample): number => sample.perSecond;

function median(values: readonly number[]): number {
	const sorted = values.toSorted((left, right) => left - right);
	const middle = sorted.length / 2;
	const high = sorted[Math.floor(middle)] ?? Number.NaN;
	const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
	return (low + high) / 2;
}
