import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { loadKinds } from "../../src/kind/load.ts";
import { LanguageServer } from "./language-server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("in an editor, `definePlugin`", () => {
	let server: LanguageServer;
	before(async () => {
		server = await LanguageServer.open(ROOT);
	});
	after(() => server.close());

	const complete = (body: string) =>
		server.complete(
			join(ROOT, "plugins/edited.ts"),
			`import { definePlugin } from "switchhook";
export default definePlugin({
	name: "edited",
	options: { type: "object", properties: { text: { type: "string" } } },
	setup: () => ({ count: 0 }),
	${body}
});
`,
		);

	it("offers every kind, those of the folder, and `*`", async () => {
		const { kinds } = await loadKinds([join(ROOT, "schemas")]);
		const names = [...kinds.values()]
			.filter(({ schema }) => schema.webhook !== undefined)
			.map(({ name }) => name);
		const offered = await complete('on: { "▮" }');
		expect(offered).to.include.members([...names, "*", "invoice-paid"]);
	});

	it("offers the fields of the payload, the parts of the context and the options of an action", async () => {
		const handler = (text: string) =>
			complete(`on: { "voice.answer": (event, context) => { ${text} } }`);
		expect(await handler("event.payload.▮")).to.include.members([
			"from",
			"to",
			"conversation_uuid",
		]);
		expect(await handler("context.▮")).to.include.members([
			"options",
			"state",
			"log",
			"url",
			"handOn",
			"store",
			"signal",
		]);
		expect(await handler("context.state.▮")).to.include("count");
		expect(await handler("context.options.▮")).to.include("text");
		expect(await handler('return [{ action: "talk", ▮ }]')).to.include.members([
			"text",
			"language",
			"bargeIn",
		]);
	});
});
