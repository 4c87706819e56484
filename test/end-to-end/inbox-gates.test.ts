import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { OutgoingRequest } from "../../src/gate/schemes/scheme.ts";
import type { Settings } from "../gate/schemes/signers.ts";
import { signRequest } from "../gate/schemes/signers.ts";
import { ask } from "../http/router.ts";
import { type Start, withInboxFiles } from "./inbox-files.ts";
import { type InboxRouter, smsRequest, tell } from "./inbox-router.ts";

const SECRET = "a-secret-of-the-tests-and-of-nothing-else";
const ROUTES = `version: 1
server: { listen: "127.0.0.1:0", trustedProxies: [loopback] }
inbox: { store: "sqlite:inbox.db", quarantine: { maxCount: 2 } }
networks: { office: [192.0.2.0/24] }
signatures:
  sig: { scheme: vonage-sig, method: sha256, secret: "${SECRET}" }
  jwt: { scheme: vonage-jwt, secrets: { abcd1234: "${SECRET}" } }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: open, path: /open, kind: sms.inbound, level: account, handler: { plugin: told } }
  - { name: strict, path: /strict, kind: sms.inbound, level: account, onInvalid: reject, handler: { plugin: told } }
  - { name: office, path: /office, kind: sms.inbound, level: account, firewall: office, onDenied: quarantine, handler: { plugin: told } }
  - { name: closed, path: /closed, kind: sms.inbound, level: account, firewall: office, handler: { plugin: told } }
  - { name: unsigned, path: /unsigned, kind: sms.inbound, level: account, signature: sig, onUnsigned: quarantine, handler: { plugin: told } }
  - { name: signed, path: /signed, kind: sms.inbound, level: account, signature: sig, dedupe: false, handler: { plugin: told } }
  - { name: status, path: /status, kind: messages.status, level: app, signature: jwt, handler: { plugin: told } }
  - { name: support, path: /numbers, kind: sms.inbound, level: number, match: "447700900001", handler: { plugin: told } }
  - { name: sales, path: /numbers, kind: sms.inbound, level: number, match: "447700900002", handler: { plugin: told } }
  - { name: narrow, path: /mixed, kind: sms.dlr, level: request, handler: { plugin: told } }
  - { name: wide, path: /mixed, kind: sms.inbound, level: account, handler: { plugin: told } }
  - { name: half, path: /half, kind: sms.dlr, level: account, handler: { plugin: told } }
  - { name: other-half, path: /half, kind: sms.inbound, level: account, onInvalid: reject, handler: { plugin: told } }
`;

/** The tests stand behind a proxy, which names this machine as the client. */
const NAMED = { "x-forwarded-for": "127.0.0.1" };

const withInbox = (use: (start: Start) => Promise<void>): Promise<void> =>
	withInboxFiles(ROUTES, {}, use);

/** Posts JSON. */
const post = (router: InboxRouter, path: string, body: string, headers = {}) =>
	ask(`${router.url}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json", ...NAMED, ...headers },
		body,
	});

const sms = (router: InboxRouter, path: string, over = {}) => {
	const request = smsRequest(over);
	return ask(`${router.url}${path}`, {
		...request,
		headers: { ...request.headers, ...NAMED },
	});
};

const send = (router: InboxRouter, request: OutgoingRequest) =>
	ask(`${router.url}${request.path}?${request.query}`, {
		method: request.method,
		headers: { ...NAMED, ...(request.headers as Record<string, string>) },
		body: request.raw,
	});

describe("the quarantine", () => {
	let handled = 0;
	beforeEach(() => {
		handled = 0;
		tell(() => void handled++);
	});

	for (const [what, path, body, route, reason] of [
		[
			"an invalid payload",
			"/open",
			{ messageId: undefined },
			"open",
			"PAYLOAD_INVALID",
		],
		["an address outside", "/office", {}, "office", "FIREWALL_DENIED"],
		["what is not signed", "/unsigned", {}, "unsigned", "SIGNATURE_MISSING"],
		[
			"what no route's `match` fits",
			"/numbers",
			{ to: "447700900009" },
			"support",
			"PAYLOAD_UNROUTED",
		],
		[
			"what is of no kind of the path",
			"/mixed",
			{ messageId: undefined },
			"wide",
			"PAYLOAD_UNRECOGNIZED",
		],
	] as const) {
		it(`keeps ${what}, answers 200, and has nobody handle it`, () =>
			withInbox(async (start) => {
				const router = await start();
				const heard = await post(router, path, smsRequest(body).body);
				expect(heard).to.include({ status: 200, body: "" });
				const [kept] = await router.kept();
				expect(kept).to.include({ state: "quarantined", route });
				expect(kept?.reason).to.contain(`${reason}: `);
				expect(Buffer.from(kept?.body ?? "").toString()).to.equal(
					smsRequest(body).body,
				);
				const [line] = await router.logs({ outcome: "quarantined" });
				expect(line).to.include({ severity: "warn", id: kept?.id });
				// A trusted one that came later has been handled; this one has not.
				await sms(router, "/open", { messageId: "later" });
				await router.logs({ msg: "delivery", outcome: "delivered" });
				expect(handled).to.equal(1);
			}));
	}

	it("is not for what its route rejects, for broken JSON, nor where one of the path's routes rejects", () =>
		withInbox(async (start) => {
			const router = await start();
			const none = JSON.stringify({ nothing: "known" });
			expect((await post(router, "/strict", none)).status).to.equal(422);
			expect((await post(router, "/open", "{broken")).status).to.equal(400);
			expect((await post(router, "/half", none)).status).to.equal(422);
			expect((await sms(router, "/closed")).status).to.equal(403);
			expect(await router.kept()).to.deep.equal([]);
		}));

	it("has a budget for what is denied, whose oldest go with a line in the log, and one for what was admitted, which never gives way", () =>
		withInbox(async (start) => {
			const router = await start({ isWorking: false });
			await sms(router, "/open", { messageId: "good" });
			const bodyOf = (text: string) =>
				smsRequest({ text, messageId: text }).body;
			const real = smsRequest({ text: "real", messageId: undefined }).body;
			expect((await post(router, "/open", real)).status).to.equal(200);
			for (const text of ["1", "2", "3"])
				await post(router, "/office", bodyOf(text), {
					"x-forwarded-for": `198.51.100.${text}`,
				});
			const [line] = await router.logs({ count: 1 });
			expect(line).to.include({ severity: "warn", route: "office" });
			await post(router, "/open", real);
			const full = await post(router, "/open", real);
			expect(full.status, "the platform keeps it").to.equal(503);
			const kept = await router.kept();
			expect(
				kept.map(({ state, body }) => [
					state,
					JSON.parse(Buffer.from(body ?? "").toString()).text,
				]),
			).to.deep.equal([
				["received", "hi"],
				["quarantined", "real"],
				["quarantined", "2"],
				["quarantined", "3"],
				["quarantined", "real"],
			]);
		}));

	it("does not hold a dedupe key: the real one that follows is taken", () =>
		withInbox(async (start) => {
			const router = await start();
			await sms(router, "/office");
			const headers = { "x-forwarded-for": "192.0.2.7" };
			await post(router, "/office", smsRequest().body, headers);
			await router.logs({ msg: "delivery", outcome: "delivered" });
			expect(handled).to.equal(1);
		}));
});

describe("a signed webhook that is kept", () => {
	const sig: Settings = {
		scheme: "vonage-sig",
		method: "sha256",
		secrets: [SECRET],
		toleranceMs: 300_000,
		timestamp: "required",
	};
	const jwt: Settings = {
		scheme: "vonage-jwt",
		secrets: [SECRET],
		payloadHash: "required",
		issuers: ["Vonage"],
		applications: undefined,
		toleranceMs: 300_000,
	};
	const sign = (settings: Settings, request: OutgoingRequest) =>
		signRequest(settings, request, {
			now: Date.now(),
			nonce: randomUUID(),
			claims: { api_key: "abcd1234" },
		});
	const query = new URLSearchParams(
		JSON.parse(smsRequest().body) as Record<string, string>,
	).toString();
	const get = (path: string): OutgoingRequest => ({
		method: "GET",
		path,
		query,
		headers: {},
		raw: Buffer.alloc(0),
	});

	it("leaves its secrets behind, and is handled with its claims all the same", () =>
		withInbox(async (start) => {
			const seen: unknown[] = [];
			tell(
				({ kind, claims, headers }) =>
					void seen.push([kind, claims.api_key, headers.authorization]),
			);
			const router = await start({ isWorking: false });
			const bySig = sign(sig, get("/signed"));
			const byToken = sign(jwt, {
				...get("/status"),
				method: "POST",
				query: "",
				headers: { "content-type": "application/json" },
				raw: Buffer.from(
					`{"message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","to":"447700900001","from":"447700900000","timestamp":"2020-01-01T12:00:00Z","status":"delivered","channel":"sms"}`,
				),
			});
			expect((await send(router, bySig)).status).to.equal(200);
			expect((await send(router, byToken)).status).to.equal(200);
			const value = /sig=([^&]+)/.exec(bySig.query)?.[1] as string;
			const token = String(byToken.headers.authorization).split(
				" ",
			)[1] as string;
			const kept = await router.kept();
			expect(kept).to.have.length(2);
			for (const { envelope } of kept) {
				expect(envelope).to.not.contain(value).and.not.contain(token);
				expect(envelope).to.not.contain("authorization");
			}
			router.work();
			await router.logs({ msg: "delivery", outcome: "delivered" }, 2);
			expect(seen).to.have.deep.members([
				["sms.inbound", undefined, undefined],
				["messages.status", "abcd1234", undefined],
			]);
		}));

	it("is kept once, though its route has no dedupe and it comes many times at once", () =>
		withInbox(async (start) => {
			let calls = 0;
			tell(() => void calls++);
			const router = await start();
			const one = sign(sig, get("/signed"));
			const heard = await Promise.all([1, 2, 3].map(() => send(router, one)));
			heard.push(await send(router, one));
			expect(heard.map(({ status }) => status)).to.deep.equal([
				200, 200, 200, 200,
			]);
			await send(router, sign(sig, get("/signed")));
			await router.logs({ msg: "delivery", outcome: "delivered" }, 2);
			expect(calls).to.equal(2);
			expect(await router.kept()).to.have.length(2);
		}));
});
