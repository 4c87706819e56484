// Builds, then serves in this very process: a signal to it reaches the router, not a parent in between.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const { status } = spawnSync(
	process.execPath,
	[fileURLToPath(new URL("build.mjs", import.meta.url))],
	{ stdio: "inherit" },
);
if (status !== 0) process.exit(status ?? 1);
process.argv.splice(2, 0, "serve");
await import("../dist/cli/main.js");
