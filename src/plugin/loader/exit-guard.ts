import { syncBuiltinESMExports } from "node:module";

/** Thrown instead of a call that would have ended the process. */
export class EndsProcess extends Error {
	override readonly name = "EndsProcess";
	/** The call in source form, such as `process.abort()`. */
	readonly call: string;

	constructor(call: string) {
		super(`\`${call}\` would end the process`);
		this.call = call;
	}
}

/** The result of foreign code, and its first call that would have ended the process. */
export interface Guarded<T> {
	readonly value: T;
	readonly ended: EndsProcess | undefined;
}

/**
 * Runs foreign code that must not end the process: an exit at the top of a plugin would make its check pass although it never
 * ran. Each such call throws EndsProcess instead. An EndsProcess that the code catches is returned.
 *
 * @param isOurs returns true for a call of this code, by its stack: several plugins are loaded at once
 */
export async function withoutExit<T>(
	work: () => T | Promise<T>,
	isOurs: (call: EndsProcess) => boolean,
): Promise<Guarded<T>> {
	const release = guard();
	try {
		const value = await work();
		return { value, ended: claim(isOurs) };
	} finally {
		release();
	}
}

// --- helpers ---

/*
 * The process is global, and so is the guard on it: it counts who needs it, and remembers what was tried meanwhile.
 */
let guards = 0;
let restore: (() => void) | undefined;
const attempts = new Set<EndsProcess>();

/** Takes the attempt of this code. An unclaimed attempt belongs to the last code that is running. */
function claim(
	isOurs: (call: EndsProcess) => boolean,
): EndsProcess | undefined {
	const all = [...attempts];
	const own = all.find(isOurs) ?? (guards === 1 ? all[0] : undefined);
	if (own !== undefined) attempts.delete(own);
	return own;
}

function guard(): () => void {
	guards += 1;
	restore ??= replaceExits();
	return () => {
		guards -= 1;
		if (guards > 0) return;
		restore?.();
		restore = undefined;
		attempts.clear();
	};
}

function replaceExits(): () => void {
	const { exit, reallyExit, abort, kill } = process as WithReallyExit;
	const refuse =
		(name: string, what = "") =>
		(): never => {
			const attempt = new EndsProcess(`process.${name}(${what})`);
			attempts.add(attempt);
			throw attempt;
		};
	const set = (calls: Partial<WithReallyExit>): void => {
		Object.assign(process, calls);
		// Modules that Node loads by itself may import the functions by name.
		syncBuiltinESMExports();
	};
	const refuseKill = refuse("kill", "process.pid");
	set({
		exit: refuse("exit"),
		reallyExit: refuse("reallyExit"),
		abort: refuse("abort"),
		// Signal 0 only tests whether a process exists.
		kill: (pid, signal) =>
			pid === process.pid && signal !== 0 ? refuseKill() : kill(pid, signal),
	});
	process.on("uncaughtException", onStray);
	process.on("unhandledRejection", onStray);
	return () => {
		process.off("uncaughtException", onStray);
		process.off("unhandledRejection", onStray);
		set({ exit, reallyExit, abort, kill });
	};
}

/** Receives errors of calls from a timer or a promise, which have their finding. Other errors go their usual way. */
function onStray(error: unknown): void {
	if (error instanceof EndsProcess) return;
	if (process.listenerCount("uncaughtException") === 1) throw error;
}

/** The function that `exit` finally calls. Packages that hook into the exit call it. */
type WithReallyExit = NodeJS.Process & { reallyExit: (code?: number) => never };
