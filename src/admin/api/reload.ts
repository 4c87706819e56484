import type { AdminOperation } from "../operation.ts";
import type { ReloadState } from "../router.ts";
import { toFinding } from "./findings.ts";
import {
	about,
	COUNT,
	FINDING,
	listOf,
	objectOf,
	TEXT,
	TIME,
} from "./schemas.ts";

/** Reloads the configuration, and tells how the latest reload ended. */
export const RELOAD: readonly AdminOperation[] = [
	{
		id: "getReload",
		method: "GET",
		path: "/reload",
		tag: "configuration",
		scope: "read",
		summary: "Returns the result of the latest reload.",
		answers: {
			200: {
				description: "The result, or null if there was none since the start.",
				schema: objectOf({ reload: { anyOf: [reload(), { type: "null" }] } }),
			},
		},
		handle({ router }) {
			const state = router.lastReload();
			const { folder } = router.settings();
			return { body: { reload: state ? toReload(state, folder) : null } };
		},
	},
	{
		id: "reload",
		method: "POST",
		path: "/reload",
		tag: "configuration",
		scope: "operate",
		needsRouter: true,
		summary: "Reloads the configuration.",
		description:
			"Everything new is built beside the old and then swapped. With an error the old configuration stays, and the findings say why.",
		answers: {
			200: {
				description: "The result, which may be that it was refused.",
				schema: objectOf({ reload: reload() }),
			},
		},
		async handle({ router, actor }) {
			router.log.info(
				{ actor },
				"a reload was requested through the admin API",
			);
			const state = await router.reload();
			return { body: { reload: toReload(state, router.settings().folder) } };
		},
	},
];

// --- helpers ---

function reload() {
	return objectOf(
		{
			outcome: {
				enum: ["reloaded", "refused", "failed"],
				description:
					"`refused` because of its findings, `failed` because it could not be read.",
			},
			at: TIME,
			ms: about("How long it took, in milliseconds.", { type: "number" }),
			routes: about("The number of routes that serve now.", COUNT),
			added: listOf(TEXT),
			changed: listOf(TEXT),
			removed: listOf(TEXT),
			restart: about(
				"Keys whose new value takes effect at the next start.",
				listOf(TEXT),
			),
			findings: listOf(FINDING),
			reason: TEXT,
		},
		["reason"],
	);
}

function toReload(state: ReloadState, folder: string) {
	return {
		...state,
		ms: Math.round(state.ms * 10) / 10,
		findings: state.findings.map((one) => toFinding(one, folder)),
	};
}
