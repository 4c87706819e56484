import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { parse } from "yaml";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import { INBOX_FILES } from "../cli/inbox-ground.ts";
import { delivery } from "../inbox/contract/ground.ts";
import { type DeskSite, withDesk } from "./desk.ts";

const run = promisify(execFile);
const NUMBER = "447700123456";
const ONE = { params: { id: "one" } };
const REVEALED = {
	...ONE,
	query: { reveal: true },
	scopes: ["read", "reveal"],
} as const;

/** Three levels on the path of `sms`. */
const FILES = {
	...INBOX_FILES,
	"routes.yaml": `${INBOX_FILES["routes.yaml"]}  - name: support
    path: /sms
    kind: sms.inbound
    level: number
    match: { to: "447700900000", text: { pattern: "^stop" } }
    handler: { plugin: listener }
`,
};

function sms(
	fields: Record<string, unknown> = {},
	changed: Partial<NewDelivery> = {},
): NewDelivery {
	return delivery({
		id: "one",
		envelope:
			'{"method":"POST","path":"/sms","headers":{"content-type":"application/json","user-agent":"x"},"client":"127.0.0.1","claims":{"iss":"Vonage"}}',
		body: Buffer.from(
			JSON.stringify({
				msisdn: NUMBER,
				to: "447700900000",
				messageId: "A1",
				text: "hello",
				type: "text",
				"message-timestamp": "2026-01-15 12:00:00",
				...fields,
			}),
		),
		...changed,
	});
}

function withOne(
	use: (site: DeskSite) => Promise<void>,
	one: NewDelivery = sms(),
): Promise<void> {
	return withDesk(
		async (site) => {
			await site.store.put([one]);
			await use(site);
		},
		undefined,
		FILES,
	);
}

describe("the explanation of a delivery", () => {
	it("says of each gate and each condition which line decided, with masked values", () =>
		withOne(async ({ call }) => {
			const { json } = await call("explainDelivery", ONE);
			const details = Object.fromEntries(
				json.verdicts.map(({ gate, detail, at }: Record<string, unknown>) => [
					gate,
					[detail, at],
				]),
			);
			const line = (of: number) => ({ file: "routes.yaml", line: of });
			expect(details.firewall).to.deep.equal([
				"in the network loopback",
				line(4),
			]);
			expect(details.signature).to.deep.equal([
				"checked on arrival, which proved `iss`",
				line(4),
			]);
			expect(details.kind).to.deep.equal([
				"sms.inbound, the only kind here",
				line(8),
			]);
			expect(
				json.candidates.map(({ route }: { route: string }) => route),
			).to.deep.equal(["support", "sms"]);
			const [support, wide] = json.candidates;
			expect(support).to.deep.include({ won: false, at: line(26) });
			expect(support.conditions).to.deep.equal([
				{
					field: "to",
					wanted: '"44********00"',
					value: '"44********00"',
					fits: true,
				},
				{
					field: "text",
					wanted: "a text that /^stop/ fits",
					value: '"[masked 5 characters]"',
					fits: false,
				},
			]);
			expect(wide).to.deep.include({ won: true, conditions: [] });
			expect(json).to.deep.include({
				route: "sms",
				runs: "handler",
				handler: "plugin listener",
				handlerAt: line(10),
				inbox:
					"It is stored before it is answered. A second one with the same `messageId` is a duplicate.",
				payload: null,
			});
			expect(JSON.stringify(json)).to.not.contain(NUMBER);
		}));

	it("lifts masks only for the scope, and logs that", () =>
		withOne(async ({ call, problem, log }) => {
			expect(
				await problem("explainDelivery", { ...REVEALED, scopes: ["read"] }),
			).to.match(/^missing-scope: /);
			expect(log).to.have.length(0);
			const { json } = await call("explainDelivery", REVEALED);
			expect(json.candidates[0].conditions[1].value).to.equal('"hello"');
			expect(log.at(-1)).to.include({
				actor: "ann",
				revealed: "delivery one",
			});
		}));

	it("says whether the configuration is newer than the delivery", () =>
		withOne(async ({ call, store }) => {
			const old = await call("explainDelivery", ONE);
			expect(old.json.configuration.isNewer).to.equal(true);
			await store.put([sms({}, { id: "two", receivedAt: Date.now() + 1000 })]);
			const { json } = await call("explainDelivery", { params: { id: "two" } });
			expect(json.configuration.isNewer).to.equal(false);
			expect(json.configuration.servesSince).to.be.a("number");
		}));

	it("is a conflict where nothing is left to explain", () =>
		withOne(
			async ({ call, problem }) => {
				await call("redactDelivery", { ...ONE, body: { reason: "asked for" } });
				for (const [id, what] of [
					["explainDelivery", "explained"],
					["saveDeliveryAsTest", "saved as a test"],
					["copyDeliveryAsCurl", "copied"],
				] as const)
					expect(await problem(id, ONE)).to.equal(
						`conflict: The delivery cannot be ${what}: its body was removed.`,
					);
			},
			sms({}, { state: "dead", reason: "no" }),
		));
});

describe("a delivery as a test", () => {
	it("has stand-ins, the route, and a name for its file", () =>
		withOne(async ({ call }) => {
			const { json } = await call("saveDeliveryAsTest", ONE);
			expect(json.name).to.equal("sms-one.yaml");
			const [test] = parse(json.yaml).tests;
			expect(test).to.deep.include({ send: "sms", method: "POST" });
			expect(test.payload.messageId).to.equal("A1");
			expect(json.yaml).to.not.contain(NUMBER);
			expect(json.kept).to.deep.equal(["to"]);
		}));
});

describe("a delivery as a command of curl", () => {
	/** The words that the shell passes to curl, and the bytes of its standard input. */
	async function wordsOf(command: string) {
		const { stdout } = await run(
			"sh",
			[
				"-c",
				`curl() { case "$*" in *@-) base64 -w0;; esac; for word; do printf '\\0%s' "$word"; done; }; ${command}`,
			],
			{ cwd: "/" },
		);
		const [input = "", ...words] = stdout.split("\0");
		return { words, input: Buffer.from(input, "base64") };
	}

	it("has stand-ins unless it is revealed", () =>
		withOne(async ({ call }) => {
			const masked = await call("copyDeliveryAsCurl", ONE);
			expect(masked.json.command).to.not.contain(NUMBER);
			expect(masked.json.notes).to.deep.equal([
				"Stand-ins replace personal data.",
				"Not replaced, because the choice of the route depends on it: `to`.",
			]);
			const { json } = await call("copyDeliveryAsCurl", REVEALED);
			const { words } = await wordsOf(json.command);
			expect(words.slice(0, 6)).to.deep.equal([
				"-g",
				"-X",
				"POST",
				"https://hooks.example/sms",
				"-H",
				"content-type: application/json",
			]);
			expect(JSON.parse(words.at(-1) ?? "").msisdn).to.equal(NUMBER);
		}));

	for (const [name, text] of [
		["quotes and commands", `'; touch /tmp/x; echo "$(id)" \`id\` \\`],
		["the end of a bracketed paste", "\u001b[201~; id\n"],
		["a bidi override", "abc\u202edef"],
	] as const)
		it(`passes ${name} to curl as they came`, () =>
			withOne(
				async ({ call }) => {
					const { json } = await call("copyDeliveryAsCurl", REVEALED);
					expect(json.command).to.match(/^[ -~\n]+$/);
					const { words, input } = await wordsOf(json.command);
					const body = words.includes("@-") ? input.toString() : words.at(-1);
					expect(body).to.equal(`{"text":"${text}"}`);
				},
				sms({}, { body: Buffer.from(`{"text":"${text}"}`) }),
			));
});
