/** A thing that is started once for all test files of a run. */
interface Share<T> {
	readonly name: string;
	start(): Promise<T>;
	stop(thing: T): Promise<void>;
}

/**
 * Shares what takes long to start: the first test file that needs it starts it, and the last one ends it. Call the function that it
 * returns where tests are described, and the function which that returns from a hook or a test.
 */
export function share<T>({ name, start, stop }: Share<T>): () => () => T {
	let users = 0;
	let started: Promise<T> | undefined;
	return () => {
		let thing: { readonly value: T } | undefined;
		users += 1;
		before(`starts ${name}`, async () => {
			started ??= start();
			thing = { value: await started };
		});
		after(`ends ${name}`, async () => {
			users -= 1;
			if (users > 0 || started === undefined) return;
			const last = started;
			started = undefined;
			await stop(await last);
		});
		return () => {
			if (thing === undefined) throw new Error(`${name} is not started yet`);
			return thing.value;
		};
	};
}
