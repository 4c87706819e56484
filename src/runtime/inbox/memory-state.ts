import type { StateKeeper } from "../../handler/plugin/store.ts";

/** Creates the state of plugins without an inbox. It ends with the process. */
export function createMemoryState(now: () => number = Date.now): StateKeeper {
	const plugins = new Map<string, Map<string, Entry>>();
	const entriesOf = (plugin: string): Map<string, Entry> => {
		let entries = plugins.get(plugin);
		if (entries === undefined) {
			entries = new Map();
			plugins.set(plugin, entries);
		}
		return entries;
	};
	/** Deletes an expired entry when it is read. */
	const read = (
		entries: Map<string, Entry>,
		key: string,
	): string | undefined => {
		const entry = entries.get(key);
		if (entry === undefined) return undefined;
		if (entry.until > now()) return entry.value;
		entries.delete(key);
		return undefined;
	};
	return {
		isVolatile: true,
		readState: async (plugin, key) => read(entriesOf(plugin), key),
		async listState(plugin, prefix, max) {
			const entries = entriesOf(plugin);
			return [...entries.keys()]
				.filter((key) => key.startsWith(prefix))
				.sort()
				.flatMap((key) => {
					const value = read(entries, key);
					return value === undefined ? [] : [{ key, value }];
				})
				.slice(0, max);
		},
		async writeState(writes) {
			for (const { plugin, key, value, expiresAfterMs } of writes) {
				const entries = entriesOf(plugin);
				if (value === undefined) entries.delete(key);
				else {
					const until = now() + (expiresAfterMs ?? Number.POSITIVE_INFINITY);
					entries.set(key, { value, until });
				}
			}
		},
	};
}

// --- helpers ---

interface Entry {
	/** JSON text. */
	readonly value: string;
	/** Milliseconds since the epoch. */
	readonly until: number;
}
