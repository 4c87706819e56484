import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { closeAll, serve } from "../handler/forward-tools.ts";
import { ask } from "../http/router.ts";
import { startFrom } from "./router.ts";

/** A kind's webhook, and the level of its route. */
interface Sample {
	readonly kind: string;
	readonly level: string;
	readonly payload: Readonly<Record<string, unknown>>;
}

const LEG = {
	uuid: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
	conversation_uuid: "CON-1",
	timestamp: "2024-01-01T10:00:00.000Z",
};
const CALL = { ...LEG, from: "447700900000", to: "447700900001" };

const callEvents = (kind: string, states: readonly string[]): Sample[] =>
	states.map((status) => ({
		kind,
		level: "app",
		payload: { ...CALL, status },
	}));

/** Whose answer the platform ignores: all of these are answered an empty 200. */
const IGNORED: readonly Sample[] = [
	...callEvents("voice.event", ["started", "ringing", "answered", "completed"]),
	...callEvents("ncco.connect", [
		"started",
		"ringing",
		"answered",
		"completed",
	]),
	{
		kind: "voice.transfer",
		level: "app",
		payload: {
			...LEG,
			conversation_uuid_from: "CON-1",
			conversation_uuid_to: "CON-2",
		},
	},
	{
		kind: "voice.error",
		level: "app",
		payload: { ...LEG, reason: "Syntax error in NCCO." },
	},
	{
		kind: "ncco.record",
		level: "ncco",
		payload: {
			...LEG,
			recording_url: "https://api.nexmo.com/v1/files/1",
			recording_uuid: LEG.uuid,
		},
	},
	{
		kind: "ncco.transcription",
		level: "ncco",
		payload: {
			conversation_uuid: "CON-1",
			recording_uuid: LEG.uuid,
			status: "transcribed",
			transcription_url: "https://api.nexmo.com/v1/files/1",
		},
	},
	{
		kind: "ncco.conversation",
		level: "ncco",
		payload: {
			...LEG,
			recording_url: "https://api.nexmo.com/v1/files/1",
			recording_uuid: LEG.uuid,
		},
	},
	{
		kind: "ncco.pay",
		level: "ncco",
		payload: { ...CALL, type: "payment", status: "success" },
	},
	{
		kind: "rtc.event",
		level: "app",
		payload: {
			type: "member:joined",
			application_id: LEG.uuid,
			timestamp: LEG.timestamp,
			conversation_id: "CON-1",
			body: {},
		},
	},
	{
		kind: "sms.inbound",
		level: "account",
		payload: {
			msisdn: "447700900001",
			to: "447700900000",
			messageId: "0A",
			text: "hi",
			type: "text",
			"message-timestamp": "2024-01-01 10:00:00",
		},
	},
];

/** Whose answer may be an NCCO. */
const OPTIONAL: readonly Sample[] = [
	...callEvents("voice.event", [
		"timeout",
		"failed",
		"rejected",
		"cancelled",
		"unanswered",
		"busy",
		"disconnected",
	]),
	...callEvents("ncco.connect", ["unanswered", "human", "machine"]),
	{
		kind: "ncco.input",
		level: "ncco",
		payload: {
			...LEG,
			speech: { results: [{ text: "hello", confidence: "0.9" }] },
		},
	},
	{
		kind: "ncco.notify",
		level: "ncco",
		payload: {
			payload: { app_node_id: "n1" },
			conversation_uuid: "CON-1",
			timestamp: LEG.timestamp,
		},
	},
];

/** Whose answer must be an NCCO. */
const REQUIRED: readonly Sample[] = [
	{ kind: "voice.answer", level: "app", payload: CALL },
	{
		kind: "voice.fallback-answer",
		level: "app",
		payload: {
			...CALL,
			reason: "Socket timeout.",
			original_request: { url: "https://a.example", type: "answer" },
		},
	},
];

const TALK = '[{"action":"talk","text":"Hi"}]';
const BROKEN = '[{"action":"tlak"}]';
const SORRY = '[{"action":"talk","text":"Sorry"}]';

/** What a handler may answer: as a plugin's expression, and as a service's content type and body. */
const SAID = {
	nothing: ["undefined", "text/plain", ""],
	OK: ['"OK"', "text/plain; charset=utf-8", "OK"],
	"an empty list": ["[]", "application/json", "[]"],
	"an object": ["({ ok: true })", "application/json", '{"ok":true}'],
	"an NCCO": [TALK, "text/plain", TALK],
	"an NCCO that is not valid": [BROKEN, "application/json", BROKEN],
} as const;
type Said = keyof typeof SAID;
const ALL = Object.keys(SAID) as Said[];

/** What is heard: the body where there is one. */
function heardOf(sample: Sample, said: Said): string {
	const isGone = said !== "an NCCO" && said !== "an NCCO that is not valid";
	if (IGNORED.includes(sample)) return "200";
	if (said === "an NCCO") return `200 ${TALK}`;
	return OPTIONAL.includes(sample) && isGone ? "200" : `200 ${SORRY}`;
}

describe("the reply to each kind", () => {
	afterEach(closeAll);

	for (const by of ["plugin", "forward"] as const)
		for (const said of ALL)
			it(`follows from the kind and its state where a ${by} answers ${said}`, async () => {
				const [value, type, body] = SAID[said];
				const service = await serve((response) => {
					response.writeHead(200, { "content-type": type }).end(body);
				});
				const samples = [...IGNORED, ...OPTIONAL, ...REQUIRED];
				const handler =
					by === "plugin"
						? "{ plugin: says }"
						: `{ forward: "${service.url}" }`;
				await withFolder(
					{
						"routes.yaml": routesFor(samples, handler),
						"plugins/says.js": `export default { name: "says", on: { "*": () => ${value} } };\n`,
					},
					async (folder) => {
						const router = await startFrom(folder);
						const heard: string[] = [];
						for (const [at, { payload }] of samples.entries()) {
							const answer = await ask(`${router.url}/${at}`, {
								method: "POST",
								headers: { "content-type": "application/json" },
								body: JSON.stringify(payload),
							});
							heard.push(`${answer.status} ${answer.body}`.trimEnd());
						}
						await router.close();
						const nameOf = ({ kind, payload: { status = "" } }: Sample) =>
							`${kind} ${status}`.trimEnd();
						expect(
							heard.map((one, at) => [nameOf(samples[at] as Sample), one]),
						).to.deep.equal(
							samples.map((one) => [nameOf(one), heardOf(one, said)]),
						);
					},
				);
			});

	it("is an empty 200 to what is ignored, however long a service goes on", async () => {
		const service = await serve((response) => {
			response.writeHead(200).end("x".repeat(3_000_000));
		});
		const samples = callEvents("voice.event", ["ringing", "busy"]);
		await withFolder(
			{ "routes.yaml": routesFor(samples, `{ forward: "${service.url}" }`) },
			async (folder) => {
				const router = await startFrom(folder);
				const heard: string[] = [];
				for (const [at, { payload }] of samples.entries())
					heard.push(
						(
							await ask(`${router.url}/${at}`, {
								method: "POST",
								headers: { "content-type": "application/json" },
								body: JSON.stringify(payload),
							})
						).body,
					);
				await router.close();
				expect(heard).to.deep.equal(["", SORRY]);
			},
		);
	});
});

// --- helpers ---

function routesFor(samples: readonly Sample[], handler: string): string {
	const entries = samples.map(
		({ kind, level }, at) =>
			`  - { name: r${at}, path: /${at}, kind: ${kind}, level: ${level}, methods: [POST], mode: reply, handler: ${handler} }\n`,
	);
	return `version: 1
defaults: { firewall: [loopback], signature: none, fallback: { ncco: ${SORRY} } }
inbox: { store: none }
routes:
${entries.join("")}`;
}
