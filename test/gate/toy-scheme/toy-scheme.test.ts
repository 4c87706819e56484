// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml
import { expect } from "chai";
import { generateRoutesReference } from "../../../scripts/generate-routes-reference.ts";
import { SCHEMES } from "../../../src/gate/schemes/index.ts";
import { createSchemes } from "../../../src/gate/schemes/table.ts";
import { readEnvelope } from "../../../src/inbox/port/envelope.ts";
import { runCli, withFolder } from "../../cli/cli.ts";
import { withInboxFiles } from "../../end-to-end/inbox-files.ts";
import { ask } from "../../http/router.ts";
import { TOY } from "./toy.ts";

/** The built-in schemes and one more: nothing but this table tells the router of it. */
const schemes = createSchemes([
	...SCHEMES.names.map((name) => SCHEMES.get(name) ?? TOY),
	TOY,
]);

const env = { TOY_SECRET: "b5f0c3e8a97d41268e3b7f90" };

const KIND = JSON.stringify({
	title: "Order",
	type: "object",
	required: ["id"],
	properties: { id: { type: "string" } },
	examples: [{ id: "a1" }],
	webhook: {
		methods: ["POST", "GET"],
		contentTypes: ["json", "query"],
		signed: ["toy"],
	},
});

const HEAD = `version: 1
inbox: { store: "sqlite:inbox.db" }
signatures:
  toy: { scheme: toy, shop: duck, secret: "\${TOY_SECRET}" }
`;

const ROUTES = `${HEAD}defaults: { firewall: [loopback], signature: toy, methods: [POST], level: account }
routes:
  - name: order
    path: /order
    kind: shop.order
    match: { claims.shop: duck }
    handler: { plugin: told }
  - name: open
    path: /open
    kind: shop.order
    methods: [GET]
    signature: none
    handler: { plugin: told }
`;

const FILES = {
	"schemas/shop.order.json": KIND,
	"plugins/told.mjs": `export default { name: "told", on: { "*": () => {} } };\n`,
};

/** Runs a command on these routes with the toy among the schemes. */
function say(args: readonly string[], routes: string, known = schemes) {
	const files = { ...FILES, "routes.yaml": routes };
	return withFolder(files, (folder) =>
		runCli(args, folder, env, { schemes: known }),
	);
}

async function check(routes: string, known = schemes): Promise<string> {
	const { out, err } = await say(["check"], routes, known);
	return out + err;
}

describe("a scheme that a table adds", () => {
	it("is read by `check`, with its findings", async () => {
		expect(await check(ROUTES)).to.not.match(/ error: |toy/);
		expect(await check(ROUTES.replace("duck, s", "bear, s"))).to.include(
			"bears are out of fashion",
		);
	});

	it("is a scheme as the schema has it, in its keys and its name", async () => {
		const misspelled = ROUTES.replace("shop: duck, s", "shopp: duck, s");
		expect(await check(misspelled)).to.include("Did you mean `shop`?");
		expect(await check(ROUTES.replace("shop: duck, s", "s"))).to.include(
			"has no `shop`",
		);
		expect(await check(ROUTES.replace("  toy:", "  shop:"))).to.include(
			"`toy` is a scheme, which needs options",
		);
	});

	it("is unknown without the table, in routes.yaml and in a kind", async () => {
		const said = await check(ROUTES, SCHEMES);
		expect(said).to.match(/routes\.yaml:4:\d+: error: .*`scheme`/);
		expect(said).to.match(/shop\.order\.json:.*signed/);
	});

	it("says what it covers, proves and keeps secret", async () => {
		expect(await check(ROUTES.replace("[POST]", "[GET]"))).to.include(
			"the query of a `GET` is not covered by `toy`",
		);
		expect(await check(ROUTES.replace("claims.shop", "claims.x"))).to.include(
			"`toy` proves no claim but `shop`",
		);
		expect(
			await check(ROUTES.replace("claims.shop: duck", "claims.shop: owl")),
		).to.include("the signature accepts no such `shop`");
		for (const copy of [
			"copyHeaders: X-Toy-Signature",
			"copyHeaders: [accept, x-toy-signature]",
		]) {
			const said = await check(
				ROUTES.replace("path: /order", `path: /order\n    ${copy}`),
			);
			expect(said).to.match(
				/error: the header "x-toy-signature" is never kept: it proves an origin/i,
			);
		}
		const forward = `{ forward: { url: "http://127.0.0.1:9", copyHeaders: x-toy-signature } }`;
		expect(await check(ROUTES.replace("{ plugin: told }", forward))).to.include(
			'the header "x-toy-signature" is never kept',
		);
		const wide = ROUTES.replaceAll("[loopback]", "any");
		expect(await check(wide)).to.include("the route cannot detect replays");
	});

	it("signs what `explain` asks about, and `routes` lists its routes", async () => {
		const explained = await say(["explain", "shop.order"], ROUTES);
		expect(explained.out).to.include("toy");
		expect(explained.code).to.equal(0);
		const bare = await say(["explain", "shop.order", "--unsigned"], ROUTES);
		expect(bare.out).to.include("toy says: there is no toy");
		const listed = await say(["routes"], ROUTES);
		expect(listed.out).to.match(/^order +POST +shop\.order/m);
	});

	it("signs what `send` sends, and no header or parameter of it is stored", () =>
		withInboxFiles(
			ROUTES,
			env,
			async (start, folder) => {
				const router = await start({ schemes, isWorking: false });
				const sent = await runCli(
					["send", "shop.order", "--url", `${router.url}/order`],
					folder,
					env,
					{ schemes },
				);
				expect(sent.code, sent.out).to.equal(0);
				const forged = await ask(`${router.url}/order`, {
					method: "POST",
					headers: {
						"content-type": "application/json",
						"x-toy-signature": "duck:0",
					},
					body: "{}",
				});
				expect(forged.status).to.equal(401);
				await ask(`${router.url}/open?id=b2&toy=secret`, {
					headers: { "x-toy-signature": "duck:0", accept: "*/*" },
				});
				const [order, open] = (await router.kept()).map(({ envelope }) =>
					readEnvelope(envelope),
				);
				expect(order?.claims).to.deep.equal({ shop: "duck" });
				expect(order?.headers).to.include.keys("x-toy-id", "content-type");
				expect(order?.headers).to.not.have.property("x-toy-signature");
				expect(open?.query).to.equal("id=b2");
				expect(open?.headers).to.not.have.property("x-toy-signature");
			},
			FILES,
		));

	it("has its section on the reference page", () => {
		const page = generateRoutesReference({ schemes });
		expect(page).to.include("## toy\n\nThe signature of toy shops.");
		expect(page).to.include("| `shop` | string |  | required |");
		expect(page).to.include("[twilio](#twilio) or [toy](#toy)");
	});
});
