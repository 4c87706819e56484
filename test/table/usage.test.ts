import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";

const HEAD = `version: 1
server: { publicUrl: "https://hooks.example" }
defaults: { firewall: [vonage], signature: none }
include: [more.yaml]
tables:
  numbers: { file: t.csv, key: number }
  customers: { file: t.csv, key: customer }
routes:
  - { name: rest, path: /sms, kind: sms.inbound, level: account, handler: { plugin: log } }
`;
const FILES = {
	"t.csv": "number,customer\n447700900001,acme\n",
	"more.yaml": "tables:\n  third: { file: t.csv, key: number }\n",
};
const CALL = "name: a, path: /a, kind: voice.answer, level: app";
const UNUSED = {
	numbers: "routes.yaml:6:3: warning: nothing uses the table `numbers`",
	customers: "routes.yaml:7:3: warning: nothing uses the table `customers`",
	third: "more.yaml:2:3: warning: nothing uses the table `third`",
};

describe("a table that nothing uses", () => {
	const check = async (routes: string, files = {}) => {
		const all = { ...FILES, ...files, "routes.yaml": HEAD + routes };
		const { out } = await withFolder(all, (folder) =>
			runCli(["check"], folder),
		);
		return out
			.split("\n")
			.filter((line) => line.includes("the table"))
			.map((line) => line.split(". ")[0]);
	};

	it("is found where it is defined, in an included file too", async () => {
		expect(await check("")).to.have.members(Object.values(UNUSED));
	});

	const used: Readonly<Record<string, readonly [string, string[]]>> = {
		"a key inside a look-up of another one": [
			`  - { ${CALL}, handler: { ncco: [{ action: talk, text: "{{ customers[numbers[payload.to].customer].customer }}" }] } }\n`,
			[UNUSED.third],
		],
		"a condition inside `not`": [
			`  - { name: a, path: /sms, kind: sms.inbound, level: number, match: { to: { in: numbers }, msisdn: { exists: true, not: { in: third } } }, handler: none }\n`,
			[UNUSED.customers],
		],
		"a row that is assigned, and a header of a forward": [
			`  - { ${CALL}, handler: { ncco: [{ action: talk, text: "{% assign row = numbers[payload.to] %}{{ row.customer }}" }] } }
  - { name: b, path: /b, kind: sms.dlr, handler: { forward: { url: "http://127.0.0.1:1/", headers: { x-a: "{{ third[payload.to].customer }}" } } } }\n`,
			[UNUSED.customers],
		],
	};
	for (const [name, [routes, unused]] of Object.entries(used))
		it(`is none of those in ${name}`, async () => {
			expect(await check(routes)).to.deep.equal(unused);
		});

	it("is not told beside a plugin of one's own, which may look any of them up", async () => {
		const plugin = `export default { name: "own", on: { "*"() {} } };`;
		const route = `  - { name: o, path: /o, kind: sms.dlr, handler: { plugin: own } }\n`;
		expect(await check(route, { "plugins/own.ts": plugin })).to.deep.equal([]);
	});
});
