/** One value of a scrape. */
export interface Scraped {
	readonly name: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly value: number;
}

/** A scrape, checked against the text format of Prometheus (exposition formats, version 0.0.4). */
export interface Scrape {
	/** The type of each metric, by its name. */
	readonly types: ReadonlyMap<string, string>;
	readonly values: readonly Scraped[];
	/** The only value with this name and these labels. Undefined if there is none. */
	value(
		name: string,
		labels?: Readonly<Record<string, string>>,
	): number | undefined;
	/** The labels of all values with this name. */
	labels(name: string): readonly Readonly<Record<string, string>>[];
}

/** Parses a scrape. Throws for a text that is not valid. */
export function parseScrape(text: string): Scrape {
	if (!text.endsWith("\n")) throw new Error("the last line has no end");
	const types = new Map<string, string>();
	const values: Scraped[] = [];
	const seen = new Set<string>();
	for (const line of text.split("\n")) {
		if (line === "") continue;
		const type = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line);
		if (type !== null) {
			const [, name = "", kind = ""] = type;
			if (types.has(name)) throw new Error(`a second TYPE of ${name}`);
			types.set(name, kind);
		} else if (!/^# HELP [a-zA-Z_:][\w:]* \S.*$/.test(line)) {
			const value = parseValue(line);
			const key = JSON.stringify([
				value.name,
				Object.entries(value.labels).sort(),
			]);
			if (seen.has(key)) throw new Error(`twice: ${line}`);
			seen.add(key);
			if (!types.has(familyOf(value.name, types)))
				throw new Error(`no TYPE before: ${line}`);
			values.push(value);
		}
	}
	checkHistograms(types, values);
	const find = (name: string, labels: Readonly<Record<string, string>> = {}) =>
		values.filter(
			(one) =>
				one.name === name &&
				Object.entries(labels).every(
					([label, value]) => one.labels[label] === value,
				),
		);
	return {
		types,
		values,
		value(name, labels) {
			const found = find(name, labels);
			if (found.length > 1)
				throw new Error(`${found.length} values of ${name}`);
			return found[0]?.value;
		},
		labels: (name) => find(name).map(({ labels }) => labels),
	};
}

// --- helpers ---

const VALUE =
	/^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (NaN|[+-]Inf|-?[\d.]+(?:e[+-]?\d+)?)$/;

function parseValue(line: string): Scraped {
	const found = VALUE.exec(line);
	if (found === null) throw new Error(`not valid: ${line}`);
	const [, name = "", text = "", number = ""] = found;
	const labels: Record<string, string> = {};
	for (const [, label = "", value = ""] of text.matchAll(
		/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g,
	))
		labels[label] = value.replace(/\\(.)/g, (_, one) =>
			one === "n" ? "\n" : one,
		);
	return { name, labels, value: Number(number.replace("Inf", "Infinity")) };
}

/** The name of the metric that a value belongs to: without the suffixes of a histogram. */
function familyOf(name: string, types: ReadonlyMap<string, string>): string {
	const base = name.replace(/_(bucket|sum|count)$/, "");
	return types.get(base) === "histogram" ? base : name;
}

/** Checks that the buckets of each series grow, and that the last one is the count. */
function checkHistograms(
	types: ReadonlyMap<string, string>,
	values: readonly Scraped[],
): void {
	for (const [name, type] of types) {
		if (type !== "histogram") continue;
		const series = new Map<string, number[]>();
		for (const { labels, value } of values.filter(
			(one) => one.name === `${name}_bucket`,
		)) {
			const { le: _, ...rest } = labels;
			const key = JSON.stringify(rest);
			series.set(key, [...(series.get(key) ?? []), value]);
		}
		for (const [key, counts] of series) {
			if (counts.some((count, at) => count < (counts[at - 1] ?? 0)))
				throw new Error(`the buckets of ${name} ${key} shrink`);
			const count = values.find(
				(one) =>
					one.name === `${name}_count` && JSON.stringify(one.labels) === key,
			);
			if (count?.value !== counts.at(-1))
				throw new Error(`the count of ${name} ${key} is not its last bucket`);
		}
	}
}
