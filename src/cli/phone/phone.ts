import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { describeReadError } from "../../config/read/expand.ts";
import { isRecord } from "../../event/is-record.ts";
import { toShown } from "../../finding/shown-path.ts";
import type { Line } from "../../phone/line.ts";
import { describeEntry } from "../../phone/script/describe.ts";
import { readScript } from "../../phone/script/read.ts";
import { runScript, type ScriptProblem } from "../../phone/script/run.ts";
import type { CallScript } from "../../phone/script/script.ts";
import { createScriptTime } from "../../phone/script/time.ts";
import { createSession, type Session } from "../../phone/session.ts";
import { createSwitchboard } from "../../phone/switchboard.ts";
import { describeProblem } from "../../testing/report/text.ts";
import { TestClock } from "../../testing/world/clock.ts";
import { findAdmin } from "../admin/client.ts";
import { adminFileOf, readAdminFile } from "../admin/file.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import { controlSocketOf } from "../control.ts";
import { CannotRun, type Io, writeJson, writeLines } from "../io.ts";
import { loadUsable, writeFindings } from "../load.ts";
import { createRouterLine } from "../request/router-line.ts";
import { toControl } from "../request/transmit.ts";

/** Creates `switchhook phone`, which plays the platform against the running router. Exit code 1 if a scenario differs. */
export function phoneCommand(io: Io): Command {
	const command = createCommand(
		"phone",
		"Calls and writes to the running router as a person with a phone, without an account or a number. With --script it plays a scenario and prints what was heard; without, it prints the address of the phone in the page.",
		[
			"phone",
			"phone --script calls/menu.yaml",
			"phone --script calls/menu.yaml --json",
		],
	).summary("Calls and writes to the running router as a person with a phone.");
	return withConfig(command)
		.option("--script <file>", "play this scenario")
		.option("--json", "print what happened as JSON")
		.action((options: PhoneOptions) => phone(io, options));
}

// --- helpers ---

interface PhoneOptions extends ConfigOptions {
	readonly script?: string;
	readonly json?: true;
}

async function phone(io: Io, options: PhoneOptions): Promise<void> {
	const { script: file } = options;
	if (file === undefined) {
		await printAddress(io, options);
		return;
	}
	const script = await readScenario(io, file);
	if (script === undefined) return;
	const usable = await loadUsable(io, options);
	const socket = controlSocketOf(usable.settings);
	// Without a router nothing can be played.
	await (await toControl(socket)).release();
	const served = await askRouter(socket);
	const { runtime, settings, unset } = usable;
	const line = watchLine(
		createRouterLine({
			...{ socket, unset, settings: () => settings, runtime: () => runtime },
		}),
	);
	const board = createSwitchboard({
		runtime: () => ({
			routes: runtime.routes,
			table: runtime.table,
			publicUrl: () => served?.publicUrl ?? runtime.publicUrl(),
		}),
		addresses: () => served?.addresses ?? [],
	});
	const clock = new TestClock(Date.now());
	const session = createSession({ line, board, clock });
	const time = createScriptTime(
		clock,
		() => session.inFlight > 0,
		() => Promise.resolve(),
	);
	const stop = options.json ? () => {} : printAsItGoes(io, session);
	let problems: readonly ScriptProblem[];
	try {
		problems = await runScript(script, session, time);
	} finally {
		stop();
		session.close();
	}
	// A scenario that reached nobody was not played.
	if (line.failure !== undefined && !line.hasAnswered) throw line.failure;
	report(io, { script, session, problems, options });
	io.exit(problems.length === 0 ? 0 : 1);
}

async function readScenario(
	io: Io,
	file: string,
): Promise<CallScript | undefined> {
	const path = resolve(io.cwd, file);
	const text = await readFile(path, "utf8").catch((error: unknown) => {
		throw new CannotRun(`the file ${file} ${describeReadError(error)}`);
	});
	const { script, findings } = readScript(text, path, io.cwd);
	await writeFindings(io, "stderr", findings);
	if (script === undefined) io.exit(2);
	return script;
}

/** The addresses of the router that runs, which may differ from its configuration. Undefined without an admin listener. */
async function askRouter(
	socket: string,
): Promise<
	| { readonly publicUrl: string; readonly addresses: readonly string[] }
	| undefined
> {
	const admin = await findAdmin(socket);
	const answer = await admin?.call("GET", "/router");
	if (answer === undefined || !isRecord(answer.body)) return undefined;
	const { publicUrl, addresses } = answer.body;
	return {
		publicUrl: String(publicUrl),
		addresses: Array.isArray(addresses) ? addresses.map(String) : [],
	};
}

async function printAddress(io: Io, options: PhoneOptions): Promise<void> {
	const { settings } = await loadUsable(io, options);
	const socket = controlSocketOf(settings);
	const file = await readAdminFile(adminFileOf(socket));
	if (file === undefined || (await findAdmin(socket)) === undefined) {
		throw new CannotRun(
			"no router with a page is running with this configuration. Start one with `switchhook serve`, or play a scenario with --script.",
		);
	}
	writeLines(io.stdout, [`${file.url}/phone#token=${file.token}`]);
	if (io.isTTY)
		writeLines(io.stderr, ["Open this address to dial a number and to write."]);
}

/** A line that remembers whether anything was answered, and why not. */
interface WatchedLine extends Line {
	readonly hasAnswered: boolean;
	readonly failure: unknown;
}

function watchLine(line: Line): WatchedLine {
	let hasAnswered = false;
	let failure: unknown;
	return {
		get hasAnswered() {
			return hasAnswered;
		},
		get failure() {
			return failure;
		},
		async send(webhook) {
			try {
				const answer = await line.send(webhook);
				hasAnswered = true;
				return answer;
			} catch (error) {
				failure ??= error;
				throw error;
			}
		},
	};
}

/** Prints each entry when nothing more can change about it, in the order of its beginning. */
function printAsItGoes(io: Io, { journal }: Session): () => void {
	let printed = 0;
	const print = (isLast: boolean): void => {
		const entries = journal.since(0);
		const start = entries[0]?.at ?? 0;
		for (const entry of entries.slice(printed)) {
			const isOpen =
				(entry.what === "webhook" &&
					entry.answer === undefined &&
					entry.failure === undefined) ||
				(entry.what === "listens" && entry.end === undefined);
			if (isOpen && !isLast) return;
			printed++;
			writeLines(io.stdout, [describeEntry(entry, start)]);
		}
	};
	const stop = journal.watch(() => print(false));
	return () => {
		stop();
		print(true);
	};
}

interface Outcome {
	readonly script: CallScript;
	readonly session: Session;
	readonly problems: readonly ScriptProblem[];
	readonly options: PhoneOptions;
}

function report(io: Io, { script, session, problems, options }: Outcome): void {
	if (options.json) {
		writeJson(io.stdout, {
			name: script.name ?? null,
			passed: problems.length === 0,
			problems: problems.map(({ step, place, expected, got, at }) => ({
				...{ step: step ?? null, place, expected, got },
				...{ file: toShown(io.cwd, at.file), line: at.line, column: at.column },
			})),
			entries: session.journal.since(0),
		});
		return;
	}
	const style = {
		colors: io.isTTY && !io.env.NO_COLOR,
		show: (file: string) => toShown(io.cwd, file),
	};
	const name = script.name ?? options.script ?? "the scenario";
	if (problems.length === 0) {
		writeLines(io.stdout, ["", `✓ ${name}`]);
		return;
	}
	// The colors of the report are control characters, which `writeLines` would show.
	io.stdout.write(
		`\n✗ ${name}\n${problems
			.flatMap((problem) => describeProblem({ ...problem, more: [] }, style))
			.join("\n")}\n`,
	);
}
