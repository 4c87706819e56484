import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { OutgoingRequest } from "../../src/gate/schemes/scheme.ts";
import { withFolder } from "../cli/cli.ts";
import type { Settings } from "../gate/schemes/signers.ts";
import { signRequest } from "../gate/schemes/signers.ts";
import { ask } from "../http/router.ts";
import { type FileRouter, startFrom } from "./router.ts";

const SECRET = "0f6b2c9a7d3e41588c5e90b1a2f4d6e8";
const OLD = "7e1d5c3b9a0f4286bd41c7e8f2a35960";
const KEY = Buffer.from(SECRET);
const APP = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab";

const ENV = { SECRET, OLD, WHSEC: `whsec_${KEY.toString("base64")}` };

const FILES = {
	"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0" }
signatures:
  sms: { scheme: vonage-sig, method: sha256, secret: ["\${SECRET}", "\${OLD}"] }
  jwt: { scheme: vonage-jwt, secrets: { abcd1234: ["\${SECRET}", "\${OLD}"] } }
  lax: { scheme: vonage-jwt, secrets: { abcd1234: "\${SECRET}" }, payloadHash: optional }
defaults: { firewall: loopback, signature: jwt, onInvalid: reject }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, signature: sms, handler: { plugin: collect } }
  - { name: status, path: /status, kind: messages.status, level: app, handler: { plugin: collect } }
  - { name: lax, path: /lax, kind: messages.status, level: app, signature: lax, handler: { plugin: collect } }
  - { name: retry, path: /retry, kind: messages.status, level: app, onUnsigned: retry, handler: { plugin: collect } }
  - { name: report, path: /report, kind: messages.status, level: app, onUnsigned: report, handler: { plugin: collect } }
  - { name: either, path: /either, kind: sms.inbound, level: account, signature: [sms, jwt], handler: { plugin: collect } }
  - { name: any-app, path: /answer, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: any }] } }
  - { name: our-app, path: /answer, kind: voice.answer, level: app, match: ${APP}, handler: { ncco: [{ action: talk, text: ours }] } }
  - { name: hmac, path: /hmac, schema: any.json, level: account, handler: { plugin: collect },
      signature: { scheme: hmac, header: x-signature, prefix: "v1=", timestamp: { prefix: "t=" }, secret: ["\${SECRET}", "\${OLD}"] } }
  - { name: standard, path: /standard, schema: any.json, level: account, signature: { scheme: standard-webhooks, secret: "\${WHSEC}" }, handler: { plugin: collect } }
  - { name: basic, path: /basic, schema: any.json, level: account, signature: { scheme: basic, username: shop, password: "\${SECRET}" }, handler: { plugin: collect } }
`,
	"any.json": `{ "type": "object" }`,
	"plugins/collect.mjs": `export default { on: { "*": (event) => { globalThis.collected.push(event); } } };\n`,
};

const TOLERANCE = { toleranceMs: 300_000 };
const jwt = (secret = SECRET): Settings => ({
	scheme: "vonage-jwt",
	secrets: new Map([["abcd1234", [secret]]]),
	payloadHash: "required",
	issuers: ["Vonage"],
	applications: undefined,
	...TOLERANCE,
});
const sig = (secret = SECRET): Settings => ({
	scheme: "vonage-sig",
	method: "sha256",
	secrets: [secret],
	timestamp: "required",
	...TOLERANCE,
});
const hmac = (secret = SECRET): Settings => ({
	scheme: "hmac",
	header: "x-signature",
	algorithm: "sha256",
	encoding: "hex",
	prefix: "v1=",
	separator: ",",
	timestamp: { prefix: "t=" },
	content: "{timestamp}.{body}",
	secrets: [secret],
	...TOLERANCE,
});
const standard: Settings = {
	scheme: "standard-webhooks",
	keys: [KEY],
	...TOLERANCE,
};
const basic = (password = SECRET): Settings => ({
	scheme: "basic",
	username: "shop",
	passwords: [password],
});

const STATUS = JSON.stringify({
	message_uuid: APP,
	to: "447700900001",
	from: "447700900000",
	timestamp: "2020-01-01T12:00:00Z",
	status: "delivered",
	channel: "sms",
});
const SMS =
	"msisdn=447700900001&to=447700900000&messageId=0A0000001234567B&type=text&text=a%26b+c&message-timestamp=2020-01-01+12%3A00%3A00";
const CALL = `from=447700900001&to=447700900000&uuid=${APP}&conversation_uuid=CON-${APP}`;

const json = (path: string, body = STATUS): OutgoingRequest => ({
	method: "POST",
	path,
	query: "",
	headers: { "content-type": "application/json" },
	raw: Buffer.from(body),
});
const get = (path: string, query: string): OutgoingRequest => ({
	method: "GET",
	path,
	query,
	headers: {},
	raw: Buffer.alloc(0),
});
const bare = (path: string, query: string): OutgoingRequest => ({
	...get(path, query),
	method: "POST",
});
const form = (path: string): OutgoingRequest => ({
	...json(path, SMS),
	headers: { "content-type": "application/x-www-form-urlencoded" },
});
const signed = (
	settings: Settings,
	request: OutgoingRequest,
	claims = {},
): OutgoingRequest =>
	signRequest(settings, request, {
		now: Date.now(),
		nonce: randomUUID(),
		claims,
	});
const withBody = (
	request: OutgoingRequest,
	change: (text: string) => string,
): OutgoingRequest => ({
	...request,
	raw: Buffer.from(change(Buffer.from(request.raw).toString())),
});

type Case = readonly [
	what: string,
	request: () => OutgoingRequest,
	status: number,
];

const CASES: readonly Case[] = [
	["vonage-sig in a query", () => signed(sig(), get("/sms", SMS)), 200],
	["vonage-sig in a form", () => signed(sig(), form("/sms")), 200],
	[
		"vonage-sig by the secret of before",
		() => signed(sig(OLD), form("/sms")),
		200,
	],
	[
		"vonage-sig by another secret",
		() => signed(sig("x".repeat(32)), form("/sms")),
		401,
	],
	[
		"vonage-sig with a changed text",
		() =>
			withBody(signed(sig(), form("/sms")), (text) => text.replace("+c", "+d")),
		401,
	],
	["a form without `sig`", () => form("/sms"), 401],
	["vonage-jwt", () => signed(jwt(), json("/status")), 200],
	[
		"vonage-jwt by the secret of before",
		() => signed(jwt(OLD), json("/status")),
		200,
	],
	[
		"vonage-jwt by another secret",
		() => signed(jwt("x".repeat(32)), json("/status")),
		401,
	],
	[
		"vonage-jwt with one more blank in the body",
		() => withBody(signed(jwt(), json("/status")), (text) => `${text} `),
		401,
	],
	["no token", () => json("/status"), 401],
	["no token and broken JSON", () => json("/status", "{broken"), 401],
	[
		"a token and broken JSON",
		() => signed(jwt(), json("/status", "{broken")),
		400,
	],
	["no token where the path asks for it again", () => json("/retry"), 503],
	["no token where the path only reports", () => json("/report"), 200],
	["a token for either scheme", () => signed(jwt(), form("/either")), 200],
	["a `sig` for either scheme", () => signed(sig(), form("/either")), 200],
	["neither scheme", () => form("/either"), 401],
	["vonage-jwt of a GET", () => signed(jwt(), get("/answer", CALL)), 200],
	[
		"vonage-jwt of a GET with a body, which nobody reads",
		() => {
			const { headers, ...call } = signed(jwt(), get("/answer", CALL));
			const sized = { ...headers, "content-length": "2" };
			return { ...call, headers: sized, raw: Buffer.from("{}") };
		},
		200,
	],
	[
		"vonage-jwt of a GET whose `payload_hash` is null",
		() => signed(jwt(), get("/answer", CALL), { payload_hash: null }),
		200,
	],
	[
		"vonage-jwt of a GET whose `payload_hash` is empty",
		() => signed(jwt(), get("/answer", CALL), { payload_hash: "" }),
		200,
	],
	[
		"vonage-jwt of a body whose `payload_hash` is null",
		() => signed(jwt(), json("/status"), { payload_hash: null }),
		401,
	],
	[
		"vonage-jwt of a POST whose payload is its query",
		() => signed(jwt(), bare("/answer", CALL)),
		200,
	],
	[
		"vonage-jwt of a GET, sent as such a POST",
		() => ({ ...signed(jwt(), get("/answer", CALL)), method: "POST" }),
		401,
	],
	["vonage-sig in such a POST", () => signed(sig(), bare("/sms", SMS)), 200],
	["such a POST without `sig`", () => bare("/sms", SMS), 401],
	[
		"hmac over the body of such a POST",
		() => signed(hmac(), bare("/hmac", SMS)),
		401,
	],
	[
		"standard-webhooks of such a POST",
		() => signed(standard, bare("/standard", SMS)),
		401,
	],
	["hmac", () => signed(hmac(), json("/hmac")), 200],
	["hmac by the secret of before", () => signed(hmac(OLD), json("/hmac")), 200],
	[
		"hmac with a changed body",
		() =>
			withBody(signed(hmac(), json("/hmac")), (text) =>
				text.replace("delivered", "rejected!"),
			),
		401,
	],
	["standard-webhooks", () => signed(standard, json("/standard")), 200],
	[
		"standard-webhooks with a changed body",
		() => withBody(signed(standard, json("/standard")), (text) => `${text}\n`),
		401,
	],
	["basic", () => signed(basic(), json("/basic")), 200],
	[
		"basic with another password",
		() => signed(basic("x"), json("/basic")),
		401,
	],
];

describe("signatures over HTTP", () => {
	for (const [what, request, status] of CASES) {
		it(`answer ${status} to ${what}`, () =>
			withRouter(async (router) => {
				const heard = await send(router, request());
				expect(heard.status).to.equal(status);
				if (status === 200) return;
				expect(heard.body).to.equal("");
				await router.visited(1);
				const log = JSON.stringify(router.lines);
				expect(log).not.to.contain(SECRET).and.not.to.contain(OLD);
				expect(router.events).to.deep.equal([]);
			}));
	}

	it("say in the log which check failed", () =>
		withRouter(async (router) => {
			await send(router, signed(jwt("x".repeat(32)), json("/status")));
			await router.visited(1);
			const line = router.lines.find(({ msg }) => msg === "webhook");
			expect(line).to.include({ outcome: "unsigned", status: 401 });
			expect(line?.reason)
				.to.contain("SIGNATURE_INVALID: vonage-jwt says: ")
				.and.contain("abcd1234");
		}));

	it("are refused where there are two Authorization headers", () =>
		withRouter(async (router) => {
			const { headers, raw } = signed(jwt(), json("/status"));
			const token = headers.authorization as string;
			const heard = await ask(`${router.url}/status`, {
				method: "POST",
				headers: {
					"content-type": "application/json",
					authorization: [token, token] as unknown as string,
				},
				body: Buffer.from(raw).toString(),
			});
			expect(heard.status).to.equal(401);
		}));

	it("are accepted once, and answered alike the second time", () =>
		withRouter(async (router) => {
			const status = signed(jwt(), json("/status"));
			const call = signed(jwt(), get("/answer", CALL));
			const heard = [];
			for (const request of [status, status, call, call]) {
				heard.push(await send(router, request));
			}
			expect(heard.map((one) => one.status)).to.deep.equal([
				200, 200, 200, 200,
			]);
			expect(heard[3]?.body).to.equal(heard[2]?.body).and.to.contain("talk");
			expect(router.events).to.have.lengthOf(1);
			await router.visited(4);
			const outcomes = router.lines
				.filter(({ msg }) => msg === "webhook")
				.map(({ outcome }) => outcome);
			expect(outcomes).to.deep.equal([
				"handled",
				"duplicate",
				"handled",
				"duplicate",
			]);
		}));

	it("give the claims that a route's `match` asks for", () =>
		withRouter(async (router) => {
			const ours = { application_id: APP };
			const heard = [
				await send(router, signed(jwt(), get("/answer", CALL), ours)),
				await send(router, signed(jwt(), get("/answer", CALL))),
			];
			expect(heard[0]?.body).to.contain("ours");
			expect(heard[1]?.body).to.contain("any");
		}));

	it("let a body pass whose token does not name its hash, where that is optional", () =>
		withRouter(async (router) => {
			// Signed as a GET the token says nothing of a body.
			const { headers } = signed(jwt(), get("/lax", ""));
			const token = { authorization: headers.authorization };
			for (const [path, status] of [
				["/lax", 200],
				["/status", 401],
			] as const) {
				const request = json(path);
				const heard = await send(router, {
					...request,
					headers: { ...request.headers, ...token },
				});
				expect(heard.status).to.equal(status);
			}
		}));
});

// --- helpers ---

function withRouter(use: (router: FileRouter) => Promise<void>): Promise<void> {
	return withFolder(FILES, async (folder) => {
		const router = await startFrom(folder, { env: ENV });
		try {
			await use(router);
		} finally {
			await router.close();
		}
	});
}

function send(router: FileRouter, request: OutgoingRequest) {
	const { method, path, query, headers, raw } = request;
	const target = query === "" ? path : `${path}?${query}`;
	return ask(`${router.url}${target}`, {
		method,
		headers: headers as Record<string, string>,
		...(raw.length > 0 ? { body: Buffer.from(raw).toString() } : {}),
	});
}
