/** The form of a duration, for messages. */
export const DURATION_FORM =
	"a duration such as `250ms`, `5s`, `1m30s`, `24h` or `7d`";

/** The form of a size, for messages. */
export const SIZE_FORM = "a size such as `64KB`, `1MB` or `1MiB`";

/**
 * Reads a duration such as `250ms`, `5s`, `1m30s`, `24h` or `7d`; the larger unit comes first, each at
 * most once. Returns milliseconds, or undefined for anything else.
 */
export function parseDuration(text: string): number | undefined {
	const parts = DURATION.exec(text);
	if (parts === null) return undefined;
	const total = DURATION_UNITS.reduce(
		(sum, { ms }, index) => sum + Number(parts[index + 1] ?? 0) * ms,
		0,
	);
	return Number.isSafeInteger(total) ? total : undefined;
}

/**
 * Reads a size such as `512B`, `64KB` (1,000 bytes each) or `1MiB` (1,024 × 1,024 bytes). Returns
 * bytes, or undefined for anything else.
 */
export function parseSize(text: string): number | undefined {
	const parts = SIZE.exec(text);
	const bytes = SIZE_UNITS[parts?.[2] ?? ""];
	if (parts === null || bytes === undefined) return undefined;
	const total = Number(parts[1]) * bytes;
	return Number.isSafeInteger(total) ? total : undefined;
}

/**
 * Suggests a fix for a text that is not a duration. Undefined if there is no good guess.
 *
 * @param units the possible units of a bare number, default milliseconds and seconds.
 */
export function guessDuration(
	value: unknown,
	[small, large]: readonly [string, string] = ["ms", "s"],
): string | undefined {
	const text = String(value).trim();
	if (/^\d+$/.test(text))
		return `write \`${text}${small}\` or \`${text}${large}\``;
	const parts = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text);
	if (parts === null) return undefined;
	const unit = DURATION_UNITS.find(({ aliases }) =>
		aliases.test(parts[2] || "s"),
	);
	if (unit === undefined) return undefined;
	return `write \`${formatDuration(Math.round(Number(parts[1]) * unit.ms))}\``;
}

/** Suggests a fix for a text that is not a size. Undefined if there is no good guess. */
export function guessSize(value: unknown): string | undefined {
	const text = String(value).trim();
	if (/^\d+$/.test(text)) return `write \`${text}KB\` or \`${text}B\``;
	const parts = /^(\d+)\s*([kmg]?)(i?)b?(?:ytes?)?$/i.exec(text);
	if (parts === null) return undefined;
	const [, count, prefix = "", binary = ""] = parts;
	return `write \`${count}${prefix.toUpperCase()}${prefix === "" ? "" : binary.toLowerCase()}B\``;
}

/** Formats milliseconds for `parseDuration`: 90000 is `1m30s`. */
export function formatDuration(milliseconds: number): string {
	let rest = milliseconds;
	let text = "";
	for (const { name, ms } of DURATION_UNITS) {
		const count = Math.floor(rest / ms);
		if (count > 0) text += `${count}${name}`;
		rest -= count * ms;
	}
	return text === "" ? "0s" : text;
}

// --- helpers ---

/** Largest first, in the order of the groups of DURATION. */
const DURATION_UNITS = [
	{ name: "d", ms: 86_400_000, aliases: /^(?:d|days?)$/i },
	{ name: "h", ms: 3_600_000, aliases: /^(?:h|hrs?|hours?)$/i },
	{ name: "m", ms: 60_000, aliases: /^(?:m|mins?|minutes?)$/i },
	{ name: "s", ms: 1000, aliases: /^(?:s|secs?|seconds?)$/i },
	{ name: "ms", ms: 1, aliases: /^(?:ms|msecs?|millis|milliseconds?)$/i },
] as const;

// The same grammar as in schemas/routes.schema.json; a test holds the two together.
const DURATION =
	/^(?=.)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

const SIZE = /^(\d+)([KMG]?i?B)$/;

const SIZE_UNITS: Readonly<Record<string, number>> = {
	B: 1,
	KB: 1000,
	MB: 1000 ** 2,
	GB: 1000 ** 3,
	KiB: 1024,
	MiB: 1024 ** 2,
	GiB: 1024 ** 3,
};
