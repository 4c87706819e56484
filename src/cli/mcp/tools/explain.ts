import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { about, listOf, objectOf, TEXT } from "../../../admin/api/schemas.ts";
import type { JsonSchema } from "../../../admin/operation.ts";
import { explainCommand } from "../../commands/explain.ts";
import { CannotRun } from "../../io.ts";
import {
	type McpTool,
	type ToolArguments,
	type ToolGround,
	ToolProblem,
} from "../tool.ts";
import { argumentsOf, toResult } from "./results.ts";

const TEXTS: JsonSchema = { type: "object", additionalProperties: TEXT };

/** Explains a webhook with the configuration on disk, as `switchhook explain` does. */
export const EXPLAIN: readonly McpTool[] = [
	{
		name: "explain",
		title: "Explain a webhook",
		description:
			"Shows what would happen to a webhook, and why: the verdict of every gate, and why each route of the path won or lost. Uses the configuration on disk, so call it after an edit too. Name a `kind`, whose example is used, or give a `payload`. Nothing is sent, and no handler runs.",
		scope: "read",
		input: argumentsOf({
			kind: about("Such as `sms.inbound`.", TEXT),
			payload: about(
				"The payload instead of an example. Name the route or path in `to`, too.",
				{
					type: "object",
				},
			),
			to: about(
				"A route or a path. Default: the first route of the kind.",
				TEXT,
			),
			from: about(
				"The client's address. Default: one that the firewall admits.",
				TEXT,
			),
			set: about("Values by field path, for the example.", { type: "object" }),
			unset: about("Fields of the example to leave out.", listOf(TEXT)),
			params: about("Values of the `:name` segments of the path.", TEXTS),
			query: about("Parameters to add to the URL.", TEXTS),
			headers: about("Headers to add.", TEXTS),
		}),
		output: {
			...objectOf({
				route: about("The route that won.", { type: ["string", "null"] }),
				result: about("The end, in sentences.", TEXT),
			}),
			// The rest is that of `switchhook explain --json`.
			additionalProperties: true,
		},
		async run(args, ground) {
			if ((args.kind === undefined) === (args.payload === undefined))
				throw new ToolProblem('Name a "kind" or give a "payload".');
			const report = await explain(args, ground);
			return toResult({ ...report }, [
				report.result ?? "",
				...(report.verdicts ?? []).map(
					({ gate, verdict, detail }) => `${gate}: ${verdict}: ${detail}`,
				),
				...(report.candidates ?? []).map(
					({ route, won, why }) => `${won ? "won" : "lost"}: ${route}: ${why}`,
				),
			]);
		},
	},
];

// --- helpers ---

/** The parts of a report that are repeated as text. An internal kind has none of them. */
interface Report {
	readonly result?: string;
	readonly verdicts?: readonly {
		readonly gate: string;
		readonly verdict: string;
		readonly detail: string;
	}[];
	readonly candidates?: readonly {
		readonly route: string;
		readonly won: boolean;
		readonly why: string;
	}[];
}

async function explain(
	args: ToolArguments,
	{ io, config }: ToolGround,
): Promise<Report> {
	const folder = await mkdtemp(join(tmpdir(), "switchhook-"));
	let said = "";
	let told = "";
	try {
		const file = join(folder, "payload.json");
		if (args.payload !== undefined)
			await writeFile(file, JSON.stringify(args.payload), { mode: 0o600 });
		const command = explainCommand({
			...io,
			stdout: { write: (text) => (said += text) },
			stderr: { write: (text) => (told += text) },
			exit: () => {},
		});
		const words = [String(args.kind ?? file), ...toWords(args)];
		await command
			.exitOverride()
			.configureOutput({ writeErr: () => {} })
			.parseAsync([...words, "--config", config, "--json"], { from: "user" });
		const report = JSON.parse(said) as Report;
		return { route: null, result: "", ...report } as Report;
	} catch (error) {
		if (error instanceof CannotRun)
			throw new ToolProblem(`${told}${error.message}`.trim());
		// An option that cannot be read, such as a wrong name of a field.
		if (error instanceof Error && "exitCode" in error)
			throw new ToolProblem(error.message.replace(/^error: /, ""));
		throw error;
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Writes the arguments as those of the command. */
function toWords(args: ToolArguments): string[] {
	const pairs = (value: unknown): [string, unknown][] =>
		Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
	return [
		...(["to", "from"] as const).flatMap((name) =>
			args[name] === undefined ? [] : [`--${name}`, String(args[name])],
		),
		...pairs(args.set).flatMap(([field, value]) => [
			"--set",
			`${field}:=${JSON.stringify(value)}`,
		]),
		...((args.unset ?? []) as readonly string[]).flatMap((field) => [
			"--unset",
			field,
		]),
		...pairs(args.params).flatMap(([name, value]) => [
			"--param",
			`${name}=${String(value)}`,
		]),
		...pairs(args.query).flatMap(([name, value]) => [
			"--query",
			`${name}=${String(value)}`,
		]),
		...pairs(args.headers).flatMap(([name, value]) => [
			"--header",
			`${name}:${String(value)}`,
		]),
	];
}
