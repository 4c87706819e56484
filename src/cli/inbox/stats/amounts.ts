import { formatDuration } from "../../../finding/units.ts";

/** Writes an age in whole seconds. It is never negative: the clock of the receiver may be ahead. */
export function describeAge(ms: number): string {
	return formatDuration(Math.max(0, Math.floor(ms / 1000) * 1000));
}

/** Writes a size in units of 1000, as the configuration does. */
export function describeSize(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
	return bytes < 1_000_000_000
		? `${(bytes / 1_000_000).toFixed(1)} MB`
		: `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}
