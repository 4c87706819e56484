import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
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
					"`payload.oder` is no field of `shop.node` that is known, so that this may always be empty, did you mean `order`?",
				);
			},
		));
});
