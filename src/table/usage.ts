/** Notes which tables something looks up, so that one that nothing does is found. */
export interface TableUsage {
	use(name: string): void;
	/** For code, which may look up any of them. */
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
