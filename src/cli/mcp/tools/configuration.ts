import { COUNT, FINDING, listOf } from "../../../admin/api/schemas.ts";
import { type Finding, formatFinding } from "../../../finding/finding.ts";
import { plural } from "../../findings/show.ts";
import type { McpTool } from "../tool.ts";
import {
	answerOf,
	argumentsOf,
	describeNext,
	PAGE_ARGUMENTS,
	pageOf,
	resultOf,
	toResult,
} from "./results.ts";

/** The configuration on disk, and its reload. */
export const CONFIGURATION: readonly McpTool[] = [
	{
		name: "check",
		title: "Check the configuration",
		description:
			"Checks routes.yaml and every file that it names, as they are on disk now. Returns each error, warning and note with file, line, column, what was expected, and what to write. Use it after each edit. Nothing is reloaded.",
		scope: "read",
		input: argumentsOf(PAGE_ARGUMENTS),
		output: resultOf(
			{
				errors: COUNT,
				warnings: COUNT,
				notes: COUNT,
				findings: listOf(FINDING),
				next: COUNT,
			},
			["next"],
		),
		async run(args, { call }) {
			const query = { of: "disk" };
			const { findings } = (await call("GET", "/findings", { query })) as {
				readonly findings: readonly Finding[];
			};
			const count = (severity: Finding["severity"]): number =>
				findings.filter((one) => one.severity === severity).length;
			const page = pageOf(findings, args);
			const counts = {
				errors: count("error"),
				warnings: count("warning"),
				notes: count("note"),
			};
			return toResult({ ...counts, findings: page.items, next: page.next }, [
				`${plural(counts.errors, "error")}, ${plural(counts.warnings, "warning")}, ${plural(counts.notes, "note")}.`,
				...page.items.map(formatFinding),
				...describeNext(page),
			]);
		},
	},
	{
		name: "reload",
		title: "Reload the configuration",
		description:
			"Lets the running router serve the configuration on disk. With an error the old one keeps serving, and the findings say why. Check first.",
		scope: "operate",
		input: argumentsOf({}),
		output: answerOf("reload"),
		async run(_, { call }) {
			const body = (await call("POST", "/reload")) as {
				readonly reload: ReloadAnswer;
			};
			const { outcome, routes, findings, restart, reason, ...names } =
				body.reload;
			const changes = (["added", "changed", "removed"] as const).map(
				(what) => `${names[what].length} ${what}`,
			);
			return toResult(body, [
				outcome === "reloaded"
					? `Reloaded: ${plural(routes, "route")} (${changes.join(", ")}).`
					: `Not reloaded (${outcome}). The old configuration keeps serving.`,
				...(reason === undefined ? [] : [reason]),
				...(restart.length === 0
					? []
					: [`Needs a restart to take effect: ${restart.join(", ")}.`]),
				...findings.slice(0, FINDINGS_SHOWN).map(formatFinding),
			]);
		},
	},
];

// --- helpers ---

const FINDINGS_SHOWN = 20;

interface ReloadAnswer {
	readonly outcome: string;
	readonly routes: number;
	readonly added: readonly string[];
	readonly changed: readonly string[];
	readonly removed: readonly string[];
	readonly restart: readonly string[];
	readonly findings: readonly Finding[];
	readonly reason?: string;
}
