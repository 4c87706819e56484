import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { ask } from "../http/router.ts";
import { startFrom } from "./router.ts";

const head = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: none }
tables: { shops: { file: shops.csv, key: id } }
defaults: { firewall: [loopback], signature: none, mode: reply }
routes:
`;

const OPEN = JSON.stringify({ type: "object" });
const FILES = {
	"schemas/open.json": OPEN,
	"schemas/slack.json": JSON.stringify({
		type: "object",
		required: ["challenge"],
		properties: {
			challenge: { type: "string" },
			type: { const: "url_verification" },
		},
	}),
	"shops.csv": 'id,name\n1,"Gr\u00fcn & <Co>"\n',
};

/** Asks a router of one route. */
async function answerOf(
	route: string,
	target: string,
	options: Parameters<typeof ask>[1] = {},
): ReturnType<typeof ask> {
	return withFolder(
		{ ...FILES, "routes.yaml": `${head}  - ${route}\n` },
		async (folder) => {
			const router = await startFrom(folder, { env: { BRACES: "{{ x }}" } });
			try {
				return await ask(`${router.url}${target}`, options);
			} finally {
				await router.close();
			}
		},
	);
}

async function findingsOf(route: string): Promise<string> {
	return withFolder(
		{ ...FILES, "routes.yaml": `${head}  - ${route}\n` },
		async (folder) =>
			(await runCli(["check"], folder, { BRACES: "{{ secret" })).out,
	);
}

const json = (value: unknown) => ({
	method: "POST",
	headers: { "content-type": "application/json" },
	body: JSON.stringify(value),
});

describe("a static answer by template", () => {
	it("answers the challenge of Slack as JSON, whose structure no value changes", async () => {
		const route = `{ name: slack, path: /slack, schema: slack, handler: { static: { json: { challenge: "{{ payload.challenge }}", list: [1, "{{ headers.x-a }}"] } } } }`;
		const challenge = '", "admin": true, "x": "{{ payload.type }}\u2028';
		const sent = json({ type: "url_verification", challenge });
		const heard = await answerOf(route, "/slack", {
			...sent,
			headers: { ...sent.headers, "x-a": "b" },
		});
		expect(heard.status).to.equal(200);
		expect(heard.headers["content-type"]).to.equal("application/json");
		expect(JSON.parse(heard.body)).to.deep.equal({ challenge, list: [1, "b"] });
	});

	it("answers the challenge of Meta as text that is no page", async () => {
		const route = `{ name: meta, path: /meta, schema: open, methods: [GET], handler: { static: { text: "{{ query['hub.challenge'] }}" } } }`;
		const target = "/meta?hub.mode=subscribe&hub.challenge=%3Cb%3E1";
		const heard = await answerOf(route, target);
		expect(heard).to.include({ status: 200, body: "<b>1" });
		expect(heard.headers).to.include({
			"content-type": "text/plain; charset=utf-8",
			"x-content-type-options": "nosniff",
			"content-length": "4",
		});
	});

	it("escapes values in a page, and keeps a value in the line of its header", async () => {
		const route = `{ name: page, path: /page/:shop, schema: open, handler: { static: { status: 201, headers: { content-type: text/html, x-shop: "{{ shops[params.shop].name }} {{ payload.a }}" }, text: "<b>{{ payload.a }}</b>{{ shops[params.shop].name }}" } } }`;
		const heard = await answerOf(route, "/page/1", json({ a: "<i>\r\nx: 1" }));
		expect(heard.status).to.equal(201);
		expect(heard.body).to.equal(
			"<b>&lt;i&gt;\r\nx: 1</b>Gr\u00fcn &amp; &lt;Co&gt;",
		);
		expect(heard.headers["x-shop"]).to.equal("Gr%C3%BCn & <Co> <i>%0D%0Ax: 1");
		expect(heard.headers).to.not.have.property("x");
	});

	it("fails without its row: 503, or the fallback", async () => {
		const route = (more: string) =>
			`{ name: page, path: /page, schema: open, ${more} handler: { static: { text: "{{ shops[payload.shop].name }}" } } }`;
		expect(
			(await answerOf(route(""), "/page", json({ shop: 2 }))).status,
		).to.equal(503);
		expect(
			await answerOf(
				route("fallback: { static: { text: none } },"),
				"/page",
				json({ shop: 2 }),
			),
		).to.include({ status: 200, body: "none" });
		expect(
			(await answerOf(route(""), "/page", json({ shop: 1 }))).body,
		).to.equal("Gr\u00fcn & <Co>");
	});

	it("is sent with templates in headers alone, and without a body where the status has none", async () => {
		const route = `{ name: a, path: /a, schema: open, handler: { static: { status: 204, headers: { x-a: "{{ payload.a }}" } } } }`;
		const heard = await answerOf(route, "/a", json({ a: "b" }));
		expect(heard).to.include({ status: 204, body: "" });
		expect(heard.headers["x-a"]).to.equal("b");
	});

	it("takes nothing from the environment for a template", async () => {
		const route = `{ name: a, path: /a, schema: open, handler: { static: { json: { a: "{{ payload.a }}", b: "\${BRACES}" } } } }`;
		const heard = await answerOf(route, "/a", json({ a: "{{ payload.b }}" }));
		expect(JSON.parse(heard.body)).to.deep.equal({
			a: "{{ payload.b }}",
			b: "{{ x }}",
		});
	});

	for (const [what, route, ...expected] of [
		[
			"a route that takes no webhook",
			`{ name: a, path: /a, handler: { static: { text: "{{ query.x }}" } } }`,
			"routes.yaml:7:53: warning: the template is sent as it is written: a route without `kind` and `schema` answers everybody alike. Give the route a `schema`, by which it takes a webhook",
		],
		[
			"JSON that is written as text",
			`{ name: a, path: /a, schema: open, handler: { static: { headers: { content-type: application/json }, text: '{"a":"{{ payload.a }}"}' } } }`,
			"error: this template writes JSON, whose structure a value could change. Write `json` in place of `text`: each text in it may be a template",
		],
		[
			"a content type that a value chooses",
			`{ name: a, path: /a, schema: open, handler: { static: { headers: { content-type: "{{ payload.a }}" }, text: x } } }`,
			"error: `content-type` is a template: a value could turn a text into a page. Write the type itself",
		],
		[
			"an answer that is an NCCO",
			`{ name: a, path: /a, kind: voice.answer, level: app, handler: { static: { json: [{ action: talk, text: "{{ payload.to }}" }] } } }`,
			"error: the answer to `voice.answer` is an NCCO, and this is a template of something else. Write `ncco`, whose texts may be templates",
		],
		[
			"a field and a column that are not there, each at its place",
			`{ name: a, path: /a, schema: slack, handler: { static: { headers: { x-a: "{{ shops[payload.challenge].nmae }}" }, json: { a: ["{{ payload.chalenge }}"] } } } }`,
			"routes.yaml:7:78: error: the table `shops` has no column `nmae`. Did you mean `name`?",
			"warning: `slack` has no field `payload.chalenge` in its schema, so this may always be empty. Did you mean `challenge`?",
		],
		[
			"a mistake beside a value of the environment, without that value",
			`{ name: a, path: /a, schema: open, handler: { static: { text: "\${BRACES} {{ payload.a }" } } }`,
			"error: not a valid template (hidden: from the environment)",
		],
		[
			"an accept route",
			`{ name: a, path: /a, schema: open, mode: accept, handler: { static: { text: "{{ payload.a }}" } } }`,
			"error: an accept route answers with an empty 200. Its `static` is never sent. Write `mode: reply`, or a",
		],
	] as const) {
		it(`is checked: ${what}`, async () => {
			const found = await findingsOf(route);
			for (const line of expected) expect(found).to.contain(line);
			expect(found).to.not.contain("secret");
		});
	}
});

describe("an NCCO with a value of the environment", () => {
	it("takes it for text, whatever is in it", async () => {
		const route = `{ name: a, path: /a, kind: voice.answer, level: app, methods: [GET], handler: { ncco: [{ action: talk, text: "\${BRACES}" }, { action: talk, text: "{{ payload.to }}" }] } }`;
		const call = `from=1&to=447700900001&uuid=${"a".repeat(32)}&conversation_uuid=CON-aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab`;
		const heard = await answerOf(route, `/a?${call}`);
		expect(JSON.parse(heard.body)).to.deep.equal([
			{ action: "talk", text: "{{ x }}" },
			{ action: "talk", text: "447700900001" },
		]);
	});

	it("is checked without showing it", async () => {
		const route = `{ name: a, path: /a, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: "\${BRACES} {{ payload.to" }] } }`;
		const found = await findingsOf(route);
		expect(found).to.contain(
			"not a valid template (hidden: from the environment)",
		);
		expect(found).to.not.contain("secret");
	});
});
