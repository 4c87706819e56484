import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { toShown } from "../../finding/shown-path.ts";
import { type DiffLine, diffLines } from "../../frame/diff.ts";
import { hideSecrets } from "../../frame/hide.ts";
import type { AdminOperation } from "../operation.ts";
import type { DriftState, ServingFiles } from "../router.ts";
import { about, COUNT, listOf, objectOf, TEXT, TIME } from "./schemas.ts";

/** The configuration as it was read, and as it is on disk and at the platform. */
export const CONFIGURATION: readonly AdminOperation[] = [
	{
		id: "getConfiguration",
		method: "GET",
		path: "/configuration",
		tag: "configuration",
		scope: "read",
		summary:
			"Returns the files of the configuration that serves, and what differs on disk.",
		description:
			"The texts are as they were read at `readAt`: variables are not expanded, and secrets are hidden. All files that the configuration was read from are compared, such as plugins and schemas too, and those of the configuration line by line.",
		query: {
			type: "object",
			properties: {
				texts: about("False leaves the texts of the files out.", {
					type: "boolean",
					default: true,
				}),
			},
		},
		answers: {
			200: {
				description: "The files.",
				schema: objectOf({
					readAt: TIME,
					files: about(
						"routes.yaml first, and then what it includes.",
						listOf(objectOf({ path: TEXT, text: TEXT }, ["text"])),
					),
					changes: listOf(
						objectOf(
							{
								path: TEXT,
								what: { enum: ["changed", "created", "removed", "emptied"] },
								diff: about(
									"Only for files of the configuration. Empty if only hidden values differ.",
									listOf(diffLine()),
								),
							},
							["diff"],
						),
					),
					diskVersion: about(
						"Changes with every change on disk. Empty while nothing differs.",
						TEXT,
					),
					restart: about(
						"Keys whose value takes effect at the next start.",
						listOf(TEXT),
					),
				}),
			},
		},
		async handle({ router, query: { texts } }) {
			const { folder } = router.settings();
			const hasTexts = texts !== false;
			return {
				body: await describeFiles(await router.files(), folder, hasTexts),
			};
		},
	},
	{
		id: "getDrift",
		method: "GET",
		path: "/drift",
		tag: "configuration",
		scope: "read",
		summary:
			"Returns what the latest look for drift at the platform has found.",
		description:
			"The router looks in the interval of `platform.drift`. This request causes no look.",
		answers: {
			200: {
				description: "The result.",
				schema: objectOf(
					{
						state: {
							enum: [
								"off",
								"pending",
								"elsewhere",
								"same",
								"drifted",
								"failed",
							],
							description:
								"`off` without `platform.drift`, `pending` before the first look, `elsewhere` if another router of the inbox looks.",
						},
						everyMs: about("The interval. Absent if nobody looks.", COUNT),
						at: about("The time of the look.", TIME),
						differences: listOf(
							objectOf(
								{
									account: TEXT,
									what: about("The setting, or the code of a problem.", TEXT),
									text: about("A sentence.", TEXT),
								},
								["account"],
							),
						),
						reason: about("Why the look failed.", TEXT),
					},
					["everyMs", "at", "differences", "reason"],
				),
			},
		},
		handle: ({ router }) => ({ body: router.drift() satisfies DriftState }),
	},
];

// --- helpers ---

function diffLine() {
	return objectOf(
		{
			sort: {
				enum: ["same", "removed", "added", "gap"],
				description: "`gap` stands for equal lines that are left out.",
			},
			text: TEXT,
			before: about("The number of the line as it serves.", COUNT),
			after: about("The number of the line on disk.", COUNT),
		},
		["before", "after"],
	);
}

async function describeFiles(
	{ readAt, texts, changes, restart }: ServingFiles,
	folder: string,
	hasTexts: boolean,
) {
	const version = createHash("sha256");
	const described: object[] = [];
	for (const { file, what } of changes) {
		version.update(JSON.stringify([file, what, await stampOf(file)]));
		const path = toShown(folder, file);
		const before = texts.get(file);
		if (before === undefined) described.push({ path, what });
		else described.push({ path, what, diff: await compare(before, file) });
	}
	return {
		readAt,
		files: [...texts].map(([file, text]) => ({
			path: toShown(folder, file),
			...(hasTexts && { text: hideSecrets(text, file) }),
		})),
		changes: described,
		diskVersion: changes.length === 0 ? "" : version.digest("base64url"),
		restart,
	};
}

async function compare(
	before: string,
	file: string,
): Promise<readonly DiffLine[]> {
	// A file that is gone is as good as an empty one.
	const now = await readFile(file, "utf8").catch(() => "");
	return diffLines(hideSecrets(before, file), hideSecrets(now, file));
}

/** Returns a text that changes with the file. */
async function stampOf(file: string): Promise<string> {
	const found = await stat(file).catch(() => undefined);
	return found === undefined ? "" : `${found.size} ${found.mtimeMs}`;
}
