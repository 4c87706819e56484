import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect } from "chai";
import { checkConfig } from "../../src/config/check.ts";
import { readConfig } from "../../src/config/read/read.ts";
import { formatFinding } from "../../src/finding/finding.ts";
import { HANDLER_TYPES } from "../../src/handler/types.ts";
import { kinds } from "./kinds.ts";

const TABLES: Readonly<Record<string, readonly string[]>> = {
	tenants: ["447700900001", "447700900002"],
	customers: ["447700900002", "447700900003"],
	people: ["447700900009", "+447700900010", "07700 900011"],
};

let folder: string;

/** Checks routes of one path, each with a `match` of its own, after one without. */
async function check(...matches: readonly string[]): Promise<string[]> {
	const routes = matches.map(
		(match, index) =>
			`  - { name: r${index}, path: /a, kind: sms.inbound, level: number, match: ${match}, handler: { plugin: log } }\n`,
	);
	const text = `version: 1
tables:
${Object.keys(TABLES)
	.map((name) => `  ${name}: { file: ${name}.csv, key: number }`)
	.join("\n")}
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: rest, path: /a, kind: sms.inbound, handler: { plugin: log } }
${routes.join("")}`;
	const file = join(folder, "routes.yaml");
	await writeFile(file, text);
	const read = await readConfig(file, { env: {} });
	const { findings } = checkConfig(read, {
		kinds,
		handlerTypes: HANDLER_TYPES,
		isFile: () => true,
	});
	return findings.map((finding) =>
		formatFinding({ ...finding, file: basename(finding.file) }),
	);
}

describe("a `match` with a table", () => {
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-match-tables-"));
		for (const [name, keys] of Object.entries(TABLES))
			await writeFile(
				join(folder, `${name}.csv`),
				["number", ...keys].join("\n"),
			);
	});
	after(() => rm(folder, { recursive: true, force: true }));

	it("may be beside a text and a prefix of the same field", async () => {
		expect(
			await check(
				"{ to: { in: tenants } }",
				'{ to: "447700900001" }',
				'{ to: "44*" }',
			),
		).to.deep.equal([]);
	});

	it("is an error beside a table that shares a key", async () => {
		const [line, ...more] = await check(
			"{ to: { in: tenants } }",
			"{ to: { in: customers } }",
		);
		expect(more).to.deep.equal([]);
		expect(line).to.match(
			/"r1" claims .* "r0" \(routes\.yaml:9\), where `to` is "447700900002"/,
		);
	});

	it("is none where another field tells the two apart", async () => {
		expect(
			await check(
				'{ to: { in: tenants }, msisdn: "1" }',
				'{ to: { in: customers }, msisdn: "2" }',
			),
		).to.deep.equal([]);
	});

	it("is an error where a text here and a table there make the ranks equal", async () => {
		const [line] = await check(
			'{ to: { in: tenants }, msisdn: "447700900003" }',
			'{ to: "447700900001", msisdn: { in: customers } }',
		);
		expect(line).to.match(
			/where `to` is "447700900001" and `msisdn` is "447700900003"/,
		);
	});

	it("suggests a table that was probably meant", async () => {
		const [line] = await check("{ to: { in: tenant } }");
		expect(line).to.match(/unknown table "tenant".*Did you mean `tenants`\?/);
	});

	it("warns once of keys that are written for people", async () => {
		const lines = await check("{ to: { in: people } }");
		expect(lines).to.have.length(1);
		expect(lines[0]).to.match(
			/warning: the key "\+447700900010" of table `people` never matches.*\(and 1 more\)/,
		);
	});
});
