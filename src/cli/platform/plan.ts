import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { isEmpty } from "../../platform/plan/plan.ts";
import { renderPlan } from "../../platform/plan/render.ts";
import { createCommand } from "../command.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { writeAdvice } from "./advise.ts";
import { type PlanOptions, withPlanning, withPlatform } from "./ground.ts";
import { writePlanLines } from "./show.ts";

/** Creates `switchhook platform plan`, which shows what `apply` would write. Exit code 1 for differences or problems. */
export function planCommand(io: Io): Command {
	const command = createCommand(
		"plan",
		"Compares the routes with the platform and shows what `apply` would write. Writes nothing. Exit code 0: nothing to do; 1: differences or problems; 2: it could not run.",
		[
			"platform plan",
			"platform plan --out plan.json",
			"platform plan --for request",
		],
	).summary("Shows what `apply` would write.");
	return withPlanning(command)
		.option("--json", "print the plan as JSON")
		.option("--out <file>", "also write the plan to a file, for `apply --plan`")
		.addOption(
			new Option(
				"--for <level>",
				"show what to put into requests or NCCOs instead; calls nothing",
			).choices(["request", "ncco"]),
		)
		.action((options: Options) => show(io, options));
}

// --- helpers ---

interface Options extends PlanOptions {
	readonly json?: true;
	readonly out?: string;
	readonly for?: "request" | "ncco";
}

async function show(io: Io, options: Options): Promise<void> {
	const { json, out } = options;
	if (options.for !== undefined) {
		await writeAdvice(io, options, options.for);
		return;
	}
	await withPlatform(io, options, async (ground) => {
		const plan = ground.plan(await ground.read(), options);
		if (out !== undefined) await writeOut(io, out, plan);
		if (json) writeJson(io.stdout, plan);
		else writePlanLines(io, renderPlan(plan));
		if (out !== undefined && !json) {
			writeLines(io.stdout, [
				`Written to ${out}. Apply exactly this by \`switchhook platform apply --plan ${out}\`.`,
			]);
		}
		io.exit(isEmpty(plan) ? 0 : 1);
	});
}

async function writeOut(
	{ cwd }: Pick<Io, "cwd">,
	out: string,
	plan: unknown,
): Promise<void> {
	try {
		await writeFile(resolve(cwd, out), `${JSON.stringify(plan, null, 2)}\n`, {
			mode: 0o600,
		});
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new CannotRun(`${out} cannot be written (${code}).`);
	}
}
