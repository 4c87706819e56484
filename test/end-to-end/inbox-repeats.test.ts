import { expect } from "chai";
import { ask } from "../http/router.ts";
import { withInboxFiles } from "./inbox-files.ts";
import type { InboxRouter } from "./inbox-router.ts";

const VIDEO = ["session", "archive", "sip", "render", "broadcast", "captions"];

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms.inbound, kind: sms.inbound, level: account }
  - { name: transfer, path: /voice.transfer, kind: voice.transfer, level: app }
  - { name: verify, path: /verify2.callback, kind: verify2.callback, level: app }
  - { name: vbc, path: /vis.event, kind: vis.event, level: request }
  - { name: own, path: /own, kind: vis.event, level: request, dedupe: headers.X-Event-Id }
${VIDEO.map(
	(
		name,
	) => `  - { name: ${name}, path: /video.${name}, kind: video.${name}, level: app }
  - { name: all-${name}, path: /video, kind: video.${name}, level: app }`,
).join("\n")}
`.replaceAll(/(level: \w+)/g, "$1, handler: { plugin: told }");

type Fields = Readonly<Record<string, unknown>>;

/** A webhook on its way: its payload, its headers, or the query of a GET. */
interface Sent {
	readonly body?: unknown;
	readonly query?: string;
	readonly headers?: Readonly<Record<string, string>>;
}

const archive = (status: string): Sent => ({
	body: {
		id: "b40ef09b-3811-4726-b508-e41a0f96c68f",
		event: "archive",
		createdAt: 1_384_221_380_000,
		duration: 0,
		sessionId: "2_MX40NzIwMzJ",
		size: 0,
		status,
		url: null,
	},
});

const session = (event: string, over: Fields): Sent => ({
	body: {
		sessionId: "2_MX4xMzExMjU3MX5",
		projectId: "123456",
		event,
		reason: "networkDisconnected",
		timestamp: 1_470_258_896_953,
		...over,
	},
});

const sip = (connectionId: string, over: Fields = {}): Sent => ({
	body: {
		sessionId: "2_MX4xMzExMjU3MX5",
		event: "callUpdated",
		state: "ON_HOLD",
		timestamp: 1_470_257_688_309,
		call: { id: "conference-1", connectionId },
		...over,
	},
});

const transfer = (from: string, to: string, minute: number): Sent => ({
	body: {
		conversation_uuid_from: `CON-${from}`,
		conversation_uuid_to: `CON-${to}`,
		uuid: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
		type: "transfer",
		timestamp: `2024-03-01T10:0${minute}:00.000Z`,
	},
});

const expired = (time: string): Sent => ({
	body: {
		request_id: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
		triggered_at: time,
		type: "event",
		channel: "sms",
		status: "expired",
		finalized_at: time,
	},
});

const broadcast = (status: string): Sent => ({
	body: {
		id: "1748b707-0a81-464c-9759-c46ad10d3734",
		event: "broadcast",
		sessionId: "2_MX4xMzExMjU3MX5",
		updatedAt: 1_437_676_551_000,
		status: "started",
		broadcastUrls: { rtmp: [{ id: "foo", status }] },
	},
});

const held = (attempt: number, id: string | undefined, metadata?: Fields) => ({
	body: { event: { id: "e1", state: "HELD", type: "CALL" }, metadata },
	headers: {
		"X-VON-Attempt": String(attempt),
		...(id === undefined ? {} : { "X-VON-Delivery-Id": id }),
	},
});

const FIRST = session("streamDestroyed", { stream: { id: "camera" } });
const HOLD = transfer("main", "hold", 0);
const EXPIRED = expired("2024-01-01T10:00:00.000Z");

const COURSES: readonly (readonly [
	title: string,
	path: string,
	sent: readonly Sent[],
	handled: number,
])[] = [
	[
		"an archive that pauses as often as nobody publishes",
		"/video.archive",
		["started", "paused", "started", "paused", "stopped"].map(archive),
		5,
	],
	[
		"two streams that end in one millisecond",
		"/video.session",
		[FIRST, session("streamDestroyed", { stream: { id: "screen" } }), FIRST],
		2,
	],
	[
		"a connection that ends with its stream, and another one",
		"/video.session",
		[
			FIRST,
			session("connectionDestroyed", { connection: { id: "one" } }),
			session("connectionDestroyed", { connection: { id: "two" } }),
			FIRST,
		],
		3,
	],
	[
		"two SIP calls of one conference, of which one is then active again",
		"/video.sip",
		[sip("a"), sip("b"), sip("a", { state: "ACTIVE" }), sip("a"), sip("b")],
		3,
	],
	[
		"a broadcast whose streams change",
		"/video.broadcast",
		["connecting", "live", "error", "live"].map(broadcast),
		4,
	],
	[
		"a leg that is put on hold twice",
		"/voice.transfer",
		[
			HOLD,
			transfer("hold", "main", 1),
			transfer("main", "hold", 5),
			transfer("hold", "main", 6),
			HOLD,
		],
		4,
	],
	[
		"a verification whose second step uses the channel of the first",
		"/verify2.callback",
		[EXPIRED, expired("2024-01-01T10:05:00.000Z"), EXPIRED],
		2,
	],
	[
		"tries of one delivery of VBC, told in headers and in the body",
		"/vis.event",
		[held(1, "d1"), held(2, "d1"), held(3, undefined, { deliveryId: "d1" })],
		1,
	],
	[
		"deliveries of VBC of one event, and one that has no id",
		"/vis.event",
		[held(1, "d1"), held(1, "d2"), held(1, undefined), held(2, undefined)],
		4,
	],
	[
		"webhooks by a header that the route names, and what has none",
		"/own",
		[
			{ body: { event: { a: 1 } }, headers: { "x-event-id": "1" } },
			{ body: { event: { a: 2 } }, headers: { "X-EVENT-ID": "1" } },
			{ body: { event: { a: 2 } }, headers: { "x-event-id": "2" } },
			{ body: { event: { a: 2 } } },
			{ body: { event: { a: 2 } } },
		],
		4,
	],
	[
		"the least that a gateway makes of an SMS, and the same again as JSON",
		"/sms.inbound",
		[
			{ query: "to=2020&msisdn=447700900001&text=Join&messageId=external1" },
			{ query: "text=Some&msisdn=123456789&to=123&messageId=1&type=text" },
			{
				query:
					"msisdn=1&to=2&messageId=h12&text=Hi&message_timestamp=2016-11-30+19%3A27%3A46",
			},
			{
				body: {
					to: "2020",
					msisdn: "447700900001",
					text: "Join",
					messageId: "external1",
				},
			},
		],
		3,
	],
];

describe("webhooks that are alike", () => {
	for (const [title, path, sent, handled] of COURSES) {
		it(`${title}: ${handled} of ${sent.length} are handled`, () =>
			withRouter(async (router) => {
				for (const one of sent) await send(router, path, one);
				const kept = await router.kept();
				expect(kept.map(({ state }) => state)).to.deep.equal(
					Array(handled).fill("received"),
				);
			}));
	}

	it("of all Video kinds are told apart on one URL", () =>
		withRouter(async (router) => {
			const failed = { id: "r1", sessionId: "9_MX", status: "failed" };
			const course: readonly (readonly [kind: string, sent: Sent])[] = [
				["video.session", FIRST],
				["video.archive", archive("failed")],
				["video.sip", sip("a", { event: "muteForced" })],
				["video.render", { body: { ...failed, reason: "Could not load URL" } }],
				["video.render", { body: { ...failed, status: "stopped" } }],
				["video.render", { body: { ...failed, streamId: "s" } }],
				["video.broadcast", broadcast("live")],
				["video.captions", { body: { captionId: "c", status: "started" } }],
			];
			for (const [, sent] of course) await send(router, "/video", sent);
			const kept = await router.kept();
			expect(kept.map(({ kind, state }) => [kind, state])).to.deep.equal(
				course.map(([kind]) => [kind, "received"]),
			);
		}));
});

// --- helpers ---

function withRouter(use: (router: InboxRouter) => Promise<void>) {
	return withInboxFiles(ROUTES, {}, async (start) =>
		use(await start({ isWorking: false })),
	);
}

async function send(
	{ url }: InboxRouter,
	path: string,
	{ body, query, headers = {} }: Sent,
): Promise<void> {
	const heard =
		query === undefined
			? await ask(url + path, {
					method: "POST",
					headers: { "content-type": "application/json", ...headers },
					body: JSON.stringify(body),
				})
			: await ask(`${url}${path}?${query}`);
	expect(heard.status).to.equal(200);
}
