#!/usr/bin/env node
import module from "node:module";

// Node keeps compiled code from 22.1 on, and a command starts in less time. Older ones do not have it.
const { enableCompileCache } = module as { enableCompileCache?: () => unknown };
enableCompileCache?.();
const { run } = await import("./program.ts");
const { terminalOf } = await import("./terminal.ts");

// `switchhook routes | head` closes the pipe early: that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code === "EPIPE") process.exit(0);
	throw error;
});

try {
	process.exitCode = await run(process.argv.slice(2), {
		stdout: process.stdout,
		stderr: process.stderr,
		env: process.env,
		cwd: process.cwd(),
		isTTY: process.stdout.isTTY === true,
		columns: process.stdout.columns,
		...terminalOf(process),
	});
	// A handler that never ends would keep the process: what had to be done is done.
	setTimeout(() => process.exit(), 1000).unref();
} catch (error) {
	console.error("Switchhook itself failed; please report this:");
	console.error(error);
	process.exit(2);
}
