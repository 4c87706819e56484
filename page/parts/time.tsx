import { now } from "../state/clock.ts";

/** A time as a distance from now, such as `4 s`, with the whole time and zone on hover. */
export function Ago({ at }: { readonly at: number }) {
	const distance = now.value - at;
	return (
		<time dateTime={new Date(at).toISOString()} title={formatTime(at)}>
			{distance < -999
				? `in ${formatDuration(-distance)}`
				: formatDuration(Math.max(0, distance))}
		</time>
	);
}

/** A time of today to the millisecond, with the whole time and zone on hover. */
export function Clock({ at }: { readonly at: number }) {
	return (
		<time dateTime={new Date(at).toISOString()} title={formatTime(at)}>
			{formatClock(at)}
		</time>
	);
}

/** A whole time with its zone. */
export function Time({ at }: { readonly at: number }) {
	return <time dateTime={new Date(at).toISOString()}>{formatTime(at)}</time>;
}

/** Writes `2026-11-30 15:04:07.112 +01:00`, in the zone of the browser. */
export function formatTime(at: number): string {
	const date = new Date(at);
	const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
		.map((part) => String(part).padStart(2, "0"))
		.join("-");
	return `${day} ${formatClock(at)} ${formatZone(date)}`;
}

/** Writes `15:04:07.112`. */
export function formatClock(at: number): string {
	const date = new Date(at);
	const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map(
		(part) => String(part).padStart(2, "0"),
	);
	return `${parts.join(":")}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** Writes a duration in its largest unit: `850 ms`, `4 s`, `3 min`, `2 h`, `5 d`. */
export function formatDuration(ms: number): string {
	if (ms < 1000) return `${Math.round(ms)} ms`;
	for (const [unit, size, next] of UNITS)
		if (ms < next) return `${Math.floor(ms / size)} ${unit}`;
	return `${Math.floor(ms / DAY_MS)} d`;
}

/** Writes a latency: `1.8 ms`, `340 ms`, `2.1 s`. */
export function formatMs(ms: number): string {
	if (ms < 10) return `${ms.toFixed(1)} ms`;
	if (ms < 1000) return `${Math.round(ms)} ms`;
	return `${(ms / 1000).toFixed(1)} s`;
}

// --- helpers ---

const DAY_MS = 86_400_000;

const UNITS = [
	["s", 1000, 60_000],
	["min", 60_000, 3_600_000],
	["h", 3_600_000, DAY_MS],
] as const;

function formatZone(date: Date): string {
	const minutes = -date.getTimezoneOffset();
	const sign = minutes < 0 ? "-" : "+";
	const parts = [Math.abs(minutes) / 60, Math.abs(minutes) % 60].map((part) =>
		String(Math.floor(part)).padStart(2, "0"),
	);
	return `${sign}${parts.join(":")}`;
}
