import { inTurns, type Steps } from "../../turns.ts";
import type { Sample, Snapshot } from "./snapshot.ts";

/** The answer to `GET /metrics`. */
export interface MetricsText {
	/** The content type. */
	readonly type: string;
	readonly text: string;
}

/**
 * Formats values in the text format of Prometheus (exposition formats, version 0.0.4). prom-client would do so in one go: with
 * 1,000 busy routes no request would be answered for 150 ms.
 */
export async function toText(snapshot: Snapshot): Promise<MetricsText> {
	return { type: TYPE, text: await inTurns(format(snapshot)) };
}

/** Formats labels with their braces. Empty for none. */
export function formatLabels(labels: Sample["labels"]): string {
	let text = "";
	for (const name in labels) {
		const value = String(labels[name]);
		const shown = SPECIAL.test(value) ? escapeText(value) : value;
		text += `${text === "" ? "{" : ","}${name}="${shown}"`;
	}
	return text === "" ? "" : `${text}}`;
}

// --- helpers ---

const TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The number of values that are formatted between two looks at the clock. */
const FEW = 50;

const SPECIAL = /[\\"\n]/;

function* format(snapshot: Snapshot): Steps<string> {
	let text = "";
	let count = 0;
	for (const { name, help, type, bounds = [], values } of snapshot) {
		text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
		const bucketOf = bounds.map((bound) => `${name}_bucket{le="${bound}"`);
		for (const sample of values) {
			text +=
				sample.buckets === undefined
					? `${sample.metricName ?? name}${formatLabels(sample.labels)} ${sample.value}\n`
					: formatHistogram(name, bucketOf, sample);
			if (++count % FEW === 0) yield;
		}
	}
	return text;
}

/** @param bucketOf the beginning of the line of each bucket */
function formatHistogram(
	name: string,
	bucketOf: readonly string[],
	{ labels, value, buckets = [], sum = 0 }: Sample,
): string {
	const all = formatLabels(labels);
	const rest = all === "" ? "}" : `,${all.slice(1)}`;
	let text = "";
	for (let at = 0; at < bucketOf.length; at++)
		text += `${bucketOf[at]}${rest} ${buckets[at]}\n`;
	text += `${name}_bucket{le="+Inf"${rest} ${value}\n`;
	return `${text}${name}_sum${all} ${sum}\n${name}_count${all} ${value}\n`;
}

function escapeText(text: string): string {
	return text
		.replaceAll("\\", "\\\\")
		.replaceAll('"', '\\"')
		.replaceAll("\n", "\\n");
}
