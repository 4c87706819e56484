/** Things to undo at the end, in the reverse order of their making. */
export interface Scope {
	/** Registers one undoing. */
	defer(undo: () => Promise<void> | void): void;
	/** Undoes everything once; a failure of one keeps none of the others from being undone. */
	close(): Promise<void>;
}

/** Makes an empty scope. */
export function createScope(): Scope {
	const undos: (() => Promise<void> | void)[] = [];
	return {
		defer: (undo) => {
			undos.push(undo);
		},
		async close() {
			for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
				try {
					await undo();
				} catch (error) {
					console.error(error);
				}
			}
		},
	};
}
