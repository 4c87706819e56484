/** The durable state of plugins: JSON texts by key, separate for each plugin. */
export interface PluginState {
	/** Returns a value. Undefined if there is none or it has expired. */
	readState(plugin: string, key: string): Promise<string | undefined>;
	/** Returns at most `max` entries whose key begins with `prefix`, in the order of their keys. */
	listState(
		plugin: string,
		prefix: string,
		max: number,
	): Promise<readonly { readonly key: string; readonly value: string }[]>;
	/** Writes outside of a settlement; durable when it resolves. */
	writeState(writes: readonly StateWrite[]): Promise<void>;
}

/** Writes one key of a plugin's state. An undefined `value` deletes it. */
export interface StateWrite {
	readonly plugin: string;
	readonly key: string;
	/** JSON text. */
	readonly value: string | undefined;
	/** Milliseconds from now. Undefined stores it for good. */
	readonly expiresAfterMs: number | undefined;
}
