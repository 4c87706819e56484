import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";

const FILES = {
	"schemas/my.open.json": JSON.stringify({
		type: "object",
		webhook: { open: true, mode: "reply" },
		properties: { node: { type: "string" } },
	}),
	"order.json": JSON.stringify({
		type: "object",
		properties: {
			order: { type: "object", properties: { id: { type: "string" } } },
		},
	}),
	"t.csv": "number,customer\n",
};

async function check(...routes: readonly string[]): Promise<readonly string[]> {
	const config = `version: 1
server: { publicUrl: "https://hooks.example" }
defaults: { firewall: [vonage], signature: none }
tables: { t: { file: t.csv, key: number } }
routes:
${routes.map((route) => `  - ${route}\n`).join("")}`;
	const { out } = await withFolder(
		{ ...FILES, "routes.yaml": config },
		(folder) => runCli(["check"], folder),
	);
	return out.split("\n").filter((line) => /never match|no field/.test(line));
}

describe("a `match` on a kind that a schema narrows", () => {
	const route = (match: string, template: string) =>
		`{ name: a, path: /a, kind: my.open, schema: order.json, match: ${match}, handler: { static: { json: { x: "${template}" } } } }`;

	it("names fields of the kind and of the schema, as templates do", async () => {
		expect(
			await check(
				route(
					'{ order.id: "1", node: start, order: { exists: true } }',
					"{{ payload.order.id }} {{ payload.node }}",
				),
			),
		).to.deep.equal([]);
	});

	it("is told once of a field that neither has, as templates are", async () => {
		const found = await check(
			route('{ order.idd: "1" }', "{{ payload.order.idd }}"),
		);
		expect(found).to.have.length(2);
		expect(found[0]).to.match(
			/no field `order\.idd`.* Did you mean `order\.id`\?/,
		);
		expect(found[1]).to.match(
			/no field `payload\.order\.idd`.* Did you mean `id`\?/,
		);
	});
});

describe("a `match` with a table that has no rows", () => {
	it("is noted where the table is named", async () => {
		const sms = "kind: sms.inbound, level: number, handler: none";
		const [note, ...more] = await check(
			`{ name: b, path: /b, ${sms}, match: { to: { in: t } } }`,
			`{ name: c, path: /c, ${sms}, match: { to: { not: { in: t } } } }`,
		);
		expect(more).to.deep.equal([]);
		expect(note).to.match(
			/^routes\.yaml:6:\d+: note: the table `t` has no rows, so this never matches\. Add a row, and reload\.$/,
		);
	});
});
