#!/usr/bin/env node
import module from "node:module";
import { fileURLToPath } from "node:url";

// Node has a compile cache from 22.1 on, with which a command starts faster. Older versions do not have it.
const { enableCompileCache } = module as { enableCompileCache?: () => unknown };
enableCompileCache?.();
const { run } = await import("./program.ts");
const { reserveStdout, screensOf, terminalOf } = await import("./terminal.ts");
const { createForker, supervisorOf } = await import("./workers/fork.ts");

const supervisor = supervisorOf(process);
// Files of variables are added to the environment later, and a worker reads them itself.
const forker = createForker(
	fileURLToPath(import.meta.url),
	process.argv.slice(2),
	{
		...process.env,
	},
);

// `process.exit` is replaced while plugins are loaded.
const exit = process.exit.bind(process);

if (supervisor !== undefined) {
	const { guardAgainstOrphaning } = await import("./workers/guard.ts");
	guardAgainstOrphaning(process.ppid);
	// Without its supervisor a worker has neither connections nor a store.
	process.once("disconnect", () => exit());
}

// `switchhook routes | head` closes the pipe early, which is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code === "EPIPE") exit(0);
	throw error;
});

/** Handles Ctrl-C, and the SIGTERM of a script, for a command that runs until then. */
function interrupted(): AbortSignal {
	const end = new AbortController();
	for (const name of ["SIGINT", "SIGTERM"] as const)
		process.once(name, () => end.abort());
	return end.signal;
}

try {
	process.exitCode = await run(process.argv.slice(2), {
		stdout: process.stdout,
		stderr: process.stderr,
		env: process.env,
		cwd: process.cwd(),
		isTTY: process.stdout.isTTY === true,
		screens: screensOf(process),
		reserveStdout: () => reserveStdout(process),
		...terminalOf(process),
		interrupted,
		forker,
		...(supervisor && { supervisor }),
	});
	// A handler that never ends would keep the process alive, although all work is done.
	setTimeout(() => exit(), 1000).unref();
} catch (error) {
	console.error("This is a bug in Switchhook. Please report it:");
	console.error(error);
	process.exit(2);
}
