import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SCENARIOS } from "./scenarios.ts";
import { createScope, type Scope } from "./scope.ts";
import type { Verdict } from "./table.ts";

const USAGE = `npm run bench -- [--rounds N] [--seconds N] [--base FOLDER] [--only ${Object.keys(SCENARIOS).join("|")}]`;

const options = readOptions();
const root = createScope();
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
	process.once(signal, async () => {
		interrupted = true;
		await root.close();
		process.exit(130);
	});
}
try {
	await run(root);
} catch (error) {
	// What was being measured is gone after an interruption: that is no failure to show.
	if (!interrupted) throw error;
} finally {
	await root.close();
}

// --- helpers ---

async function run(scope: Scope): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), "switchhook-bench-"));
	scope.defer(() => rmSync(folder, { recursive: true, force: true }));
	const command = fileURLToPath(
		new URL("../dist/cli/main.js", import.meta.url),
	);
	const router = existsSync(command) ? command : undefined;
	if (router === undefined) {
		console.log("dist/cli/main.js is missing: only the rivals are measured.");
	}
	if (availableParallelism() < 2) {
		console.log("One core only: the driver takes it from the servers.");
	}
	const verdicts: Verdict[] = [];
	for (const [name, scenario] of Object.entries(SCENARIOS)) {
		if (options.only !== undefined && options.only !== name) continue;
		console.log(`\n${name}: ${scenario.title}`);
		const own = createScope();
		scope.defer(own.close);
		const place = join(folder, name);
		mkdirSync(place);
		try {
			const { rounds, seconds, base } = options;
			const bench = {
				rounds,
				seconds,
				folder: place,
				router,
				base,
				scope: own,
			};
			verdicts.push(...(await scenario.run(bench)));
		} finally {
			await own.close();
		}
	}
	console.log("");
	for (const { target, reached, met } of verdicts) {
		console.log(`${met ? "met    " : "not met"}  ${target}: ${reached}`);
	}
}

function readOptions(): {
	readonly rounds: number;
	readonly seconds: number;
	readonly only: string | undefined;
	/** The command of another build. */
	readonly base: string | undefined;
} {
	const { values } = parseArgs({
		options: {
			rounds: { type: "string", default: "9" },
			seconds: { type: "string", default: "2" },
			only: { type: "string" },
			base: { type: "string" },
		},
	});
	const rounds = Number(values.rounds);
	const seconds = Number(values.seconds);
	const known = values.only === undefined || values.only in SCENARIOS;
	const base = values.base && resolve(values.base, "dist/cli/main.js");
	const isThere = base === undefined || existsSync(base);
	if (!isThere) console.error(`there is no ${base}`);
	if (
		!isThere ||
		!Number.isInteger(rounds) ||
		rounds < 1 ||
		!(seconds > 0) ||
		!known
	) {
		console.error(USAGE);
		process.exit(2);
	}
	return { rounds, seconds, only: values.only, base };
}
