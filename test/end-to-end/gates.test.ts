import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { ask as askBare, type Heard } from "../http/router.ts";
import { type FileRouter, startFrom } from "./router.ts";

const FILES = {
	"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0", trustedProxies: [loopback] }
networks: { office: [192.0.2.0/24] }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, methods: [POST], handler: { plugin: collect } }
  - { name: number, path: /number, kind: sms.inbound, level: number, methods: [POST], handler: { plugin: collect } }
  - { name: event, path: /event, kind: voice.event, level: app, methods: [POST], handler: { plugin: collect } }
  - { name: office, path: /office, kind: sms.inbound, level: account, firewall: office, handler: { plugin: collect } }
  - { name: lenient, path: /lenient, kind: sms.inbound, level: account, firewall: office, onDenied: report, onInvalid: report, handler: { plugin: collect } }
  - name: answer
    path: /answer
    kind: voice.answer
    level: app
    handler: { ncco: [{ action: talk, text: "Hello {{ payload.from }}" }] }
    fallback: { ncco: [{ action: talk, text: Sorry }] }
`,
	"plugins/collect.mjs": `export default { on: { "*": (event) => { globalThis.collected.push(event); } } };\n`,
};

const SMS =
	"msisdn=447700900001&to=447700900000&messageId=0A0000001234567B&type=text&text=hi&message-timestamp=2020-01-01+12%3A00%3A00";

/** Asks as a proxy does that names the client, this machine where nobody else is named. */
function ask(
	url: string,
	{ headers = {}, ...rest }: Parameters<typeof askBare>[1] = {},
): Promise<Heard> {
	const named = { "x-forwarded-for": "127.0.0.1", ...headers };
	return askBare(url, { ...rest, headers: named });
}

/** Runs the router of `FILES`. */
function withGates(use: (router: FileRouter) => Promise<void>): Promise<void> {
	return withFolder(FILES, async (folder) => {
		const router = await startFrom(folder);
		try {
			await use(router);
		} finally {
			await router.close();
		}
	});
}

/** The log's line of a request, once it was written. */
async function lineOf(
	{ visited, lines }: FileRouter,
	count: number,
): Promise<Record<string, unknown>> {
	await visited(count);
	return lines.filter(({ msg }) => msg === "webhook")[count - 1] ?? {};
}

describe("the gates of the running router", () => {
	it("refuse an address outside, and say in the log how it was found", () =>
		withGates(async (router) => {
			const heard = await ask(`${router.url}/office?${SMS}`, {
				headers: { "x-forwarded-for": "192.0.2.7, 203.0.113.9" },
			});
			expect(heard).to.include({ status: 403, body: "" });
			const line = await lineOf(router, 1);
			expect(line).to.include({
				severity: "warn",
				outcome: "denied",
				client: "203.0.113.9",
				status: 403,
			});
			expect(line.reason)
				.to.contain("FIREWALL_DENIED")
				.and.contain("hop 1 from the right")
				.and.contain("office");
			expect(router.events).to.deep.equal([]);
		}));

	it("let in whom a trusted proxy names", () =>
		withGates(async (router) => {
			const heard = await ask(`${router.url}/office?${SMS}`, {
				headers: {
					forwarded: 'for="192.0.2.7:4711"',
					"x-forwarded-for": "192.0.2.7",
				},
			});
			expect(heard.status).to.equal(200);
			expect(await lineOf(router, 1)).to.include({
				route: "office",
				client: "192.0.2.7",
				outcome: "handled",
			});
		}));

	it("only report where the route says so: address and payload, both in the log", () =>
		withGates(async (router) => {
			const heard = await ask(`${router.url}/lenient?msisdn=447700900001`);
			expect(heard.status).to.equal(200);
			const line = await lineOf(router, 1);
			expect(line).to.include({ severity: "warn", outcome: "reported" });
			expect(line.reason)
				.to.contain("FIREWALL_DENIED")
				.and.contain("PAYLOAD_INVALID");
			expect(router.events).to.have.length(1);
		}));

	it("answer an invalid payload by the route: 422, or what a caller hears", () =>
		withGates(async (router) => {
			const sms = await ask(`${router.url}/sms`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: '{"msisdn":"447700900001"}',
			});
			const call = await ask(`${router.url}/answer?nothing=known`);
			expect(sms).to.include({ status: 422, body: "" });
			expect(call).to.include({
				status: 200,
				body: '[{"action":"talk","text":"Sorry"}]',
			});
			expect(await lineOf(router, 1)).to.include({ outcome: "invalid" });
			expect(await lineOf(router, 2)).to.include({ outcome: "fallback" });
			expect(router.events).to.deep.equal([]);
		}));
});

describe("the bare GET by which the platform tries a URL", () => {
	for (const [path, status, outcome] of [
		["/sms", 200, "probe"],
		["/number", 200, "probe"],
		["/event", 405, "unknown"],
		["/office", 403, "denied"],
	] as const) {
		it(`is answered ${status} at ${path}, and reaches no handler`, () =>
			withGates(async (router) => {
				const heard = await ask(`${router.url}${path}`);
				expect(heard).to.include({ status, body: "" });
				expect(await lineOf(router, 1)).to.include({ outcome, status });
				expect(router.events).to.deep.equal([]);
			}));
	}
});
