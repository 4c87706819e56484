import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { applyPlan, probedUrls } from "../../platform/apply/apply.ts";
import { cutRun, openTunnel, type Run } from "../../platform/apply/journal.ts";
import { takeLock } from "../../platform/apply/lock.ts";
import { probeRouter } from "../../platform/apply/probe.ts";
import { PlatformRace } from "../../platform/apply/write.ts";
import { PlatformFault } from "../../platform/fault.ts";
import type { Plan } from "../../platform/plan/plan.ts";
import {
	findDifferent,
	presentOf,
	renewPlan,
} from "../../platform/plan/present.ts";
import { readPlan } from "../../platform/plan/read-plan.ts";
import { renderPlan } from "../../platform/plan/render.ts";
import { createCommand } from "../command.ts";
import { plural } from "../findings/show.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { createProgress } from "../terminal.ts";
import { createAsker } from "./ask-router.ts";
import { confirm } from "./confirm.ts";
import {
	type PlanOptions,
	type PlatformGround,
	withPlanning,
	withPlatform,
} from "./ground.ts";
import { writePlanLines } from "./show.ts";
import { undo } from "./undo.ts";

/** Creates `switchhook platform apply`, which writes the changes of the plan. */
export function applyCommand(io: Io): Command {
	const command = createCommand(
		"apply",
		"Writes to the platform what `plan` shows, and nothing else. Asks first. Exit code 0: all of it is written; 1: something differs or blocks; 2: it could not run.",
		[
			"platform apply",
			"platform apply --plan plan.json --yes",
			"platform apply --undo",
		],
	).summary("Writes what `plan` shows.");
	return withPlanning(command)
		.option("--plan <file>", "apply exactly this plan, or nothing")
		.option("--undo", "take back what the last run wrote")
		.option("-y, --yes", "do it without asking")
		.action((options: Options) => apply(io, options));
}

// --- helpers ---

interface Options extends PlanOptions {
	readonly plan?: string;
	readonly undo?: true;
	readonly yes?: true;
}

async function apply(io: Io, options: Options): Promise<void> {
	refuseTogether(options);
	const signal = io.interrupted?.();
	await withPlatform(
		io,
		options,
		async (ground) => {
			const lock = await takeLock(join(ground.folder, "platform.lock"));
			if (typeof lock === "number") {
				throw new CannotRun(
					`Another \`switchhook platform\` command writes with this configuration (process ${lock}). Wait for it, then make a new plan. Nothing was written.`,
				);
			}
			try {
				if (options.undo) await undo(io, ground, options);
				else await run(io, ground, options);
			} finally {
				await lock.release();
			}
		},
		signal,
	);
}

function refuseTogether({ undo, plan, prune, enable }: Options): void {
	const others = Object.entries({ plan, prune, enable })
		.filter(([, value]) => value !== undefined)
		.map(([name]) => `--${name}`);
	if (undo && others.length > 0) {
		throw new CannotRun(`--undo takes no ${others.join(" and no ")}.`);
	}
	if (plan !== undefined && others.length > 1) {
		throw new CannotRun(
			"--plan has all that is written: give --prune and --enable to `plan`.",
		);
	}
}

async function run(
	io: Io,
	ground: PlatformGround,
	options: Options,
): Promise<void> {
	const cut = cutRun(ground.journal);
	if (cut !== undefined) writeLines(io.stderr, [sayCut(cut), ""]);
	const left = openTunnel(ground.journal);
	if (left !== undefined) {
		throw new CannotRun(
			`The tunnel ${left.tunnel} of ${left.at} is not put back. Run \`switchhook platform tunnel --restore\` first. Nothing was written.`,
		);
	}
	const plan = await choosePlan(io, ground, options);
	writePlanLines(io, renderPlan(plan));
	if (plan.problems.some(({ blocks }) => blocks)) {
		io.exit(1);
		return;
	}
	const total = plan.accounts.flatMap(({ objects }) => objects).length;
	if (total === 0) {
		io.exit(0);
		return;
	}
	const hosts = [...ground.platform.accounts.values()].map(
		({ hosts: { rest } }) => new URL(rest).host,
	);
	const question = `Write ${plural(total, "object")} at ${[...new Set(hosts)].join(", ")}`;
	if (!(await confirm(io, question, options))) return;
	await probeRouter(probedUrls(plan), {
		transport: ground.transport,
		askRouter: createAsker(ground.settings),
		publicUrl: ground.settings.server.publicUrl,
	});
	// An interrupted undo is started again, because there is nothing to continue.
	const continues = cut?.undoes === undefined ? cut?.id : undefined;
	const count = await write(io, ground, plan, continues, total);
	const different = findDifferent(plan, presentOf(await ground.read()));
	if (different.length > 0) {
		writeLines(io.stderr, [
			"The platform was read again, and differs from what was written:",
			...different.map((line) => `  ${line}`),
			"Somebody else writes too, or the platform did not take it. Make a new plan.",
		]);
		io.exit(1);
		return;
	}
	writeLines(io.stdout, [
		`${plural(count, "object")} written, and read again: all is as the plan says. \`switchhook platform apply --undo\` takes it back.`,
	]);
}

function sayCut({ at, writes, undoes }: Run): string {
	return undoes === undefined
		? `The run of ${at} was cut after ${plural(writes.length, "object")}. This run goes on with what is left; \`--undo\` takes both back.`
		: `The undo of ${at} did not take all back. \`apply --undo\` goes on with it.`;
}

/** Returns the plan of a file if the platform is unchanged since then, otherwise a new plan. Throws CannotRun. */
async function choosePlan(
	io: Io,
	ground: PlatformGround,
	options: Options,
): Promise<Plan> {
	const { plan: file } = options;
	if (file === undefined) return ground.plan(await ground.read(), options);
	const text = await readFile(resolve(io.cwd, file), "utf8").catch(
		(error: NodeJS.ErrnoException) => {
			throw new CannotRun(`${file} cannot be read (${error.code}).`);
		},
	);
	const read = readPlan(text);
	if (typeof read === "string") throw new CannotRun(`${file}: ${read}`);
	for (const { account } of read.accounts) {
		if (ground.platform.accounts.has(account)) continue;
		throw new CannotRun(
			`${file} is for an account ${account}, which \`platform\` does not have.`,
		);
	}
	const { plan, changed } = renewPlan(read, presentOf(await ground.read()));
	if (changed.length === 0) return plan;
	throw new CannotRun(
		[
			`${file} is out of date. Nothing was written.`,
			...changed.map((line) => `  ${line}`),
			"Make a new plan.",
		].join("\n"),
	);
}

/** Writes a plan with the journal. A failure reports the progress. */
async function write(
	io: Io,
	{ journal, session }: PlatformGround,
	plan: Plan,
	continues: string | undefined,
	total: number,
): Promise<number> {
	const open = await journal.begin({ continues }, Date.now());
	const progress = createProgress(io, "written", total);
	let written = 0;
	try {
		return await applyPlan(plan, {
			clients: session.clients,
			run: open,
			onWritten: (count) => {
				written = count;
				progress.at(count);
			},
		});
	} catch (error) {
		progress.end();
		const isKnown =
			error instanceof PlatformFault || error instanceof PlatformRace;
		const isAborted = (error as Error).name === "AbortError";
		if (!isKnown && !isAborted) throw error;
		throw new CannotRun(
			`${isAborted ? "The run was ended early." : (error as Error).message}\n${
				written === 0 && isKnown && error instanceof PlatformRace
					? "Nothing was written."
					: `${written} of ${plural(total, "object")} written. Run \`switchhook platform apply\` again to write the rest, or \`apply --undo\` to take it back.`
			}`,
		);
	} finally {
		progress.end();
		await open.close();
	}
}
