import { join } from "node:path";
import { writeSite } from "../configs.ts";
import { probe } from "../probe.ts";
import type { Scenario } from "../scenario.ts";
import { atMost, formatSpread, type Spread, spreadOf } from "../table.ts";

/** What all kinds cost a start, and that a start compiles no more of them than its routes use. */
export const KINDS: Scenario = {
	title: "All kinds are loaded, and all their schemas compiled",
	async run({ router, rounds, folder }) {
		if (router === undefined) return [];
		const own: Timing[] = [];
		const checked: Timing[] = [];
		for (let round = 0; round <= rounds; round++) {
			const timing = await probe<Timing>("kinds", router, "time", "proven");
			const other = await probe<Timing>("kinds", router, "time");
			// The first round has the files read from the disk.
			if (round === 0) continue;
			own.push(timing);
			checked.push(other);
		}
		const names = own[0]?.kinds ?? [];
		const countOf = async (kinds: readonly string[]): Promise<number> => {
			const file = writeRoutes(join(folder, String(kinds.length)), kinds);
			const count = await probe<Count>("kinds", router, "count", file);
			if (count.errors.length === 0) return count.compiled;
			throw new Error(JSON.stringify(count.errors));
		};
		const few = await countOf(names.slice(0, 1));
		const one = (await countOf(names.slice(0, 2))) - few;
		const all = (await countOf(names)) - few;
		const spent = shareOf(own, "cpuMs");
		const rows: Readonly<Record<string, Spread>> = {
			"CPU time": spent,
			time: shareOf(own, "wallMs"),
			"CPU time, a user's own files": shareOf(checked, "cpuMs"),
			"time, a user's own files": shareOf(checked, "wallMs"),
		};
		console.log("  share of 400 ms, median (min-max)");
		for (const [what, spread] of Object.entries(rows))
			console.log(`  ${what.padEnd(32)}${formatSpread(spread)}`);
		console.log(
			`  (one more kind on a route: ${one} schema more; all ${names.length} on routes: ${all} more)`,
		);
		return [
			atMost("kinds: CPU to load and compile all, of 400 ms", spent, 1),
			atMost("kinds: schemas compiled for one more", spreadOf([one]), 1),
		];
	},
};

// --- helpers ---

interface Timing {
	readonly kinds: readonly string[];
	readonly wallMs: number;
	readonly cpuMs: number;
}

interface Count {
	readonly compiled: number;
	readonly errors: readonly unknown[];
}

const LIMIT_MS = 400;

function shareOf(
	timings: readonly Timing[],
	measure: "wallMs" | "cpuMs",
): Spread {
	return spreadOf(timings.map((timing) => timing[measure] / LIMIT_MS));
}

function writeRoutes(folder: string, kinds: readonly string[]): string {
	const routes = kinds.map((kind) => {
		// No request brings an event of the router itself.
		const path = kind.startsWith("router.") ? "" : `path: /${kind}, `;
		return `  - { name: ${kind}, ${path}kind: ${kind}, handler: { plugin: any } }`;
	});
	return writeSite(
		folder,
		`version: 1
defaults:
  signature: none
  firewall: [loopback]
routes:
${routes.join("\n")}
`,
	);
}
