import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { withOwnRouter } from "../cli/router.ts";
import { ask } from "../http/router.ts";
import { startFrom } from "./router.ts";

const COLLECT = `export default { name: "collect", on: { "*": (event) => { globalThis.collected.push(event); } } };\n`;

describe("a kind of one's own", () => {
	it("is a file dropped into schemas/: it brings methods, encodings, levels and the check", () =>
		withFolder(
			{
				"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: order, path: /order, kind: shop.order, level: account, handler: { plugin: collect } }
`,
				"plugins/collect.mjs": COLLECT,
				"schemas/shop.order.json": `{ "$id": "shop.order", "title": "Order", "description": "Somebody bought something.",
  "webhook": { "product": "shop", "methods": ["POST"], "contentTypes": ["form"], "levels": ["account"], "mode": "accept" },
  "type": "object", "required": ["count"], "properties": { "count": { "type": "integer" } } }`,
			},
			async (folder) => {
				const router = await startFrom(folder);
				const send = (body: string, type: string, method = "POST") =>
					ask(`${router.url}/order`, {
						method,
						headers: { "content-type": type },
						body,
					});
				const form = "application/x-www-form-urlencoded";
				const statuses = [
					(await send("count=5", form)).status,
					(await send("count=five", form)).status,
					(await send('{"count":5}', "application/json")).status,
					(await send("count=5", form, "PUT")).status,
				];
				await router.close();
				expect(statuses).to.deep.equal([200, 422, 415, 405]);
				expect(
					router.events.map(({ kind, payload }) => ({ kind, payload })),
				).to.deep.equal([{ kind: "shop.order", payload: { count: 5 } }]);
			},
		));
});

describe("a route with a schema", () => {
	it("is any other webhook: its path's values reach the handler, and the schema is the check", () =>
		withFolder(
			{
				"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: paid, path: "/paid/:tenant/x/:id", schema: paid.json, handler: { plugin: collect } }
`,
				"plugins/collect.mjs": COLLECT,
				"paid.json": `{ "type": "object", "required": ["amount"], "properties": { "amount": { "type": "integer" } } }`,
			},
			async (folder) => {
				const router = await startFrom(folder);
				const send = (path: string, body: string) =>
					ask(`${router.url}${path}`, { method: "POST", body });
				const statuses = [
					(await send("/paid/a%20b/x/7", '{"amount":1,"more":true}')).status,
					(await send("/paid/a/x/7", '{"amount":"one"}')).status,
					(await send("/paid/a/y/7", '{"amount":1}')).status,
				];
				await router.close();
				expect(statuses).to.deep.equal([200, 422, 404]);
				expect(
					router.events.map(({ kind, params, payload }) => ({
						kind,
						params,
						payload,
					})),
				).to.deep.equal([
					{
						kind: "paid",
						params: { tenant: "a b", id: "7" },
						payload: { amount: 1, more: true },
					},
				]);
			},
		));
});

/** Kinds of the repository's own configuration that have a payload, as `send` names them. */
const SENT = [
	"sms.inbound",
	"sms.dlr",
	"voice.answer",
	"voice.fallback-answer",
	"voice.event",
	"voice.transfer",
	"ncco.input",
	"ncco.record",
];

describe("switchhook send, to the repository's own routes.yaml", () => {
	it("is answered 200 for every kind in every encoding", () =>
		withOwnRouter(async ({ folder, visits }) => {
			for (const kind of SENT) {
				for (const encoding of ["query", "form", "json"]) {
					const { code, out } = await runCli(
						["send", kind, "--as", encoding],
						folder,
					);
					expect(code, `${kind} as ${encoding}: ${out}`).to.equal(0);
					const { answer } = visits.at(-1) ?? {};
					expect(answer?.route?.kind.name).to.equal(kind);
					expect(answer?.outcome).to.equal("handled");
				}
			}
		}));
});
