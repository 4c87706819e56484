#!/usr/bin/env node
import module from "node:module";

// Node has a compile cache from 22.1 on, with which a command starts faster. Older versions do not have it.
const { enableCompileCache } = module as { enableCompileCache?: () => unknown };
enableCompileCache?.();
const { run } = await import("./program.ts");
const { screensOf, terminalOf } = await import("./terminal.ts");

// `process.exit` is replaced while plugins are loaded.
const exit = process.exit.bind(process);

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
		...terminalOf(process),
		interrupted,
	});
	// A handler that never ends would keep the process alive, although all work is done.
	setTimeout(() => exit(), 1000).unref();
} catch (error) {
	console.error("This is a bug in Switchhook. Please report it:");
	console.error(error);
	process.exit(2);
}
