import type { AdminOperation } from "../operation.ts";
import { about, COUNT, listOf, objectOf, TEXT, TIME } from "./schemas.ts";

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
				schema: objectOf({
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
				}),
			},
		},
		handle({ router }) {
			const facts = router.about();
			const runtime = router.runtime();
			return {
				body: {
					...facts,
					uptimeMs: Math.max(0, Date.now() - facts.startedAt),
					node: process.version,
					publicUrl: runtime.publicUrl(),
					file: router.settings().file,
					routes: runtime.routes.length,
				},
			};
		},
	},
];
