import { readFileSync } from "node:fs";

/** A tick of /proc is a hundredth of a second on every Linux. */
export const TICK_MICROS = 10_000;

/** Returns the CPU ticks of a process and its children, all threads, by process id. */
export function ticksOf(pid: number): ReadonlyMap<number, number> {
	return new Map(
		[pid, ...(readChildren(pid) ?? [])].map((one) => [one, readTicks(one).own]),
	);
}

/** Returns the CPU microseconds of a process and its children, those that have ended included. */
export function microsOfAll(pid: number): number {
	const children = readChildren(pid) ?? [];
	const own = readTicks(pid);
	const sum = children.reduce((all, one) => all + readTicks(one).own, 0);
	return (own.own + own.ended + sum) * TICK_MICROS;
}

/** Returns the ids of the children of a process. Undefined without /proc of Linux. */
export function readChildren(pid: number): readonly number[] | undefined {
	try {
		const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
		return text.split(" ").filter(Boolean).map(Number);
	} catch {
		return undefined;
	}
}

// --- helpers ---

interface Ticks {
	readonly own: number;
	/** Of children that have ended. */
	readonly ended: number;
}

/** A process that has just ended has none: its parent counts them. */
function readTicks(pid: number): Ticks {
	let text: string;
	try {
		text = readFileSync(`/proc/${pid}/stat`, "latin1");
	} catch {
		return { own: 0, ended: 0 };
	}
	// The fields after the name, which may contain blanks (proc_pid_stat(5)): from 14 on utime, stime, cutime and cstime.
	const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
	const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields
		.slice(11, 15)
		.map(Number);
	return { own: utime + stime, ended: cutime + cstime };
}
