import type { Finding } from "../../finding/finding.ts";
import { toShown } from "../../finding/shown-path.ts";
import {
	drawFrame,
	type FrameLine,
	type FrameSource,
} from "../../frame/frame.ts";
import { findSecrets } from "../../frame/mask-secrets.ts";
import { readSources } from "../../frame/sources.ts";
import { memo } from "../../memo.ts";
import type { AdminOperation } from "../operation.ts";
import type { AdminRouter } from "../router.ts";
import { FINDING, listOf, objectOf } from "./schemas.ts";

/** The findings of the serving configuration, and of the one on disk. */
export const FINDINGS: readonly AdminOperation[] = [
	{
		id: "listFindings",
		method: "GET",
		path: "/findings",
		tag: "configuration",
		scope: "read",
		summary: "Lists the findings of the configuration.",
		description:
			"Those of the configuration that serves, or of the files as they are now. The files are checked like `switchhook check`, and nothing is reloaded.",
		query: {
			type: "object",
			properties: {
				of: {
					enum: ["serving", "disk"],
					default: "serving",
					description: "Which configuration.",
				},
				frames: {
					type: "boolean",
					default: false,
					description: "Adds the lines of the files.",
				},
			},
		},
		answers: {
			200: {
				description: "The findings, by file and line.",
				schema: objectOf({
					of: { enum: ["serving", "disk"] },
					findings: listOf(FINDING),
				}),
			},
		},
		async handle({ router, query: { of, frames } }) {
			const found = of === "disk" ? await router.check() : router.findings();
			const { folder } = router.settings();
			const draw =
				frames === true
					? await createFrames(found.slice(0, FRAMES_MAX), router, of)
					: undefined;
			const findings = found.map((one) => ({
				...toFinding(one, folder),
				frame: draw?.(one),
			}));
			return { body: { of, findings } };
		},
	},
];

const FRAMES_MAX = 50;
const FRAME_COLUMNS = 120;

/** Creates the function that draws the lines of findings: as they were read, or as they are on disk. */
async function createFrames(
	findings: readonly Finding[],
	router: AdminRouter,
	of: unknown,
): Promise<(finding: Finding) => readonly FrameLine[] | undefined> {
	const texts =
		of === "disk" ? await readSources(findings) : (await router.files()).texts;
	const sources = new Map<string, FrameSource>();
	const drawn = new Set(findings);
	return (finding) => {
		const { file } = finding;
		const text = texts.get(file);
		if (text === undefined || !drawn.has(finding)) return undefined;
		const source = memo(sources, file, () => ({
			text,
			secrets: findSecrets(text, file),
		}));
		return drawFrame(source, finding, FRAME_COLUMNS);
	};
}

/** Writes a finding with its path relative to the folder of the configuration. */
export function toFinding(
	{ severity, file, line, column, what, expected, todo }: Finding,
	folder: string,
) {
	return {
		severity,
		file: toShown(folder, file),
		line,
		column,
		what,
		...(expected !== undefined && { expected }),
		...(todo !== undefined && { todo }),
	};
}
