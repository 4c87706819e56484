import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { Encoding, Level, Payload } from "../../src/event/webhook.ts";
import { loadSamples, type Sample, TWINS } from "../samples.ts";

/** A route of `routes.yaml` as it is written, with what its kind file brings. */
export interface SeedRoute {
	readonly name: string;
	readonly path: string;
	/** `any` for a webhook of one's own. */
	readonly kind: string;
	readonly level: Level;
	readonly methods: readonly string[];
	readonly contentTypes: readonly Encoding[];
	readonly match: Readonly<Record<string, string>>;
	/** A payload that the route's `match` fits. */
	readonly payload: Payload;
	/** A webhook as it was captured; undefined for kinds of which none is known. */
	readonly sample: Sample | undefined;
}

/** The routes, in the order of the file. */
export function readRoutes(): readonly SeedRoute[] {
	const file = parse(read("./routes.yaml")) as { routes: readonly Written[] };
	const samples = loadSamples().filter(
		({ valid, parserOnly }) => valid && parserOnly !== true,
	);
	return file.routes.map((route) => {
		const { name, path, kind = "any", level, match = {} } = route;
		if (kind === "any") {
			const payload = match;
			const [methods, contentTypes] = [["POST"], ["json", "form"] as const];
			const sample = undefined;
			const own = { kind, methods, contentTypes, payload, sample };
			return { name, path, level, match, ...own };
		}
		const { webhook, examples } = JSON.parse(
			read(`../../schemas/${kind}.json`),
		) as KindFile;
		// A kind whose body is another's has that one's samples too.
		const names = [kind, TWINS[kind]];
		return {
			...{ name, path, kind, level, match, ...webhook },
			payload: { ...examples[0], ...match },
			sample: samples.find((sample) => names.includes(sample.kind)),
		};
	});
}

// --- helpers ---

interface Written {
	readonly name: string;
	readonly path: string;
	readonly kind?: string;
	readonly level: Level;
	readonly match?: Readonly<Record<string, string>>;
}

interface KindFile {
	readonly webhook: Pick<SeedRoute, "methods" | "contentTypes">;
	readonly examples: readonly Payload[];
}

function read(name: string): string {
	return readFileSync(new URL(name, import.meta.url), "utf8");
}
