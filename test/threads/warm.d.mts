/** Runs the threads of some modules in threads that stay warm. Returns a function that ends those that are free. */
export function keepThreadsWarm(
	isWarm: (url: string) => boolean,
): () => Promise<void>;
