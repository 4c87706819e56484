import type { Finding } from "../../finding/finding.ts";
import { toShown } from "../../finding/shown-path.ts";
import type { AdminOperation } from "../operation.ts";
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
		async handle({ router, query: { of } }) {
			const findings = of === "disk" ? await router.check() : router.findings();
			const { folder } = router.settings();
			return {
				body: { of, findings: findings.map((one) => toFinding(one, folder)) },
			};
		},
	},
];

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
