/** The form of a rate, for messages. */
export const RATE_FORM =
	"a rate such as `10/s`, `300/min` or `1000/h`, or `{ limit: 10/s, burst: 20 }`";

/** A number of events in a time. */
export interface WrittenRate {
	readonly count: number;
	readonly perMs: number;
}

/** Reads a rate such as `10/s`, `300/min` or `1000/h`. Returns undefined for anything else, and for a count that is too large. */
export function parseRate(text: string): WrittenRate | undefined {
	const [, digits = "", unit = ""] = RATE.exec(text) ?? [];
	const perMs = UNITS.find(({ name }) => name === unit)?.ms;
	const count = Number(digits);
	if (perMs === undefined || count > LARGEST_COUNT) return undefined;
	return { count, perMs };
}

/** Suggests a fix for a text that is not a rate. Undefined if there is no good guess. */
export function guessRate(value: unknown): string | undefined {
	const text = String(value).trim();
	if (/^[1-9]\d*$/.test(text)) return `write \`${text}/s\` or \`${text}/min\``;
	const parts = /^([1-9]\d*)\s*(?:\/|per|p)\s*([a-z]+)$/i.exec(text);
	if (parts === null) return undefined;
	const unit = UNITS.find(({ aliases }) => aliases.test(parts[2] ?? ""));
	return unit && `write \`${parts[1]}/${unit.name}\``;
}

/** Formats events in a time for `parseRate`, with the smallest unit that gives a whole number: one in 500 ms is `2/s`. */
export function formatRate(intervalMs: number): string {
	for (const { name, ms } of UNITS) {
		const count = ms / intervalMs;
		if (Math.abs(count - Math.round(count)) < 1e-6)
			return `${Math.round(count)}/${name}`;
	}
	return `${(3_600_000 / intervalMs).toFixed(1)}/h`;
}

// --- helpers ---

/** In which a rate is still a limit: no router handles that many. */
const LARGEST_COUNT = 1_000_000;

const UNITS = [
	{ name: "s", ms: 1000, aliases: /^s(?:ec(?:ond)?s?)?$/i },
	{ name: "min", ms: 60_000, aliases: /^m(?:in(?:ute)?s?)?$/i },
	{ name: "h", ms: 3_600_000, aliases: /^h(?:(?:ou)?rs?)?$/i },
] as const;

// The same grammar as in schemas/routes.schema.json.
const RATE = /^([1-9][0-9]{0,6})\/(s|min|h)$/;
