import { expect } from "chai";
import type { HookEvent } from "../../src/event/webhook.ts";
import { withFolder } from "../cli/cli.ts";
import { closeAll, serve, type TestServer } from "../handler/forward-tools.ts";
import { ask, type Heard, talk } from "../http/router.ts";
import { withInboxFiles } from "./inbox-files.ts";
import { tell } from "./inbox-router.ts";
import { startFrom } from "./router.ts";

const FORM = "application/x-www-form-urlencoded";
const SMS =
	"msisdn=447700900001&to=447700900000&messageId=h9&text=hello&type=text&keyword=HELLO&message-timestamp=2024-01-01+12%3A00%3A00";
const UUID = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab";
const RECORDING = {
	recording_url: "https://api.nexmo.com/v1/files/a",
	recording_uuid: UUID,
	start_time: "2024-01-01T10:00:00Z",
	end_time: "2024-01-01T10:00:09Z",
	size: 1,
	conversation_uuid: "CON-1",
	timestamp: "2024-01-01T10:00:10.000Z",
};
const INPUT = {
	dtmf: { digits: "1", timed_out: false },
	uuid: UUID,
	conversation_uuid: "CON-1",
	timestamp: "2024-01-01T10:00:00.000Z",
};

describe("a POST without a body, whose query is the payload", () => {
	const routes = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: told } }
`;
	const types = [undefined, "application/json", FORM, "text/plain"];
	for (const type of types)
		it(`is handled, with Content-Length 0 and ${type ?? "no Content-Type"}`, () =>
			withInboxFiles(routes, {}, async (start) => {
				const events: HookEvent[] = [];
				tell((event) => void events.push(event));
				const router = await start();
				const headers = {
					"content-length": "0",
					...(type && { "content-type": type }),
				};
				const heard = await post(`${router.url}/sms?${SMS}`, headers);
				expect(heard).to.include({ status: 200, body: "" });
				await router.logs({ msg: "delivery", outcome: "delivered" });
				expect(events[0]?.payload).to.deep.equal({
					...Object.fromEntries(new URLSearchParams(SMS)),
				});
			}));

	it("is handled, with an empty body in chunks", () =>
		withInboxFiles(routes, {}, async (start) => {
			const router = await start();
			tell(() => {});
			const { port } = new URL(router.url);
			const head = `POST /sms?${SMS} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
			const heard = await talk(Number(port), head, "\r\n\r\n");
			expect(heard).to.match(/^HTTP\/1\.1 200 /);
			await router.logs({ msg: "delivery", outcome: "delivered" });
		}));

	it("is one webhook with a GET and a form of the same message", () =>
		withInboxFiles(routes, {}, async (start) => {
			const texts: unknown[] = [];
			tell(({ payload }) => void texts.push(payload.text));
			const router = await start();
			await post(`${router.url}/sms?${SMS}`);
			await router.logs({ msg: "delivery", outcome: "delivered" });
			await ask(`${router.url}/sms?${SMS}`);
			await ask(`${router.url}/sms`, {
				method: "POST",
				headers: { "content-type": FORM },
				body: SMS,
			});
			await router.logs({ outcome: "duplicate" }, 2);
			expect(texts).to.deep.equal(["hello"]);
		}));

	it("is no probe without a query, and invalid as ever", () =>
		withInboxFiles(routes, {}, async (start) => {
			const router = await start();
			expect((await ask(`${router.url}/sms`)).status).to.equal(200);
			expect((await post(`${router.url}/sms`)).status).to.equal(200);
			const json = { "content-type": "application/json" };
			expect((await post(`${router.url}/sms`, json)).status).to.equal(400);
			const kept = await router.kept();
			expect(kept.map(({ state }) => state)).to.deep.equal(["quarantined"]);
		}));

	it("is the same after a restart and a replay", () =>
		withInboxFiles(routes, {}, async (start) => {
			const events: HookEvent[] = [];
			tell((event) => void events.push(event));
			const first = await start({ isWorking: false });
			const signed = `${SMS}&sig=secret`;
			await post(`${first.url}/sms?${signed}`, { "content-type": FORM });
			await first.stop();
			const second = await start();
			await second.logs({ msg: "delivery", outcome: "delivered" });
			const [kept] = await second.kept();
			expect(JSON.stringify(kept)).to.not.contain("secret");
			await second.store.replay({ ids: [kept?.id ?? ""] });
			await second.logs({ msg: "delivery", outcome: "delivered" }, 2);
			for (const event of events) {
				expect(event).to.include({ method: "POST", query: SMS });
				expect(event.payload).to.deep.equal({
					...Object.fromEntries(new URLSearchParams(SMS)),
				});
			}
			expect(events).to.have.length(2);
		}));
});

describe("the query of a POST with a body", () => {
	let service: TestServer;
	beforeEach(async () => {
		service = await serve(200);
	});
	afterEach(closeAll);

	const STATE = "from=447700900001&to=447700900000&sig=own";

	for (const as of ["original", "json", "cloudevent"] as const)
		it(`reaches a service by \`forward\` as ${as}, at once, after a restart and in a replay`, () =>
			withInboxFiles(forwarding(service.url, as), {}, async (start) => {
				const first = await start();
				await record(first.url, STATE);
				await first.logs({ msg: "delivery", outcome: "delivered" });
				await first.stop();
				const second = await start();
				const [kept] = await second.kept();
				await second.store.replay({ ids: [kept?.id ?? ""] });
				await second.logs({ msg: "delivery", outcome: "delivered" });
				expect(service.received).to.have.length(2);
				for (const { url, headers, body } of service.received) {
					const seen = {
						original: url,
						json: (JSON.parse(body) as { query?: string }).query,
						cloudevent: headers["ce-query"],
					}[as];
					expect(seen).to.equal(
						as === "original" ? `/rec?team=a&${STATE}` : STATE,
					);
				}
			}));

	it("reaches a plugin, and the route that the plugin hands on to", () =>
		withInboxFiles(
			`${forwarding(service.url, "json")}  - { name: told, path: /told, kind: ncco.record, handler: { plugin: told } }\n`,
			{},
			async (start) => {
				const froms: unknown[] = [];
				tell((event, context) => {
					froms.push(new URLSearchParams(event.query).get("from"));
					const { handOn } = context as {
						handOn(route: string, payload: object): Promise<void>;
					};
					return handOn("a", event.payload);
				});
				const router = await start();
				await record(router.url, STATE, "/told");
				await router.logs({ msg: "delivery", outcome: "delivered" }, 2);
				expect(froms).to.deep.equal(["447700900001"]);
				const { body = "{}" } = service.received[0] ?? {};
				expect(JSON.parse(body)).to.deep.include({ query: STATE });
			},
		));

	it("is what a template reads, where the filter `url` wrote it", () =>
		withFolder(
			{
				"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: none }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: start, path: /start, kind: voice.answer, handler: { ncco: [{ action: input, type: [dtmf], eventUrl: ['{{ "menu" | url: lang: "de", n: "+44 7&8" }}'] }] } }
  - { name: menu, path: /menu, kind: ncco.input, handler: { ncco: [{ action: talk, text: "{{ query.lang }} {{ query.n }} {{ headers.x-app }}{{ payload.lang }}" }] } }
`,
			},
			async (folder) => {
				const router = await startFrom(folder);
				try {
					const call = `from=447700900001&to=447700900000&uuid=${UUID}&conversation_uuid=CON-1`;
					const asked = await ask(`${router.url}/start?${call}`);
					const [{ eventUrl }] = JSON.parse(asked.body) as [
						{ eventUrl: [string] },
					];
					const { pathname, search } = new URL(eventUrl[0]);
					const said = await ask(`${router.url}${pathname}${search}`, {
						method: "POST",
						headers: { "content-type": "application/json", "x-app": "a" },
						body: JSON.stringify(INPUT),
					});
					expect(JSON.parse(said.body)).to.deep.equal([
						{ action: "talk", text: "de +44 7&8 a" },
					]);
				} finally {
					await router.close();
				}
			},
		));
});

// --- helpers ---

function post(
	url: string,
	headers: Record<string, string> = {},
): Promise<Heard> {
	return ask(url, { method: "POST", headers });
}

function record(url: string, query: string, path = "/a"): Promise<Heard> {
	return ask(`${url}${path}?${query}`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(RECORDING),
	});
}

function forwarding(url: string, as: string): string {
	return `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: a, path: /a, kind: ncco.record, handler: { forward: { url: "${url}/rec?team=a", as: ${as} } } }
`;
}
