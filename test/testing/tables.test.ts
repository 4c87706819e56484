import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";

/** Numbers of customers decide on the route, on what a caller hears, and on what a plugin does. */
const PROJECT = {
	"routes.yaml": `version: 1
server: { publicUrl: "https://hooks.example" }
defaults: { firewall: [vonage], signature: none }
tables:
  numbers: { file: numbers.csv, key: number }
  blocked: { file: blocked.csv, key: caller }
routes:
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: This number is not in service. }] } }
  - name: customer
    path: /answer
    kind: voice.answer
    level: app
    match: { to: { in: numbers }, from: { not: { in: blocked } } }
    handler: { ncco: [{ action: talk, text: "{{ numbers[payload.to].greeting }}" }] }
  - { name: sms, path: /sms, kind: sms.inbound, level: account, handler: { plugin: rates }, retry: [10s, 1m] }
`,
	"numbers.csv":
		"number,greeting,rate\n447700900001,Welcome to Acme.,12\n447700900002,Willkommen.,7\n",
	"blocked.csv": "caller,why\n447700900666,abuse\n",
	"plugins/rates.ts": `import { definePlugin, retryLater } from "switchhook";
export default definePlugin({
	name: "rates",
	setup: ({ tables, log }) => log.info(\`\${tables.numbers?.size} numbers\`),
	on: {
		"sms.inbound": async ({ payload }, { tables, log }) => {
			const row = tables.numbers?.get(String(payload.to));
			log.info("rate", { rate: row?.rate, none: tables.nothing === undefined, own: tables.numbers?.has("toString") });
			const known = await fetch("https://crm.example/customers/" + payload.to);
			if (!known.ok) throw retryLater("the CRM is down");
			await fetch("https://bills.example/", { method: "POST", body: String(row?.rate) });
		},
	},
});
`,
	"tests/tables.yaml": `- name: a customer hears their own greeting
  send: voice.answer
  set: { to: "447700900002" }
  expect: { route: customer, ncco: [{ text: Willkommen. }] }
- name: one that is blocked does not
  send: voice.answer
  set: { to: "447700900002", from: "447700900666" }
  expect: { route: answer }
- name: nor one who calls a number without a row
  send: voice.answer
  set: { to: "447700900003" }
  expect: { route: answer, ncco: [{ text: { contains: not in service } }] }
- name: a plugin looks rows up, and tries again
  fetch: [{ url: "https://bills.example/", answer: { status: 204 } }]
  send:
    - send: sms.inbound
      set: { to: "447700900001" }
      fetch: [{ url: "https://crm.example/*", answer: { status: 503 } }]
      expect:
        outcome: waiting
        attempts: 1
        log: [{ msg: rate, fields: { rate: "12", none: true, own: false } }]
        fetched: [{ url: "https://crm.example/customers/447700900001" }]
    - after: 10s
      fetch: [{ url: "https://crm.example/*", answer: { body: { name: Acme } } }]
      expect: { outcome: delivered, attempts: 2, fetched: { contains: { url: "https://bills.example/", method: POST, body: "12" } } }
`,
};

describe("tests of routes with tables", () => {
	it("pass with a reply by a row, conditions over tables, and a plugin that looks rows up", () =>
		withFolder(PROJECT, async (folder) => {
			const { code, out, err } = await runCli(["test"], folder);
			expect(code, out + err).to.equal(0);
			expect(out).to.include("4 passed, 0 failed");
		}));

	it("show by which table a route has lost, without the number", () =>
		withFolder(PROJECT, async (folder) => {
			await writeFile(
				join(folder, "tests/tables.yaml"),
				`- { name: x, send: voice.answer, set: { to: "447700900003" }, expect: { route: customer } }\n`,
			);
			const { code, out } = await runCli(["test"], folder);
			expect(code).to.equal(1);
			expect(out).to.match(/lost {2}customer .*a key of table numbers/);
		}));

	it("explain which condition over a table failed", () =>
		withFolder(PROJECT, async (folder) => {
			const { out } = await runCli(
				["explain", "voice.answer", "--set", "to=447700900003"],
				folder,
			);
			expect(out).to.match(/customer.*\n?.*a key of table numbers/);
		}));
});
