// Runs `switchhook` again and again in one process. Its process gave it the module that has the command line.
import { writeSync } from "node:fs";
import { keepStoresWarm } from "../threads/stores.mjs";

const module = process.argv[2];
const endThreads = keepStoresWarm(new URL("..", module));
const { run } = await import(module);

// Each command listens for the end of the process, to write what it holds back.
process.setMaxListeners(0);
// The signals are for the command that runs, which listens itself.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"])
	process.on(signal, () => {});
// It is replaced while plugins are loaded.
const exit = process.exit.bind(process);
process.on("disconnect", async () => {
	await endThreads();
	exit();
});

process.on("message", async ({ args, cwd, mark }) => {
	const before = { ...process.env };
	process.chdir(cwd);
	let code = 2;
	try {
		code = await run(args, {
			stdout: process.stdout,
			stderr: process.stderr,
			env: process.env,
			cwd,
			isTTY: false,
		});
	} catch (error) {
		console.error(error);
	}
	// A file of variables changes the environment.
	for (const name of Object.keys(process.env))
		if (!(name in before)) delete process.env[name];
	Object.assign(process.env, before);
	for (const stream of [1, 2]) writeSync(stream, mark);
	process.send({ code });
});
