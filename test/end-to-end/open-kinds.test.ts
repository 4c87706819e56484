import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { withInboxFiles } from "./inbox-files.ts";
import type { InboxRouter } from "./inbox-router.ts";
import { startFrom } from "./router.ts";

const routes = (...list: readonly string[]): string => `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: none }
defaults: { firewall: [loopback], signature: none }
routes:
${list.map((route) => `  - ${route}\n`).join("")}`;

const FILES = {
	"schemas/shop.node.json": JSON.stringify({
		$id: "shop.node",
		type: "object",
		required: ["session"],
		properties: { session: { type: "string" } },
		webhook: {
			mode: "reply",
			methods: ["GET", "POST"],
			levels: ["account"],
			open: true,
			timeout: "3s",
		},
	}),
	"schemas/shut.node.json": JSON.stringify({
		$id: "shut.node",
		type: "object",
		webhook: { mode: "reply" },
	}),
	"schemas/weather.schema.json": JSON.stringify({
		required: ["city"],
		properties: { city: { type: "string" }, days: { type: "integer" } },
	}),
	"schemas/order.schema.json": JSON.stringify({
		required: ["order"],
		properties: { order: { $ref: "#/$defs/id" } },
		$defs: { id: { type: "integer" } },
	}),
};

const WEATHER = `{ name: weather, path: /node, kind: shop.node, schema: schemas/weather.schema.json, handler: { static: { json: { text: "{{ payload.city }} {{ payload.days }} {{ payload.session }}" } } } }`;
const ORDER = `{ name: order, path: /node, kind: shop.node, schema: schemas/order.schema.json, handler: { static: { json: { text: "order {{ payload.order | plus: 1 }}" } } } }`;
const REST = `{ name: rest, path: /node, kind: shop.node, handler: { static: { text: rest } } }`;

describe("a schema beside an open kind", () => {
	it("narrows it: a payload has to fit both, and is decoded by both", () =>
		withFolder({ ...FILES, "routes.yaml": routes(WEATHER) }, async (folder) => {
			expect((await runCli(["check"], folder)).out).to.match(
				/0 errors, 0 warnings/,
			);
			const router = await startFrom(folder);
			expect(
				(await ask(`${router.url}/node?session=s&city=Bern&days=3`)).body,
			).to.equal('{"text":"Bern 3 s"}');
			expect(
				(await ask(`${router.url}/node?session=s&city=Bern&days=x`)).status,
			).to.equal(422);
			expect((await ask(`${router.url}/node?city=Bern`)).status).to.equal(422);
			expect((await ask(`${router.url}/node?session=s`)).status).to.equal(422);
			await router.close();
		}));

	it("tells routes of one kind on one path apart, the narrower before the wide, whatever their order", async () => {
		for (const list of [
			[WEATHER, ORDER, REST],
			[REST, ORDER, WEATHER],
		]) {
			await withFolder(
				{ ...FILES, "routes.yaml": routes(...list) },
				async (folder) => {
					const router = await startFrom(folder);
					const heard = async (query: string) =>
						(await ask(`${router.url}/node?session=s&${query}`)).body;
					expect(await heard("city=Bern")).to.contain("Bern");
					expect(await heard("order=41")).to.equal('{"text":"order 42"}');
					expect(await heard("")).to.equal("rest");
					await router.close();
				},
			);
		}
	});

	it("is found where two routes claim the same, and where the kind is not open", () =>
		withFolder(
			{
				...FILES,
				"routes.yaml": routes(
					WEATHER,
					WEATHER.replace("name: weather", "name: again"),
					`{ name: shut, path: /shut, kind: shut.node, schema: schemas/order.schema.json, handler: { static: { text: x } } }`,
					`{ name: field, path: /field, kind: shop.node, schema: schemas/order.schema.json, handler: { static: { text: "{{ payload.oder }}" } } }`,
				),
			},
			async (folder) => {
				const { out } = await runCli(["check"], folder);
				expect(out).to.contain('"again"');
				expect(out).to.contain("claims the same webhooks as");
				expect(out).to.match(
					/routes\.yaml:8:\d+: error: the route has both `kind` and `schema`/,
				);
				expect(out).to.contain(
					"`shop.node` has no field `payload.oder` in its schema, so this may always be empty. Did you mean `order`?",
				);
			},
		));
});

describe("the open kinds of the platform", () => {
	const ROUTES = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: memory }
signatures:
  node: { scheme: basic, username: studio, password: "\${NODE_PASSWORD}" }
defaults: { firewall: any, signature: node }
routes:
  - name: node
    path: /node
    kind: studio.node
    schema: schemas/order.schema.json
    handler: { static: { json: { state: "order {{ payload.order }} is packed" } } }
  - { name: ended, path: /ended, kind: studio.event, dedupe: [sessionId], handler: { plugin: told } }
  - { name: centre, path: /centre, kind: vcc.event, signature: none, firewall: [loopback], copyHeaders: [vonage-signature], handler: { plugin: told } }
`;
	const PASSWORD = "correct horse battery staple";
	const authorization = `Basic ${Buffer.from(`studio:${PASSWORD}`).toString("base64")}`;
	const json = { authorization, "content-type": "application/json" };
	const use = (test: (router: InboxRouter, folder: string) => Promise<void>) =>
		withInboxFiles(
			ROUTES,
			{ NODE_PASSWORD: PASSWORD },
			async (start, folder) => {
				// What is kept is looked at before any of it is handled.
				await test(await start({ isWorking: false }), folder);
			},
			FILES,
		);

	it("answer a node of AI Studio by any of its methods, and check the user's own body", () =>
		use(async ({ url }) => {
			const node = (method: string, headers: object, body = "") => {
				const query = body === "" ? "?order=41" : "";
				const length = { "content-length": body.length };
				return ask(`${url}/node${query}`, {
					method,
					headers: { ...headers, ...length },
					body,
				});
			};
			for (const method of ["POST", "PUT", "PATCH", "DELETE"])
				expect(await node(method, json, '{"order":41}'), method).to.include({
					status: 200,
					body: '{"state":"order 41 is packed"}',
				});
			const form = { "content-type": "application/x-www-form-urlencoded" };
			for (const answer of [
				await node("GET", { authorization }),
				await node("POST", { authorization, ...form }, "order=41"),
			])
				expect(answer.body).to.equal('{"state":"order 41 is packed"}');
			const xml = { ...json, "content-type": "text/xml" };
			for (const [status, headers, body] of [
				[422, json, '{"order":"x"}'],
				[422, json, "{}"],
				[415, xml, "<order>41</order>"],
				[401, { "content-type": "application/json" }, '{"order":41}'],
			] as const)
				expect((await node("POST", headers, body)).status).to.equal(status);
		}));

	it("keep events of any shape once each", () =>
		use(async ({ url, kept }) => {
			const send = async (path: string, payload: object, headers = {}) => {
				const type = "application/cloudevents+json";
				const heard = await ask(url + path, {
					method: "POST",
					headers: { authorization, "content-type": type, ...headers },
					body: JSON.stringify(payload),
				});
				expect(heard.status).to.equal(200);
			};
			const event = (id: string, source = "/interaction") => ({
				specversion: "1.0",
				type: "interaction.ended.v9",
				source,
				id,
				data: { how: [1, null] },
			});
			await send("/ended", { sessionId: "a", said: ["yes"] });
			await send("/ended", { sessionId: "a", said: ["yes"], again: true });
			await send("/ended", { sessionId: "b" });
			await send("/ended", { result: 1 });
			const token = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln";
			await send("/centre", event("1"), { "vonage-signature": token });
			await send("/centre", event("1"));
			await send("/centre", event("1", "/agent"));
			await send("/centre", event("2"));
			await send("/centre", { never: "seen" });
			const rows = await kept();
			const bodies = rows.map(({ body }) =>
				JSON.parse(Buffer.from(body ?? []).toString()),
			);
			expect(bodies).to.deep.equal([
				{ sessionId: "a", said: ["yes"] },
				{ sessionId: "b" },
				{ result: 1 },
				event("1"),
				event("1", "/agent"),
				event("2"),
				{ never: "seen" },
			]);
			expect(rows[3]?.envelope).to.contain(token);
			expect(rows[5]?.envelope).to.not.contain(token);
		}));

	it("are no finding: `check` warns of the password alone", () =>
		use(async (_router, folder) => {
			const env = { NODE_PASSWORD: PASSWORD };
			const { out } = await runCli(["check"], folder, env);
			expect(out).to.match(/3 routes, 0 errors, 1 warning,/);
			expect(out).to.contain("`basic` proves nothing about the content");
		}));
});
