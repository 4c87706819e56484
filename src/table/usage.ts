/** Notes which tables are looked up, to find unused ones. */
export interface TableUsage {
	use(name: string): void;
	/** Notes that code may look up any table. */
	useAll(): void;
	isUsed(name: string): boolean;
}

/** Creates the notes of one configuration. */
export function createTableUsage(): TableUsage {
	const used = new Set<string>();
	let isAll = false;
	return {
		use: (name) => void used.add(name),
		useAll: () => {
			isAll = true;
		},
		isUsed: (name) => isAll || used.has(name),
	};
}
