import type { Advice } from "../../platform/advice/advice.ts";
import { adviseFor } from "../../platform/advice/make.ts";
import { type PlanLine, sayReasons } from "../../platform/plan/render.ts";
import { toPlannedRoutes } from "../../platform/plan/routes.ts";
import type { ConfigOptions } from "../command.ts";
import { type Io, writeJson } from "../io.ts";
import { loadUsable } from "../load.ts";
import { writePlanLines } from "./show.ts";

/** Writes the parameters for requests or NCCOs so that the routes of that level are called. It makes no call, and needs no account. */
export async function writeAdvice(
	io: Io,
	options: ConfigOptions & { readonly json?: true },
	level: "request" | "ncco",
): Promise<void> {
	const { settings, runtime } = await loadUsable(io, options);
	const routes = toPlannedRoutes(settings, runtime.routes);
	const advice = adviseFor(level, routes);
	if (options.json) {
		writeJson(io.stdout, { version: 1, level, advice });
		return;
	}
	writePlanLines(
		io,
		advice.length === 0
			? [{ text: `No route is of level \`${level}\`.` }]
			: advice.flatMap(toLines),
	);
}

// --- helpers ---

function toLines({ title, because, notes, ncco, curl, code }: Advice) {
	const lines: PlanLine[] = [
		{ text: title, tone: "title" },
		{ text: `(${sayReasons(because)})`, tone: "quiet" },
		...notes.map((text) => ({ text })),
	];
	const parts = [
		ncco === undefined ? undefined : JSON.stringify(ncco, null, 2),
		curl,
		code,
	];
	for (const part of parts) {
		if (part === undefined) continue;
		lines.push({ text: "" });
		lines.push(...part.split("\n").map((text) => ({ text: `  ${text}` })));
	}
	return [...lines, { text: "" }];
}
