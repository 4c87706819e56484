/** Waits for the process to be told to stop. */
export interface StopSignals {
	/** Resolves at the first SIGTERM or SIGINT. */
	readonly first: Promise<NodeJS.Signals>;
	/** Resolves at the second: whoever sends it does not want to wait. */
	readonly second: Promise<NodeJS.Signals>;
	/** Stops listening. */
	release(): void;
}

/** Starts to listen: from now on the signals do not end the process. */
export function listenForStop(): StopSignals {
	const waiting: ((signal: NodeJS.Signals) => void)[] = [];
	const next = (): Promise<NodeJS.Signals> =>
		new Promise((resolve) => waiting.push(resolve));
	const onSignal = (signal: NodeJS.Signals): void => waiting.shift()?.(signal);
	process.on("SIGTERM", onSignal);
	process.on("SIGINT", onSignal);
	return {
		first: next(),
		second: next(),
		release() {
			process.off("SIGTERM", onSignal);
			process.off("SIGINT", onSignal);
		},
	};
}

/** Calls back at each SIGHUP: read the configuration again. Returns how to stop listening. */
export function listenForReload(onReload: () => void): () => void {
	process.on("SIGHUP", onReload);
	return () => process.off("SIGHUP", onReload);
}
