import type { AdminOperation } from "../operation.ts";
import { type AdminRouter, ROUTER_MODES } from "../router.ts";
import { about, COUNT, listOf, objectOf, TEXT, TIME } from "./schemas.ts";
import { SPOOL } from "./spool.ts";

/** The parts of the API that depend on what is behind the listener. */
const ABILITIES = ["deliveries", "send", "reload", "events", "counts"] as const;

/** Facts about the running router. */
export const ABOUT: readonly AdminOperation[] = [
	{
		id: "getRouter",
		method: "GET",
		path: "/router",
		tag: "router",
		scope: "read",
		summary:
			"Returns the version, the addresses and other facts of the router.",
		answers: {
			200: {
				description: "The facts.",
				schema: objectOf(
					{
						mode: {
							enum: ROUTER_MODES,
							description:
								"`inbox` for `switchhook inbox ui`, which shows an inbox without a router.",
						},
						abilities: about(
							"The parts that are available: `deliveries` with an inbox, the others with a running router.",
							listOf({ enum: ABILITIES }),
						),
						version: TEXT,
						startedAt: TIME,
						uptimeMs: COUNT,
						pid: COUNT,
						node: about("The version of Node.", TEXT),
						addresses: about("The addresses of webhooks.", listOf(TEXT)),
						publicUrl: TEXT,
						file: about("The file of the configuration.", TEXT),
						inbox: about("The store of events.", TEXT),
						routes: COUNT,
						workers: COUNT,
						spool: about(
							"The spool, which takes events while the database is away. Absent without one.",
							SPOOL,
						),
					},
					["spool"],
				),
			},
		},
		handle({ router }) {
			const { mode, ...facts } = router.about();
			const runtime = router.runtime();
			return {
				body: {
					mode,
					abilities: abilitiesOf(router),
					...facts,
					uptimeMs: Math.max(0, Date.now() - facts.startedAt),
					node: process.version,
					publicUrl: runtime.publicUrl(),
					file: router.settings().file,
					routes: runtime.routes.length,
					spool: router.store?.spool?.read(),
				},
			};
		},
	},
];

// --- helpers ---

function abilitiesOf({
	about: facts,
	store,
}: Pick<
	AdminRouter,
	"about" | "store"
>): readonly (typeof ABILITIES)[number][] {
	const ofRouter = ["send", "reload", "events", "counts"] as const;
	return [
		...(store === undefined ? [] : (["deliveries"] as const)),
		...(facts().mode === "router" ? ofRouter : []),
	];
}
