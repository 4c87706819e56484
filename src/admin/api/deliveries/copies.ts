import { toCurl } from "../../../desk/curl.ts";
import { lookAt } from "../../../desk/look.ts";
import { explainDelivery } from "../../../desk/shown.ts";
import { toTest, toTestYaml } from "../../../desk/test-case.ts";
import type { AdminOperation, AdminRequest } from "../../operation.ts";
import { AdminProblem } from "../../problem.ts";
import { DELIVERY_EXPLANATION } from "../explanation.ts";
import { about, listOf, objectOf, TEXT } from "../schemas.ts";
import {
	expectDelivery,
	GONE,
	groundOf,
	REVEAL,
	revealIfAsked,
} from "./find.ts";

const REMOVED = {
	description: "It cannot be done, for example because the body was removed.",
};

/** Makes other things from a delivery: its explanation, a test, and a command of curl. */
export const COPIES: readonly AdminOperation[] = [
	{
		id: "explainDelivery",
		method: "GET",
		path: "/deliveries/:id/explanation",
		tag: "deliveries",
		scope: "read",
		summary: "Explains a delivery with the configuration that serves now.",
		description:
			"The verdict of every gate, and why each route of the path won or lost. The client, the claims and the verdict on the signature are those of its arrival.",
		query: { type: "object", properties: { reveal: REVEAL } },
		answers: {
			200: { description: "The explanation.", schema: DELIVERY_EXPLANATION },
			404: GONE,
			409: REMOVED,
		},
		async handle(request) {
			const detail = await expectDelivery(request);
			const ground = groundOf(request);
			const looked = lookAt(detail, ground.runtime);
			if (looked.explained === undefined)
				throw impossible("explained", looked.note ?? "its data is damaged");
			const isRevealed = revealIfAsked(request, detail);
			return { body: explainDelivery(detail, looked, ground, isRevealed) };
		},
	},
	{
		id: "saveDeliveryAsTest",
		method: "GET",
		path: "/deliveries/:id/test",
		tag: "deliveries",
		scope: "read",
		summary: "Writes a delivery as a test for `switchhook test`.",
		description:
			"Stand-ins replace personal data. Equal values get equal stand-ins. Like `switchhook inbox show --save`.",
		answers: {
			200: {
				description: "The file.",
				schema: objectOf({
					name: about("A name for the file.", TEXT),
					yaml: TEXT,
					kept: about(
						"The fields that are not replaced, because the choice of the route depends on them.",
						listOf(TEXT),
					),
				}),
			},
			404: GONE,
			409: REMOVED,
		},
		async handle(request) {
			const detail = await expectDelivery(request);
			const saved = toTest(detail, request.router.runtime().routes);
			if (typeof saved === "string") throw impossible("saved as a test", saved);
			const { route, id } = detail;
			return {
				body: {
					name: `${route.replace(/[^\w.-]/g, "-")}-${id.slice(0, 8)}.yaml`,
					yaml: toTestYaml(saved),
					kept: saved.kept,
				},
			};
		},
	},
	{
		id: "copyDeliveryAsCurl",
		method: "GET",
		path: "/deliveries/:id/curl",
		tag: "deliveries",
		scope: "read",
		summary: "Writes a delivery as a command of curl.",
		description:
			"Stand-ins replace personal data, unless `reveal` is set. The command has no signature.",
		query: { type: "object", properties: { reveal: REVEAL } },
		answers: {
			200: {
				description: "The command, for a POSIX shell.",
				schema: objectOf({
					command: TEXT,
					notes: about("What to know about it, in sentences.", listOf(TEXT)),
				}),
			},
			404: GONE,
			409: REMOVED,
		},
		async handle(request) {
			const detail = await expectDelivery(request);
			const isRevealed = revealIfAsked(request, detail);
			const { runtime } = groundOf(request);
			const curl = toCurl(
				detail,
				{
					routes: runtime.routes,
					publicUrl: runtime.publicUrl(),
					schemeOf: (name) => schemeOf(request, name),
				},
				isRevealed,
			);
			if (typeof curl === "string") throw impossible("copied", curl);
			return { body: curl };
		},
	},
];

// --- helpers ---

function impossible(what: string, why: string): AdminProblem {
	return new AdminProblem(
		"conflict",
		`The delivery cannot be ${what}: ${why}.`,
	);
}

/** Returns the signature scheme of a route. Undefined if it wants none. */
function schemeOf(
	{ router }: Pick<AdminRequest, "router">,
	name: string,
): string | undefined {
	const route = router.settings().routes.find((one) => one.name === name);
	const names = (route?.signature ?? []).map(({ scheme }) => scheme.name);
	return names.length === 0 || names.includes("none")
		? undefined
		: names.join(" or ");
}
