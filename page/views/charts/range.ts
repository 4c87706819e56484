/** A time that charts can show, up to now. */
export interface Range {
	/** As in the address. */
	readonly name: string;
	readonly label: string;
	readonly ms: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const RANGES: readonly Range[] = [
	{ name: "15m", label: "15 min", ms: 15 * MINUTE_MS },
	{ name: "1h", label: "1 h", ms: HOUR_MS },
	{ name: "6h", label: "6 h", ms: 6 * HOUR_MS },
	{ name: "24h", label: "24 h", ms: 24 * HOUR_MS },
	{ name: "7d", label: "7 d", ms: 7 * 24 * HOUR_MS },
];

/** The shortest time that can be zoomed into: some steps of 10 seconds. */
export const ZOOM_MIN_MS = MINUTE_MS;

/** A part of the past that was chosen in a chart. */
export interface Zoom {
	readonly from: number;
	readonly to: number;
}

/** The time that the address names: a range up to now, or a zoom. */
export interface Shown {
	readonly range: Range;
	/** Undefined if the charts follow the time. */
	readonly zoom: Zoom | undefined;
	/** Undefined for all routes. */
	readonly route: string | undefined;
}

/** Reads the address. What it does not say, or not well, is the last hour of all routes. */
export function readShown(query: URLSearchParams): Shown {
	const named = RANGES.find(({ name }) => name === query.get("range"));
	const from = Number(query.get("from") ?? Number.NaN);
	const to = Number(query.get("to") ?? Number.NaN);
	const isZoom = Number.isFinite(from) && Number.isFinite(to) && from < to;
	const route = query.get("route") ?? "";
	return {
		range: named ?? (RANGES[1] as Range),
		zoom: isZoom ? { from, to } : undefined,
		route: route === "" ? undefined : route,
	};
}

/** Returns a zoom that is not too short, around its middle, in whole seconds. */
export function toZoom(from: number, to: number): Zoom {
	const missing = Math.max(0, ZOOM_MIN_MS - (to - from)) / 2;
	return {
		from: Math.round((from - missing) / 1000) * 1000,
		to: Math.round((to + missing) / 1000) * 1000,
	};
}
