import type { AdminOperation, JsonSchema } from "../../operation.ts";
import { about, TEXT } from "../schemas.ts";
import {
	type ChangeType,
	change,
	DROP,
	REDACT,
	RELEASE,
	REPLAY,
} from "./change.ts";
import { COPIES } from "./copies.ts";
import { JOB_OPERATIONS } from "./jobs.ts";
import { LOOK } from "./look.ts";
import { CHANGE, CHOICE, HOW } from "./schemas.ts";

/** A change that is an operation for a selection, and one for a single delivery. */
interface ChangePair {
	readonly verb: "replay" | "release" | "drop" | "redact";
	readonly type: ChangeType;
	/** The summary begins with `Replays`, and ends with the object. */
	readonly does: string;
	readonly description: string;
	/** Further properties of the body. */
	readonly properties?: Readonly<Record<string, JsonSchema>>;
}

const PAIRS: readonly ChangePair[] = [
	{
		verb: "replay",
		type: REPLAY,
		does: "Replays",
		description:
			"Dead and delivered ones are handled again. With `to`, a copy is sent to that URL instead, and no state changes: this needs the scope `reveal` too. With `set` or `payload`, a new event with another payload is made, which passes the gates after the signature. A filter without `state` chooses dead ones.",
		properties: {
			to: about("Sends a copy to this URL, as a `forward` would.", TEXT),
			set: about("Fields of the new event's payload, by their paths.", {
				type: "object",
			}),
			payload: about("The new event's payload.", { type: "object" }),
		},
	},
	{
		verb: "release",
		type: RELEASE,
		does: "Releases",
		description:
			"Quarantined ones pass the gates after the one that doubted them, and go to their handlers.",
		properties: {
			unsigned: about(
				"Also those that the firewall doubted and whose signature was not proved either.",
				{ type: "boolean" },
			),
		},
	},
	{
		verb: "drop",
		type: DROP,
		does: "Drops",
		description:
			"They are removed for good, except those that a handler is working on. A filter must have `state`. Only the id, the route, the time, the actor and the reason of the latest 10,000 stay.",
	},
	{
		verb: "redact",
		type: REDACT,
		does: "Redacts",
		description:
			"What the webhooks contained is removed for good: bodies, paths, headers, keys, answers, and the texts of failures. With the filter `number` also the entries of plugin state that contain it. A filter without `state` chooses delivered, dead and quarantined ones. Others end as dead.",
	},
];

/** The operations on stored deliveries, and on the jobs that change many of them. */
export const DELIVERIES: readonly AdminOperation[] = [
	...LOOK,
	...COPIES,
	...PAIRS.flatMap(toOperations),
	...JOB_OPERATIONS,
];

// --- helpers ---

function toOperations({
	verb,
	type,
	does,
	description,
	properties = {},
}: ChangePair): readonly AdminOperation[] {
	const answers = {
		200: { description: "It is done.", schema: CHANGE },
		202: {
			description: "A job runs. Its progress is at the `Location`.",
			schema: CHANGE,
		},
	};
	const common = {
		method: "POST",
		tag: "deliveries",
		scope: "operate",
		description,
		answers,
	} as const;
	return [
		{
			...common,
			id: `${verb}Deliveries`,
			path: `/deliveries/${verb}`,
			summary: `${does} the chosen deliveries, oldest first.`,
			body: {
				type: "object",
				properties: { ...CHOICE, ...HOW, ...properties },
				oneOf: [{ required: ["ids"] }, { required: ["filter"] }],
			},
			handle: (request) => change(request, type),
		},
		{
			...common,
			id: `${verb}Delivery`,
			path: `/deliveries/:id/${verb}`,
			summary: `${does} one delivery.`,
			body: { type: "object", properties: { ...HOW, ...properties } },
			handle: (request) => change(request, type),
		},
	];
}
