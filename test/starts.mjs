import { subscribe } from "node:diagnostics_channel";

/** What a process is, by its words. */
const SORTS = [
	["browsers", ([program]) => /chrom/.test(program)],
	["servers of PostgreSQL", ([program]) => program.endsWith("/initdb")],
	["packages", (words) => words.includes("pack")],
	[
		"programs",
		(words) =>
			words.some(
				(word) =>
					/\/cli\/main\.[jt]s$/.test(word) ||
					word.includes("/serving/host.mjs"),
			),
	],
];

/**
 * Counts what the process of the tests starts, from now on: processes by sort, and threads. Each costs a second of CPU or a part of one, so
 * a run gets longer by what tests start, and not by what they check.
 */
export function countStarts() {
	const counts = { threads: 0, "other processes": 0 };
	for (const [sort] of SORTS) counts[sort] = 0;
	subscribe("child_process", ({ process }) => {
		// It gets its words a moment after it is made.
		queueMicrotask(() => {
			const words = process.spawnargs ?? [];
			const [sort] = SORTS.find(([, is]) =>
				is([process.spawnfile ?? "", ...words]),
			) ?? ["other processes"];
			counts[sort] += 1;
		});
	});
	subscribe("worker_threads", () => {
		counts.threads += 1;
	});
	return counts;
}
