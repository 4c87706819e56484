/** The numbers of a spool, from memory. */
export interface SpoolReading {
	/** The events that are not shipped yet. */
	readonly depth: number;
	/** The bytes that the file uses. */
	readonly usedBytes: number;
	/** The limit of the file in bytes. Undefined for none. */
	readonly maxBytes: number | undefined;
	/** The arrival of the oldest event that is not shipped. Undefined if there is none. */
	readonly oldestAt: number | undefined;
	/** The events that reached the database since the start of this process, duplicates included. */
	readonly shipped: number;
	/** The shipped events that the database already had under another id. */
	readonly duplicates: number;
	/** The events that the database refused, and that stay in the file. */
	readonly refused: number;
}

/** The spool of a store: a file that takes events while the database is away. */
export interface Spool {
	read(): SpoolReading;
	/** Returns the reason why the file takes no more events. Undefined while it has room. */
	full(): string | undefined;
	/** Makes a small write to the file durable. Rejects with INBOX_UNAVAILABLE if the file cannot be written. */
	probe(): Promise<void>;
}
