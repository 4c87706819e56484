/** Formats milliseconds for people: `<1 ms`, `9 ms`, `4.4 s`, `12 s`, `2 min 5 s`, `3 h`, `2 d 4 h`. */
export function formatMs(ms: number): string {
	if (ms < 1) return "<1 ms";
	const whole = Math.round(ms);
	if (whole < SECOND) return `${whole} ms`;
	const tenths = Math.round(ms / 100) / 10;
	if (tenths < 10) return `${tenths} s`;
	const seconds = Math.round(ms / SECOND);
	if (seconds < 60) return `${seconds} s`;
	if (seconds < 3600) return pair(seconds, 60, "min", "s");
	const minutes = Math.round(seconds / 60);
	if (minutes < 1440) return pair(minutes, 60, "h", "min");
	return pair(Math.round(minutes / 60), 24, "d", "h");
}

/** Formats the local time of day to the second. */
export function formatTime(date: Date): string {
	return [date.getHours(), date.getMinutes(), date.getSeconds()]
		.map((part) => String(part).padStart(2, "0"))
		.join(":");
}

/** Formats the local date: `Sun 29 Nov 2026`. */
export function formatDay(date: Date): string {
	const [day, month, number, year] = date.toDateString().split(" ");
	return `${day} ${Number(number)} ${month} ${year}`;
}

// --- helpers ---

const SECOND = 1000;

/** Formats two units, without the smaller one if it is zero. */
function pair(
	count: number,
	each: number,
	large: string,
	small: string,
): string {
	const rest = count % each;
	const whole = `${Math.floor(count / each)} ${large}`;
	return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}
