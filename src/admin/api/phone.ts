import { CannotDo, type PhoneAction } from "../../phone/action.ts";
import { CALLEE_ACTS } from "../../phone/call-context.ts";
import { FAULTS } from "../../phone/faults.ts";
import { CHANNELS, PART_ORDERS } from "../../phone/messages/names.ts";
import { awaitChange, type KeptSession } from "../../phone/phone.ts";
import type { AdminOperation, AdminRequest, JsonSchema } from "../operation.ts";
import { AdminProblem } from "../problem.ts";
import { about, COUNT, listOf, objectOf, TEXT, TIME } from "./schemas.ts";

/** The phone: calls and messages that are played against this router, without an account or a number. */
export const PHONE: readonly AdminOperation[] = [
	{
		...operation("getPhone", "GET", "/phone"),
		summary:
			"Lists the routes that can be called or written to, and the sessions.",
		answers: {
			200: {
				description: "The routes and the sessions, the newest first.",
				schema: objectOf({
					dialable: listOf(dialableSchema()),
					sessions: listOf(
						objectOf({
							id: TEXT,
							startedAt: TIME,
							isActive: { type: "boolean" },
							legs: listOf(legSchema()),
						}),
					),
				}),
			},
		},
		handle: ({ router: { phone } }) => ({
			body: {
				dialable: phone.dialable(),
				sessions: phone.list().map(({ id, startedAt, session }) => {
					const { isActive, legs } = session.view();
					return { id, startedAt, isActive, legs };
				}),
			},
		}),
	},
	{
		...operation("beginPhoneSession", "POST", "/phone/sessions"),
		summary: "Begins a session of the phone, with its first action.",
		description:
			"A session is a person with a phone: calls that can meet in a conversation, and messages. Every webhook goes to this router's own port through all gates, signed if its route wants a signature. The 20 newest sessions are kept.",
		body: actionSchema(),
		answers: {
			201: { description: "The session.", schema: sessionSchema() },
		},
		async handle(request) {
			const { phone } = request.router;
			const kept = await phone.begin();
			try {
				act(kept, request);
			} catch (error) {
				phone.end(kept.id);
				throw error;
			}
			return { status: 201, body: toBody(kept, 0) };
		},
	},
	{
		...operation("getPhoneSession", "GET", "/phone/sessions/:id"),
		summary:
			"Returns a session of the phone, and what changed after a version.",
		description:
			"With `wait` the answer comes when something has changed, so a client that asks again at once sees everything without delay. The entries contain the answers of the application as they are, so they are empty without the scope `operate`.",
		query: {
			type: "object",
			properties: {
				after: about("The version that the client has.", {
					...COUNT,
					default: 0,
				}),
				wait: about("Seconds to wait for a change.", {
					type: "integer",
					minimum: 0,
					maximum: 25,
					default: 0,
				}),
			},
		},
		answers: {
			200: { description: "The session.", schema: sessionSchema() },
		},
		async handle(request) {
			const kept = findSession(request);
			const { after = 0, wait = 0 } = request.query as {
				readonly after?: number;
				readonly wait?: number;
			};
			const { signal } = request;
			await awaitChange(kept.session, after, { ms: wait * 1000, signal });
			const body = toBody(kept, after);
			const isAllowed = request.scopes.has("operate");
			return { body: isAllowed ? body : { ...body, entries: [] } };
		},
	},
	{
		...operation("actOnPhone", "POST", "/phone/sessions/:id/actions"),
		summary:
			"Does something with the phone: dials, presses keys, speaks, hangs up, writes.",
		description:
			"The action `dial` calls with `from`, `to` and `answer` (a route or a path). `press` needs `keys`, `say` and `message` need `text`. `callee` decides what the second party of `connect` does, in `does`. `fault` makes the next webhook that fits fail on purpose. `receipt` needs `status`. `leg` names a party, and the default is the only one that can. A conflict says why something is not possible now.",
		body: actionSchema(),
		answers: {
			200: { description: "The session.", schema: sessionSchema() },
		},
		handle(request) {
			const kept = findSession(request);
			const { version } = kept.session.journal;
			act(kept, request);
			return { body: toBody(kept, version) };
		},
	},
	{
		...operation("endPhoneSession", "DELETE", "/phone/sessions/:id"),
		summary: "Ends a session of the phone, without another webhook.",
		answers: {
			200: { description: "It has ended.", schema: objectOf({ id: TEXT }) },
		},
		handle(request) {
			const { id } = findSession(request);
			request.router.phone.end(id);
			return { body: { id } };
		},
	},
];

// --- helpers ---

function operation<Id extends string, Method extends AdminOperation["method"]>(
	id: Id,
	method: Method,
	path: string,
) {
	const scope = method === "GET" ? "read" : "operate";
	return { id, method, path, tag: "phone", scope, needsRouter: true } as const;
}

function findSession({ router, params }: AdminRequest): KeptSession {
	const found = router.phone.find(params.id ?? "");
	if (found !== undefined) return found;
	throw new AdminProblem(
		"not-found",
		"The phone has no such session. It keeps the 20 newest until the router stops.",
	);
}

/** The fields without which an action means nothing. */
const NEEDS: Readonly<Record<string, string>> = {
	press: "keys",
	say: "text",
	message: "text",
	callee: "does",
	fault: "fault",
	receipt: "status",
};

function act({ id, session }: KeptSession, request: AdminRequest): void {
	const action = request.body as PhoneAction;
	const needed = NEEDS[action.do];
	if (needed !== undefined && !(needed in action)) {
		throw new AdminProblem(
			"bad-request",
			`The action \`${action.do}\` needs \`${needed}\`.`,
		);
	}
	try {
		session.act(action);
	} catch (error) {
		if (!(error instanceof CannotDo)) throw error;
		throw new AdminProblem("conflict", error.message);
	}
	const { router, actor } = request;
	if (LOGGED.has(action.do))
		router.log.info(
			{ actor, session: id, action: action.do },
			"the phone was used through the admin API",
		);
}

/** The actions that send webhooks of their own accord. */
const LOGGED: ReadonlySet<string> = new Set(["dial", "message", "receipt"]);

function toBody({ id, startedAt, session }: KeptSession, after: number) {
	return {
		id,
		startedAt,
		...session.view(),
		entries: session.journal.since(after),
	};
}

function legSchema(): JsonSchema {
	const flag = { type: "boolean" };
	return objectOf({
		name: about("Unique in its session, such as `caller`.", TEXT),
		uuid: TEXT,
		direction: { enum: ["inbound", "outbound"] },
		from: TEXT,
		to: TEXT,
		endpointType: TEXT,
		conversationUuid: TEXT,
		status: about("The latest status of the platform.", TEXT),
		isOver: flag,
		isRinging: about("True if `callee` decides what happens.", flag),
		takesKeys: flag,
		takesSpeech: flag,
		isMuted: flag,
		isHeld: flag,
	});
}

function sessionSchema(): JsonSchema {
	return objectOf({
		id: TEXT,
		startedAt: TIME,
		version: about("Rises with each change.", COUNT),
		isActive: about("True while a call or a webhook is on the way.", {
			type: "boolean",
		}),
		legs: listOf(legSchema()),
		rooms: about(
			"The conversations with somebody in them.",
			listOf(
				objectOf({
					name: TEXT,
					hasStarted: { type: "boolean" },
					members: listOf(TEXT),
				}),
			),
		),
		faults: about("The faults that wait for their webhook.", listOf(TEXT)),
		entries: about(
			"What happened or changed after the version: webhooks with their answers, what a leg hears, keys and states.",
			listOf({
				type: "object",
				required: ["what", "id", "version", "at"],
				properties: {
					what: about("The sort of entry, such as `webhook`.", TEXT),
					id: about("Unique in the session. A changed entry keeps it.", COUNT),
					version: COUNT,
					at: TIME,
				},
			}),
		),
	});
}

function dialableSchema(): JsonSchema {
	return objectOf({
		route: TEXT,
		kind: TEXT,
		path: TEXT,
		level: TEXT,
		numbers: about("The numbers that it is for. Empty for any.", listOf(TEXT)),
	});
}

function actionSchema(): JsonSchema {
	const number = { type: "string", minLength: 1, maxLength: 100 };
	return {
		type: "object",
		additionalProperties: false,
		required: ["do"],
		properties: {
			do: {
				enum: [
					...["dial", "press", "say", "hangUp", "skip", "callee"],
					...["mute", "unmute", "hold", "unhold"],
					...["fault", "message", "receipt"],
				],
			},
			leg: about("The party.", number),
			from: about("The number of the person.", number),
			to: about("The number of the application.", number),
			answer: about("The route or the path of the answer URL.", {
				type: "string",
				minLength: 1,
			}),
			keys: { type: "string", pattern: "^[0-9*#]{1,64}$" },
			text: { type: "string", minLength: 1, maxLength: 5000 },
			does: { enum: CALLEE_ACTS },
			fault: { enum: FAULTS },
			kind: about("The kind of webhook that the fault hits.", TEXT),
			label: about("The label of the webhook that the fault hits.", TEXT),
			ms: about("Milliseconds of `late` and `slow`.", {
				type: "integer",
				minimum: 0,
				maximum: 600_000,
			}),
			channel: { enum: CHANNELS },
			api: { enum: ["sms", "messages"] },
			order: about("The order of the parts of a long text.", {
				enum: PART_ORDERS,
			}),
			status: TEXT,
			message: about("The id of the message of a receipt.", TEXT),
		},
	};
}
