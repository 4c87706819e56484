import { Worker } from "node:worker_threads";

/**
 * Ends this process if its supervisor was killed while the event loop is blocked: the loop could not notice. A thread of its own
 * looks at the parent, every second.
 */
export function guardAgainstOrphaning(parent: number): void {
	new Worker(
		`setInterval(() => {
			if (process.ppid !== ${parent}) process.kill(process.pid, "SIGKILL");
		}, 1000);`,
		{
			eval: true,
			name: "switchhook guard",
			execArgv: [],
			resourceLimits: {
				maxOldGenerationSizeMb: 8,
				maxYoungGenerationSizeMb: 1,
			},
		},
	).unref();
}
