/** Writes a number of things: `1 delivery`, `3 deliveries`. */
export function count(number: number, one: string, many = `${one}s`): string {
	return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Writes a size in bytes: `812 B`, `1.2 KB`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Writes a rate: `1.4/s`, `12/s`, and by the minute if there is less than one in ten seconds. */
export function formatRate(perSecond: number): string {
	if (perSecond === 0) return "0/s";
	if (perSecond < 0.095) return `${Math.ceil(perSecond * 60)}/min`;
	return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`;
}
