import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { lookAt } from "../../src/desk/look.ts";
import { release } from "../../src/runtime/inbox/release.ts";
import { load } from "../../src/runtime/load.ts";
import { runCli } from "../cli/cli.ts";
import { talk } from "../http/router.ts";
import { withInboxFiles } from "./inbox-files.ts";
import { type InboxRouter, tell } from "./inbox-router.ts";

const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: narrow, path: /sms, kind: sms.inbound, level: number, match: "447700900001", handler: { plugin: told } }
  - { name: wide, path: /sms, kind: sms.inbound, level: account, handler: { plugin: told } }
  - { name: strict, path: /strict, kind: sms.inbound, level: account, onInvalid: reject, handler: { plugin: told } }
  - { name: call, path: /call, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: Hello }] } }
`;

const FIELDS =
	"msisdn=447700900001&to=447700900000&messageId=h8&type=text&message-timestamp=t&text=";

/** The bytes of a request: text is taken as Latin-1. */
function get(path: string, text: string): string {
	return `GET ${path}?${FIELDS}${text} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
}

function post(path: string, body: string | Buffer, head: string): Buffer {
	const bytes = Buffer.from(body as string, "latin1");
	return Buffer.concat([
		Buffer.from(
			`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${bytes.length}\r\n${head}\r\n\r\n`,
		),
		bytes,
	]);
}

const FORM = "Content-Type: application/x-www-form-urlencoded";
const JSON_TYPE = "Content-Type: application/json";
const SMS = `{"msisdn":"447700900001","to":"447700900000","messageId":"h8","type":"text","message-timestamp":"t","text":"caf\xe9"}`;

const statusOf = async (
	router: InboxRouter,
	bytes: string | Buffer,
): Promise<string> => {
	const port = Number(new URL(router.url).port);
	return (
		await talk(port, Buffer.from(bytes as string, "latin1"), /\r\n\r\n/)
	).slice(9, 12);
};

describe("a webhook whose text cannot be decoded", () => {
	let handled = 0;
	beforeEach(() => {
		handled = 0;
		tell(() => void handled++);
	});

	for (const [what, bytes] of [
		["escapes of Latin-1 in a query", get("/sms", "caf%E9")],
		["an escape that is none in a query", get("/sms", "%G1")],
		["a percent sign at the end of a query", get("/sms", "100%")],
		["half an escape", get("/sms", "%e")],
		["half a character", get("/sms", "%F0%9F%98")],
		["an escaped surrogate", get("/sms", "%ED%A0%80")],
		["an overlong escape", get("/sms", "%C0%AF")],
		["a broken escape in a name", get("/sms", "a&%E9=1")],
		["escapes of Latin-1 in a form", post("/sms", `${FIELDS}caf%E9`, FORM)],
		["bytes of Latin-1 in a form", post("/sms", `${FIELDS}caf\xe9`, FORM)],
		["bytes of Latin-1 in JSON", post("/sms", SMS, JSON_TYPE)],
		[
			"bytes of Latin-1 in packed JSON",
			post(
				"/sms",
				gzipSync(Buffer.from(SMS, "latin1")),
				`${JSON_TYPE}\r\nContent-Encoding: gzip`,
			),
		],
		["more than 1,000 fields", get("/sms", "&a=1".repeat(1001))],
		[
			"broken gzip",
			post("/sms", "\x1f\x8b\x08", `${JSON_TYPE}\r\nContent-Encoding: gzip`),
		],
	] as const) {
		it(`is kept as it came, under the widest route: ${what}`, () =>
			withInboxFiles(ROUTES, {}, async (start) => {
				const router = await start();
				expect(await statusOf(router, bytes)).to.equal("200");
				const [detail] = await router.kept();
				expect(detail).to.include({ state: "quarantined", route: "wide" });
				expect(detail?.reason).to.match(/^BODY_ENCODING: /);
				const [line] = await router.logs({ outcome: "quarantined" });
				expect(line).to.include({ route: "wide", status: 200 });
				const kept = Buffer.from(detail?.body ?? []).toString("latin1");
				const envelope = JSON.parse(detail?.envelope ?? "{}");
				expect(Buffer.from(bytes as string, "latin1").toString("latin1"))
					.to.contain(kept)
					.and.contain(envelope.query ?? "");
				expect(handled).to.equal(0);
			}));
	}

	for (const [what, bytes] of [
		["a path that rejects what is invalid", get("/strict", "caf%E9")],
		["a route that replies", get("/call", "caf%E9")],
		["bytes in a query, which are none of a URI", get("/sms", "caf\xc3\xa9")],
		["broken JSON", post("/sms", '{"msisdn":', JSON_TYPE)],
	] as const) {
		it(`is answered 400 and not kept: ${what}`, () =>
			withInboxFiles(ROUTES, {}, async (start) => {
				const router = await start();
				expect(await statusOf(router, bytes)).to.equal("400");
				expect(await router.kept()).to.deep.equal([]);
			}));
	}

	it("is shown byte by byte, where that is asked for", () =>
		withInboxFiles(ROUTES, {}, async (start, folder) => {
			const router = await start();
			await statusOf(router, post("/sms", `${FIELDS}caf%E9`, FORM));
			const [detail] = await router.kept();
			await router.stop();
			const show = ["inbox", "show", detail?.id ?? ""];
			const masked = await runCli(show, folder);
			expect(masked.out)
				.to.contain("refused now: BODY_ENCODING")
				.and.not.contain("caf%E9");
			const whole = await runCli([...show, "--payloads"], folder);
			expect(whole.out).to.contain("caf%E9");
		}));

	it("is shown, explained and not released", () =>
		withInboxFiles(ROUTES, {}, async (start, folder) => {
			const router = await start();
			await statusOf(router, get("/sms", "caf%E9"));
			const [detail] = await router.kept();
			if (detail === undefined) throw new Error("nothing was kept");
			const { runtime, settings } = await load({
				configFile: `${folder}/routes.yaml`,
				env: {},
				setup: false,
			});
			if (runtime === undefined || settings === undefined) {
				throw new Error("the configuration has errors");
			}
			const looked = lookAt(detail, runtime);
			expect(looked.payload).to.equal(undefined);
			expect(looked.explained?.explanation.route?.name).to.equal("wide");
			expect(
				looked.explained?.explanation.verdicts.find(
					({ gate }) => gate === "content",
				),
			).to.include({ verdict: "quarantined", code: "BODY_ENCODING" });
			expect(looked.ruling).to.deep.include({ as: "kept" });
			const ruling = await release(router.store, runtime, detail.id);
			expect(ruling).to.deep.equal({
				as: "kept",
				why: "BODY_ENCODING: a percent escape is broken or is not UTF-8",
			});
			expect((await router.kept())[0]?.state).to.equal("quarantined");
		}));
});
