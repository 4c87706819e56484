/** Removes the tags of SSML, for people. */
export function toPlain(text: string): string {
	const plain = text
		.replace(/<[^>]*>/g, " ")
		.replace(/\s+/g, " ")
		.trim();
	return plain
		.replaceAll("&lt;", "<")
		.replaceAll("&gt;", ">")
		.replaceAll("&quot;", '"')
		.replaceAll("&apos;", "'")
		.replaceAll("&amp;", "&");
}

/** Estimates how long a text takes to speak, in milliseconds: the breaks of its SSML, and a usual pace. */
export function speakingMs(text: string): number {
	let ms = Math.max(SHORTEST_MS, toPlain(text).length * CHARACTER_MS);
	for (const [, amount = "0", unit] of text.matchAll(
		/<break\b[^>]*\btime\s*=\s*["']([\d.]+)(ms|s)["']/g,
	))
		ms += Number(amount) * (unit === "s" ? 1000 : 1);
	return Math.min(Math.round(ms), LONGEST_MS);
}

/** Estimates how long an audio file plays, in milliseconds: 32 kbit/s is usual for a telephone. */
export function playingMs(bytes: number): number {
	return Math.min(
		Math.max(SHORTEST_MS, Math.round(bytes / BYTES_A_MS)),
		LONGEST_MS,
	);
}

// --- helpers ---

const SHORTEST_MS = 600;
const LONGEST_MS = 600_000;

/** About 160 words a minute. */
const CHARACTER_MS = 60;

const BYTES_A_MS = 4;
