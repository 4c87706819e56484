import { expect } from "chai";
import { packAnswer } from "../../src/inbox/port/kept-answer.ts";
import { put } from "../inbox/contract/ground.ts";
import { type Ran, withFolder } from "./cli.ts";
import { runInbox, withStore } from "./inbox-ground.ts";

/** As long as a digest. */
const HASH = `${"abcdefghij".repeat(4)}klm`;

const FILES = {
	"routes.yaml": `version: 1
server: { listen: "127.0.0.1:0", publicUrl: "https://hooks.example" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: Hi }] } }
  - { name: order, path: /order, schema: order.json, mode: reply, orderBy: [mail], handler: { forward: "http://127.0.0.1:1" } }
`,
	"order.json": JSON.stringify({
		properties: {
			buyer: { type: "string", personal: "number" },
			mail: { type: "string", personal: "email" },
			sku: { type: "string" },
		},
		webhook: { dedupe: ["sku", "buyer"] },
	}),
};

const CALL = {
	route: "answer",
	kind: "voice.answer",
	state: "delivered",
	dedupeKey: '["aaaaaaaabbbbccccdddd0123456789ab"]',
	envelope: JSON.stringify({
		method: "GET",
		path: "/answer",
		query:
			"to=447700900000&from=447700900001&uuid=aaaaaaaabbbbccccdddd0123456789ab",
		client: "127.0.0.1",
		claims: {
			iat: 1700000000,
			api_key: "abcd1234",
			application_id: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
			sub: "Ann",
		},
	}),
	body: new Uint8Array(0),
} as const;

const NCCO = [
	{ action: "talk", text: "Hello Ann", language: "en-GB" },
	{
		action: "connect",
		from: "447700900000",
		endpoint: [{ type: "phone", number: "447700900001" }],
		eventUrl: ["https://hooks.example/events?token=abc"],
	},
];

/** What `inbox show` prints of one delivery. */
function show(
	delivery: Parameters<typeof put>[1],
	args: readonly string[] = [],
): Promise<Ran> {
	return withFolder(FILES, async (folder) => {
		await withStore(folder, (store) => put(store, { id: "one", ...delivery }));
		return runInbox(folder, ["show", "one", ...args]);
	});
}

/** A reply as a plugin makes it. */
const answered = (
	body: string | Uint8Array | undefined,
	type = "application/json",
	status = 200,
) => packAnswer({ status, headers: { "content-type": type }, body });

describe("the answer in switchhook inbox show", () => {
	it("is an NCCO to be read, its texts and numbers masked", async () => {
		const answer = answered(JSON.stringify(NCCO));
		const { out } = await show({ ...CALL, answer });
		expect(out).to.match(/^answered +200 application\/json$/m);
		const [, shown = ""] = /^Answer:\n(\[\n[\s\S]*?\n\])$/m.exec(out) ?? [];
		expect(JSON.parse(shown)).to.deep.equal([
			{ action: "talk", text: "[masked 9 characters]", language: "en-GB" },
			{
				action: "connect",
				from: "44********00",
				endpoint: [{ type: "phone", number: "44********01" }],
				eventUrl: ["https://hooks.example/events?token=[secret]"],
			},
		]);
		const json = await show({ ...CALL, answer }, ["--json"]);
		expect(JSON.parse(json.out).answer).to.deep.equal({
			status: 200,
			type: "application/json",
			body: JSON.parse(shown),
			note: null,
		});
		const whole = await show({ ...CALL, answer }, ["--json", "--payloads"]);
		expect(JSON.parse(whole.out).answer.body).to.deep.equal(NCCO);
	});

	it("is shown whole where the configuration says it to everybody", async () => {
		const reply = {
			status: 200,
			headers: {},
			body: '[{"action":"talk","text":"Hi"}]',
		};
		const { out } = await show({
			...CALL,
			answer: packAnswer(Object.freeze(reply)),
		});
		expect(out).to.contain('"text": "Hi"');
	});

	it("is masked by nothing but its length where it is a text, bytes or JSON that was cut", async () => {
		for (const [answer, shown, whole] of [
			[
				answered("Ann: 447700900001", "text/plain"),
				"[masked 17 characters]",
				"Ann: 447700900001",
			],
			[
				answered(Buffer.from([0xff, 1])),
				"(2 bytes of binary data, not stored)",
				"(2 bytes",
			],
			[
				answered(`["${"a".repeat(20_000)}"]`),
				"(the first part of 20004 bytes)",
				"aaaa",
			],
			[
				answered('{"note":"Ann","n":5}'),
				'"note": "[masked 3 characters]"',
				'"note": "Ann"',
			],
		] as const) {
			const { out } = await show({ ...CALL, answer });
			expect(out).to.contain(shown);
			expect(out)
				.to.not.contain("Ann")
				.and.to.not.contain("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
			const bare = await show({ ...CALL, answer }, ["--payloads"]);
			expect(bare.out).to.contain(whole);
		}
	});

	it("cannot move a terminal's cursor, and is nothing where there is none", async () => {
		const hostile = await show(
			{ ...CALL, answer: answered("a\u001b[2Jb", "text/x\u001b[2J") },
			["--payloads"],
		);
		expect(hostile.out).to.not.contain("\u001b");
		for (const answer of [undefined, "damaged"]) {
			const { out } = await show({ ...CALL, answer });
			expect(out).to.not.contain("answered ").and.to.not.contain("Answer:");
			const json = await show({ ...CALL, answer }, ["--json"]);
			expect(JSON.parse(json.out).answer).to.equal(null);
		}
		const empty = await show({
			...CALL,
			answer: answered(undefined, undefined, 503),
		});
		expect(empty.out).to.match(/^answered +503/m);
	});
});

describe("the masks of switchhook inbox show and list", () => {
	it("show what names nobody, in claims and keys too, and a number alike wherever it stands", async () => {
		const { out } = await show(CALL, ["--json"]);
		const { webhook, payload, dedupeKey } = JSON.parse(out);
		expect(webhook.claims).to.deep.equal({
			iat: 1700000000,
			api_key: "abcd1234",
			application_id: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
			sub: "[masked 3 characters]",
		});
		expect(payload).to.deep.equal({
			to: "44********00",
			from: "44********01",
			uuid: "aaaaaaaabbbbccccdddd0123456789ab",
		});
		expect(dedupeKey).to.equal('["aaaaaaaabbbbccccdddd0123456789ab"]');
	});

	it("mask a key as the fields that it is made of, of a schema of one's own too", () =>
		withFolder(FILES, async (folder) => {
			const one = {
				route: "order",
				kind: "order",
				state: "delivered",
			} as const;
			await withStore(folder, async (store) => {
				await put(store, {
					...one,
					id: "a",
					dedupeKey: '["17","447700900001"]',
					orderKey: '["ann@example.com"]',
				});
				await put(store, {
					...one,
					id: "b",
					dedupeKey: `["17",null,"${HASH}"]`,
					orderKey: '["a","b","0C000000217B7F02"]',
				});
				await put(store, {
					...one,
					id: "c",
					dedupeKey: `sha256:${"0".repeat(64)}`,
					orderKey: "damaged 447700900001",
				});
				await put(store, {
					...one,
					id: "d",
					route: "gone",
					kind: "gone",
					dedupeKey: '["0C000000217B7F02"]',
					orderKey: '["447700900001","Ann"]',
				});
			});
			const { out } = await runInbox(folder, ["list", "--json"]);
			const keys = JSON.parse(out).deliveries.map(
				({ dedupeKey, orderKey }: Record<string, string>) => [
					dedupeKey,
					orderKey,
				],
			);
			expect(keys.reverse()).to.deep.equal([
				['["17","44********01"]', '["a***@example.com"]'],
				[
					`["17",null,"${HASH}"]`,
					'["[masked 1 character]","[masked 1 character]","0C000000217B7F02"]',
				],
				[`sha256:${"0".repeat(64)}`, "damaged 44********01"],
				['["0C000000217B7F02"]', '["44********01","[masked 3 characters]"]'],
			]);
			const bare = await runInbox(folder, ["list", "--json", "--payloads"]);
			expect(bare.out).to.contain("ann@example.com");
		}));
});
