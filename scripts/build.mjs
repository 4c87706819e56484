// Compiles src/ to dist/ and bundles the page, afresh, so that no file of a former build is left in a package.
import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build-page.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
const compiled = spawnSync(
	process.execPath,
	[
		`${root}node_modules/typescript/bin/tsc`,
		"-p",
		`${root}tsconfig.build.json`,
	],
	{ stdio: "inherit" },
);
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
chmodSync(`${root}dist/cli/main.js`, 0o755);
buildPage();
