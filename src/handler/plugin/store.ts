import type { PluginState, StateWrite } from "../../inbox/port/state.ts";
import type { PluginStore } from "../../plugin/define.ts";

/** The state of plugins, stored in the inbox, or in the memory of this process if there is none. */
export interface StateKeeper extends PluginState {
	/** True if it ends with the process. Default false. */
	readonly isVolatile?: boolean;
}

/**
 * Creates the store of one plugin. With `pending`, writes wait there until they are committed with the outcome of the event,
 * and later reads see them. Without it, each write is durable at once.
 */
export function createPluginStore(
	plugin: string,
	keeper: StateKeeper,
	pending?: StateWrite[],
): PluginStore {
	const write = async (
		key: string,
		value: string | undefined,
		expiresAfterMs: number | undefined,
	): Promise<void> => {
		if (typeof key !== "string" || key === "" || key.length > KEY_MAX) {
			throw new TypeError(`a key is a text of 1 to ${KEY_MAX} characters`);
		}
		const entry: StateWrite = { plugin, key, value, expiresAfterMs };
		if (pending === undefined) await keeper.writeState([entry]);
		else pending.push(entry);
	};
	/** The last writes of this event by key. Undefined means a deletion. */
	const overlay = (): Map<string, string | undefined> =>
		new Map(pending?.map(({ key, value }) => [key, value]));

	return {
		isDurable: keeper.isVolatile !== true,
		async get<T>(key: string): Promise<T | undefined> {
			const mine = overlay();
			const text = mine.has(key)
				? mine.get(key)
				: await keeper.readState(plugin, key);
			return text === undefined ? undefined : (JSON.parse(text) as T);
		},
		put(key, value, { expiresAfterMs } = {}) {
			if (expiresAfterMs !== undefined && !(expiresAfterMs > 0)) {
				throw new TypeError("`expiresAfterMs` is a number above 0");
			}
			const text = JSON.stringify(value);
			if (text === undefined) {
				throw new TypeError(
					"the value is nothing that JSON can say; `delete` removes a key",
				);
			}
			return write(key, text, expiresAfterMs);
		},
		delete: (key) => write(key, undefined, undefined),
		async list<T>(prefix = "", { max = LIST_MAX } = {}) {
			const mine = overlay();
			const own = [...mine.keys()].filter((key) => key.startsWith(prefix));
			// Some of the first entries may be deleted here, so more are read.
			const kept = await keeper.listState(plugin, prefix, max + own.length);
			const merged = new Map<string, string | undefined>(
				kept.map(({ key, value }) => [key, value]),
			);
			for (const key of own) merged.set(key, mine.get(key));
			return [...merged]
				.flatMap(([key, text]) =>
					text === undefined ? [] : [{ key, value: JSON.parse(text) as T }],
				)
				.sort((a, b) => (a.key < b.key ? -1 : 1))
				.slice(0, max);
		},
	};
}

// --- helpers ---

const KEY_MAX = 500;
const LIST_MAX = 1000;
