#!/usr/bin/env node
import module from "node:module";

// Node keeps compiled code from 22.1 on, and a command starts in less time. Older ones do not have it.
const { enableCompileCache } = module as { enableCompileCache?: () => unknown };
enableCompileCache?.();
const { run } = await import("./program.ts");
const { screensOf, terminalOf } = await import("./terminal.ts");

// While plugins are loaded, `process.exit` is not what it was.
const exit = process.exit.bind(process);

// `switchhook routes | head` closes the pipe early: that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code === "EPIPE") exit(0);
	throw error;
});

/** Takes Ctrl-C, and the SIGTERM of a script, for a command that goes on until then. */
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
	// A handler that never ends would keep the process: what had to be done is done.
	setTimeout(() => exit(), 1000).unref();
} catch (error) {
	console.error("This is a bug in Switchhook. Please report it:");
	console.error(error);
	process.exit(2);
}
