import { expect } from "chai";
import {
	createTestRouter,
	type TestRouter,
	type TestWebhook,
} from "../../src/testing/router.ts";
import { runCli, withFolder } from "../cli/cli.ts";

const FILES = {
	"tenants.csv":
		"number,host,url,team\n447700900001,acme,https://acme.example/hooks?k=1,red\n447700900002,10.1.2.3,https://umbrella.example/in/,blue\n",
};

const HEAD = `version: 1
server: { publicUrl: "https://hooks.example" }
tables: { tenants: { file: tenants.csv, key: number } }
defaults: { firewall: [loopback], signature: none, level: account }
routes:
`;

/** A router of one route for SMS with this handler. */
function withRoute(
	handler: string,
	use: (router: TestRouter) => Promise<void>,
	more = "path: /sms/:tenant",
): Promise<void> {
	const route = `{ name: sms, ${more}, kind: sms.inbound, handler: ${handler} }`;
	return withFolder(
		{ ...FILES, "routes.yaml": `${HEAD}  - ${route}\n` },
		async (folder) => {
			const router = await createTestRouter({
				config: "routes.yaml",
				folder,
				env: { BRACES: "{{ payload.text }}" },
			});
			try {
				await use(router);
			} finally {
				await router.close();
			}
		},
	);
}

async function send(
	router: TestRouter,
	text: string,
	more: TestWebhook = {},
): Promise<void> {
	await router.send("sms.inbound", {
		params: { tenant: "acme" },
		from: "127.0.0.1",
		...more,
		set: { text, to: "447700900001", ...more.set },
	});
	await router.settle();
}

/** What becomes of the newest delivery. */
async function fateOf(router: TestRouter): Promise<string> {
	const { state, reason = "" } = (await router.deliveries()).at(-1) ?? {};
	return `${state}: ${reason}`;
}

/** Texts that try to leave their place. */
const ATTACKS: readonly string[] = [
	'", "admin": true, "x": "',
	"a\r\nx-evil: 1\r\n\r\n{}",
	"{{ payload.msisdn }} {% if true %}",
	"../../admin",
	"..\\..\\admin",
	"me@evil.example",
	"a?b=c&d=e#f",
	"evil.example/",
	"evil\u3002example",
	"\u0000\u2028\ud800",
	"%2e%2e%2f",
	"<b>&amp;</b>",
];

describe("a body that the router writes", () => {
	it("is JSON whose structure no value changes", () =>
		withRoute(
			`{ forward: { url: "http://127.0.0.1:1/in", body: { a: "{{ payload.text }}", b: ["x {{ payload.text }}", { c: true }], n: 3 } } }`,
			async (router) => {
				for (const text of ATTACKS) await send(router, text);
				const sent = router.forwarded();
				expect(sent).to.have.length(ATTACKS.length);
				for (const [index, { body, headers, method }] of sent.entries()) {
					const text = Buffer.from(ATTACKS[index] as string).toString();
					expect(method).to.equal("POST");
					expect(headers["content-type"]).to.equal("application/json");
					expect(headers).to.not.have.property("x-evil");
					const { a, b, ...rest } = body as Record<string, unknown>;
					expect(rest).to.deep.equal({ n: 3 });
					expect([a, b].map((part) => plain(part))).to.deep.equal(
						[text, [`x ${text}`, { c: true }]].map((part) => plain(part)),
					);
				}
			},
		));

	it("keeps the type of a value that stands alone", () =>
		withRoute(
			`{ forward: { url: "http://127.0.0.1:1/in", body: { payload: "{{ payload }}", team: "{{ tenants[payload.to].team }}", from: "{{ params.tenant }}", lang: "{{ query.lang }}", none: "{{ payload.data }}", sum: "{{ 1 | plus: 2 }}", is: "{{ payload.type == 'text' }}", text: " {{ 1 }}", nil: "{{ nil }}" } } }`,
			async (router) => {
				await send(router, "hi", { query: { lang: "de" } });
				const [sent] = router.forwarded();
				const { payload, ...rest } = (sent?.body ?? {}) as Record<
					string,
					unknown
				>;
				expect(rest).to.deep.equal({
					team: "red",
					from: "acme",
					lang: "de",
					none: null,
					sum: 3,
					is: true,
					text: " 1",
					nil: null,
				});
				expect(payload).to.include({ text: "hi", to: "447700900001" });
				// The query is not appended to a request that the router writes.
				expect(sent?.url).to.equal("http://127.0.0.1:1/in");
			},
		));

	it("is a form, whose fields no value changes", () =>
		withRoute(
			`{ forward: { url: "http://127.0.0.1:1/in", headers: { Content-Type: application/x-www-form-urlencoded }, body: { text: "{{ payload.text }}", n: 3, tags: [a, "{{ payload.to }}"] } } }`,
			async (router) => {
				for (const text of ATTACKS) await send(router, text);
				for (const [index, { body }] of router.forwarded().entries()) {
					expect(body).to.deep.equal({
						text: Buffer.from(ATTACKS[index] as string).toString(),
						n: "3",
						// The view of a form has the last one of a name.
						tags: "447700900001",
					});
				}
			},
		));

	it("is a text that is escaped as its content type needs", async () => {
		for (const [type, text, expected] of [
			["application/x-www-form-urlencoded", "a&b=c", { t: "a&b=c" }],
			["text/xml", "<b>&", "t=&lt;b&gt;&amp;"],
			["text/plain", "<b>&", "t=<b>&"],
		] as const) {
			await withRoute(
				`{ forward: { url: "http://127.0.0.1:1/in", headers: { content-type: ${type} }, body: "t={{ payload.text }}" } }`,
				async (router) => {
					await send(router, text);
					const [sent] = router.forwarded();
					expect(sent?.body).to.deep.equal(expected);
					expect(sent?.headers["content-type"]).to.equal(type);
				},
			);
		}
	});

	it("takes nothing from the environment for a template", () =>
		withRoute(
			`{ forward: { url: "http://127.0.0.1:1/in", body: { a: "\${BRACES}", b: "{{ payload.text }}" } } }`,
			async (router) => {
				await send(router, "hi");
				expect(router.forwarded()[0]?.body).to.deep.equal({
					a: "{{ payload.text }}",
					b: "hi",
				});
			},
		));

	it("is the data of a CloudEvent, and that of a message", async () => {
		await withRoute(
			`{ forward: { url: "http://127.0.0.1:1/in", as: cloudevent, body: { t: "{{ payload.text }}" } } }`,
			async (router) => {
				await send(router, "hi", { as: "json", query: { lang: "de" } });
				const [sent] = router.forwarded();
				expect(sent?.body).to.deep.equal({ t: "hi" });
				expect(sent?.headers).to.include({
					"ce-specversion": "1.0",
					"ce-query": "lang=de",
				});
			},
		);
		await withRoute(
			`{ publish: { url: "amqp://127.0.0.1", to: "q.{{ tenants[payload.to].team }}", as: cloudevent, key: "{{ payload.msisdn }}", body: ["{{ payload.text }}"] } }`,
			async (router) => {
				await send(router, 'x", "', { as: "json", query: { lang: "de" } });
				const [sent] = router.published();
				expect(sent?.url).to.equal("amqp://127.0.0.1/q.red");
				expect(sent?.body).to.include({ query: "lang=de" });
				expect(sent?.body).to.have.property("data").that.deep.equals(['x", "']);
			},
		);
	});

	it("is a message of another type, whose header is not sent twice", () =>
		withRoute(
			`{ publish: { url: "amqp://127.0.0.1", to: q, headers: { content-type: text/xml, x-a: "{{ payload.text }}" }, body: "<t>{{ payload.text }}</t>" } }`,
			async (router) => {
				await send(router, "<b>\r\nx: y");
				const [sent] = router.published();
				expect(sent?.body).to.equal("<t>&lt;b&gt;\r\nx: y</t>");
				expect(sent?.headers["x-a"]).to.equal("<b>%0D%0Ax: y");
			},
		));

	it("makes an event dead if a table lacks its row, and delivers it with the row", () =>
		withRoute(
			`{ forward: { url: "http://127.0.0.1:1/in", body: { a: "{{ tenants[payload.to].team }}" } } }`,
			async (router) => {
				await send(router, "hi", { set: { to: "447700900009" } });
				expect(await fateOf(router)).to.equal(
					"dead: `body.a`: the template failed: the table `tenants` has no row for `payload.to`",
				);
				await send(router, "hi");
				expect(router.forwarded()).to.have.length(1);
			},
		));
});

describe("a URL that the router writes", () => {
	it("has values in its path and query that cannot leave their place", () =>
		withRoute(
			`{ forward: { url: "http://127.0.0.1:1/a/{{ payload.text }}/in?t={{ payload.text }}&x=1", as: json } }`,
			async (router) => {
				for (const text of ATTACKS) await send(router, text);
				const dead = (await router.deliveries()).filter(
					({ state }) => state === "dead",
				);
				expect(dead.map(({ reason }) => reason)).to.deep.equal([
					"`url`: a value leads out of the path",
					"`url`: a value leads out of the path",
				]);
				for (const { url, query, headers } of router.forwarded()) {
					const { origin, pathname, hash } = new URL(url);
					expect([origin, hash]).to.deep.equal(["http://127.0.0.1:1", ""]);
					expect(pathname).to.match(/^\/a\/[^/]+\/in$/);
					expect(query).to.deep.equal({
						t: decodeURIComponent(pathname.slice(3, -3)),
						x: "1",
					});
					expect(headers).to.not.have.property("x-evil");
				}
				expect(router.forwarded()).to.have.length(ATTACKS.length - 2);
			},
		));

	it("has a host that a value fills, and does not change", () =>
		withRoute(
			`{ forward: { url: "https://{{ payload.text }}.tenants.example:8443/in", as: json } }`,
			async (router) => {
				for (const text of [...ATTACKS, "acme", "a.b"])
					await send(router, text);
				expect(router.forwarded().map(({ url }) => url)).to.deep.equal([
					"https://acme.tenants.example:8443/in",
					"https://a.b.tenants.example:8443/in",
				]);
				const reasons = new Set(
					(await router.deliveries()).map(({ reason }) => reason),
				);
				expect([...reasons].filter(Boolean)).to.deep.equal([
					"`url`: the template failed: a value in the host has characters that a host name cannot have",
				]);
			},
		));

	it("is the URL of a table, with the path and query behind it", () =>
		withRoute(
			`{ forward: { url: "{{ tenants[payload.to].url }}?t={{ payload.text }}", as: json } }`,
			async (router) => {
				await send(router, "a&b");
				await send(router, "x", { set: { to: "447700900002" } });
				expect(
					router.forwarded().map(({ url, query }) => [url, query]),
				).to.deep.equal([
					["https://acme.example/hooks", { k: "1", t: "a&b" }],
					["https://umbrella.example/in/", { t: "x" }],
				]);
			},
		));

	it("joins a path to the URL of a table", () =>
		withRoute(
			`{ forward: { url: "{{ tenants[payload.to].url }}/sms", as: json } }`,
			async (router) => {
				await send(router, "x", { set: { to: "447700900002" } });
				expect(router.forwarded()[0]?.url).to.equal(
					"https://umbrella.example/in/sms",
				);
				await send(router, "x");
				expect(await fateOf(router)).to.equal(
					"dead: `url`: the value has a query, and a path follows it",
				);
			},
		));

	it("refuses a value that is not a plain URL of the Internet, again and again", () =>
		withRoute(
			`{ forward: { url: "{{ payload.text }}", as: json } }`,
			async (router) => {
				const denied = (where: string): string =>
					`dead: EGRESS_DENIED: the URL leads to ${where}, which \`egress\` does not name`;
				for (const [text, fate] of [
					["http://127.0.0.1/", denied("a loopback address")],
					["http://2130706433/", denied("a loopback address")],
					["http://0x7f.1/", denied("a loopback address")],
					["http://0177.0.0.1/", denied("a loopback address")],
					["http://\uff11\uff12\uff17\u30020.0\uff0e1/", "dead: EGRESS_DENIED"],
					["http://localhost:8080/", denied("a loopback address")],
					["http://x.localhost./", denied("a loopback address")],
					["https://[::ffff:10.0.0.1]/", denied("a private address")],
					["https://[64:ff9b::a9fe:a9fe]/", "dead: EGRESS_DENIED"],
					[
						"http://169.254.169.254/latest",
						denied("the metadata service of a cloud"),
					],
					["http://[fe80::1%25eth0]/", "dead: `url`: it is not a valid URL"],
					["http://0.0.0.0/", denied("an unspecified address")],
					["ftp://example.com/", "dead: `url`: the value is not an"],
					["file:///etc/passwd", "dead: `url`: the value is not an"],
					["https://me:pw@example.com/", "dead: `url`: the value has a user"],
					["https://example.com\\@evil/", "dead: `url`: the value is not an"],
					["https://exam\nple.com/", "dead: `url`: the value is not an"],
					["https://example.com/a/%2e%2e/b", "dead: `url`: a value leads out"],
					["https://example.com:25/", "dead: `url`: the port 25 belongs"],
					["", "dead: `url`: the value is not an"],
				] as const) {
					await send(router, text);
					expect(await fateOf(router), text).to.contain(fate);
				}
				expect(router.forwarded()).to.deep.equal([]);
				await send(router, "https://example.com:8443/a?b=c");
				expect(router.forwarded()[0]).to.deep.include({
					url: "https://example.com:8443/a",
					query: { b: "c" },
				});
			},
		));

	it("reaches the networks that are named, and a metadata service only by its own address", () =>
		withRoute(
			`{ forward: { url: "{{ payload.text }}", as: json, egress: [private, 127.0.0.9] } }`,
			async (router) => {
				await send(router, "http://10.0.0.1/");
				await send(router, "http://127.0.0.9/");
				for (const text of [
					"http://127.0.0.1/",
					"http://169.254.169.254/",
					"http://100.64.0.1/",
				]) {
					await send(router, text);
					expect(await fateOf(router), text).to.contain("EGRESS_DENIED");
				}
				expect(router.forwarded().map(({ url }) => url)).to.deep.equal([
					"http://10.0.0.1/",
					"http://127.0.0.9/",
				]);
			},
		));

	it("answers a caller with the fallback where the URL is refused", () =>
		withFolder({}, async (folder) => {
			const router = await createTestRouter({
				folder,
				env: {},
				config: `${HEAD.replace(/tables.*\n/, "")}  - { name: a, path: /a, kind: voice.answer, level: app, handler: { forward: { url: "https://{{ payload.to }}/in", as: json } }, fallback: { ncco: [{ action: talk, text: sorry }] } }\n`,
			});
			const answer = await router.send("voice.answer", {
				set: { to: "127.0.0.1" },
				from: "127.0.0.1",
			});
			expect(answer.text).to.contain("sorry");
			expect(answer).to.include({ code: "EGRESS_DENIED" });
			await router.close();
		}));

	it("lets one host fail without holding the others back, and shows no value in its name", () =>
		withRoute(
			`{ forward: { url: "https://{{ payload.text }}.example/in", as: json } }`,
			async (router) => {
				router.stub([
					{ url: "https://down.example/*", answer: { error: "ECONNREFUSED" } },
				]);
				for (let count = 0; count < 7; count += 1) await send(router, "down");
				await send(router, "up");
				const states = (await router.deliveries()).map(({ state }) => state);
				expect(states).to.deep.equal([
					...Array(5).fill("waiting"),
					// The host rests, so these are not tried.
					...Array(2).fill("received"),
					"delivered",
				]);
				const lines = JSON.stringify(router.log);
				expect(lines).to.contain("fails again and again");
				expect(lines).to.contain("https://{{ payload.text }}.example/in");
				expect(lines).to.not.contain("https://down.example");
				router.stub([]);
				for (let count = 0; count < 6; count += 1) await router.advance("30s");
				await router.settle();
				const later = (await router.deliveries()).map(({ state }) => state);
				expect(later).to.deep.equal(Array(8).fill("delivered"));
			},
		));
});

describe("the templates of a request", () => {
	for (const [what, handler, ...expected] of [
		[
			"fields that the kind does not have, each at its place",
			`{ forward: { url: "https://{{ payload.too }}/{{ payload.txt }}", headers: { x-a: "{{ payload.msisdm }}" }, body: { a: ["{{ payload.mesageId }}"] } } }`,
			"routes.yaml:6:84: warning: `sms.inbound` has no field `payload.too`",
			"routes.yaml:6:147: warning",
			"routes.yaml:6:185: warning",
			"Did you mean `msisdn`?",
			"Did you mean `messageId`?",
			"`payload.txt`",
		],
		[
			"an unknown filter in a body",
			`{ forward: { url: "https://a.example/", body: { a: "{{ payload.text | uper }}" } } }`,
			"routes.yaml:6:117: error: a template knows no filter `uper`",
		],
		[
			"an unknown column in a URL",
			`{ forward: { url: "{{ tenants[payload.to].ulr }}" } }`,
			"error: the table `tenants` has no column `ulr`",
		],
		[
			"a parameter that the path does not have",
			`{ publish: { url: "amqp://h", to: x, key: "{{ params.tenat }}", body: "{{ params.tenant }}" } }`,
			"routes.yaml:6:108: error: the path `/sms/:tenant` has no `:tenat`",
		],
		[
			"a tag that ends in another position of the URL",
			`{ forward: { url: "https://a.example/{% if payload.to %}a?b=1{% endif %}" } }`,
			"error: `{% if payload.to %}` is never closed",
		],
	] as const) {
		it(`are checked: ${what}`, () =>
			withFolder(
				{
					...FILES,
					"routes.yaml": `${HEAD}  - { name: sms, path: /sms/:tenant, kind: sms.inbound, handler: ${handler} }\n`,
				},
				async (folder) => {
					const { out } = await runCli(["check"], folder, {});
					for (const line of expected) expect(out).to.contain(line);
				},
			));
	}
});

// --- helpers ---

/** Writes a value as bytes, in which a lone surrogate is U+FFFD. */
function plain(value: unknown): unknown {
	return JSON.parse(
		Buffer.from(JSON.stringify(value).replace(/\\ud800/g, "\ufffd")).toString(),
	);
}
