import { expect } from "chai";
import { formatFinding } from "../../src/finding/finding.ts";
import { BROKERS } from "../../src/handler/publish/drivers/table.ts";
import { findMissing } from "../../src/handler/publish/missing.ts";
import { createMask, parseBrokerUrl } from "../../src/handler/publish/url.ts";
import { load } from "../../src/runtime/load.ts";
import { createTestRouter } from "../../src/testing/router.ts";
import { withFolder } from "../cli/cli.ts";

describe("the settings of publish", () => {
	const wrong: readonly (readonly [string, string])[] = [
		["url: ampq://rabbit, to: x", "Did you mean `amqp://…`?"],
		["url: rabbit, to: x", '"rabbit" is not a broker\'s URL.'],
		["url: 'amqp://u:p@', to: x", "the URL is not one of a broker."],
		["url: redis://h", "`publish` has no `to`. Expected the target in Redis"],
		[
			"url: amqp://h",
			"Expected the name of a queue as `to`, or an `exchange`.",
		],
		["url: amqp://h, to: x, exchange: y", "`to` names a queue"],
		[
			"url: amqp://h, to: x, routingKey: y",
			"`routingKey` has no effect without",
		],
		[
			"url: redis://h, to: x, declare: false",
			"`declare` is a setting of RabbitMQ",
		],
		["url: redis://h, exchange: x", "`exchange` is a setting of RabbitMQ"],
		["url: amqp://h, to: x, maxLength: 3", "`maxLength` is a setting of Redis"],
		[
			"url: kafka://h, to: x, durability: synced",
			"`durability` is a setting of NATS",
		],
		["url: amqp://h, to: x, tls: { ca: a.pem }", "Write `amqps://`."],
		["url: amqps://h, to: x, tls: { ca: none.pem }", "none.pem cannot be read"],
		["url: nats://h, to: 'sms.*'", 'has no target with the name "sms.*"'],
		["url: kafka://h, to: 'a b'", "Expected a topic"],
		["url: redis://h/sms, to: x", "the path of a Redis URL is the number"],
		["url: kafka://h, to: x, sasl: plain", "because the URL has no user"],
		["url: amqp://h, to: x, timeout: 0s", "`timeout` is zero"],
		[
			"url: amqp://h, to: x, headers: { switchhook-kind: y }",
			"written by the router itself",
		],
		[
			"url: sqs://h, to: x.fifo, headers: { a: '1', b: '1', c: '1', d: '1' }",
			"a message of SQS has room for 3",
		],
		[
			"url: amqp://h, to: '{{ payload.to | foo }}'",
			"a template knows no filter `foo`.",
		],
		["url: amqp://h, to: '{{ payload.msidn }}'", "Did you mean `msisdn`?"],
		["url: sqs://h, to: plain", "does not keep the order of messages"],
		[
			"url: 'amqp://u:geheim@h', to: x",
			"the broker's password is in plain text here.",
		],
	];
	for (const [settings, words] of wrong) {
		it(`says of { ${settings} }: ${words}`, async () => {
			const texts = await check(settings);
			expect(texts).to.include(words);
			expect(texts).to.not.include("geheim");
		});
	}

	it("refuses a reply route", async () => {
		const texts = await check("url: amqp://h, to: x", "mode: reply, ");
		expect(texts).to.match(/error: .*`publish`/);
	});

	it("takes what each broker needs", async () => {
		for (const settings of [
			"url: amqp://h:1/v, exchange: e, routingKey: '{{ payload.to }}'",
			"url: 'nats://a:4222,b:4222', to: 'sms.{{ payload.to }}', durability: replicated",
			"url: rediss://h/2, to: s, maxLength: 1000",
			"url: kafkas://h, to: t, key: '{{ payload.to }}', as: cloudevent",
			"url: sqs://sqs.eu-west-1.amazonaws.com/1, to: q.fifo, region: eu-west-1",
		])
			expect(await check(settings)).to.equal("");
	});
});

describe("findMissing", () => {
	const kafka = BROKERS.get("kafka");

	it("says which packages to install", () => {
		const nats = BROKERS.get("nats");
		expect(
			nats &&
				findMissing(nats, () => {
					throw Object.assign(new Error("no"), { code: "MODULE_NOT_FOUND" });
				}),
		).to.deep.equal({
			what: "`url` names NATS, and the package `@nats-io/transport-node` is not installed",
			todo: "install it: `npm install @nats-io/transport-node@3 @nats-io/jetstream@3`",
		});
	});

	it("says that a client needs a newer Node.js", () => {
		const found = kafka && findMissing(kafka, (name) => name, "20.19.0");
		expect(found?.what).to.include("needs Node.js 20.19.4 or newer");
	});

	it("finds all of them in this repository", () => {
		for (const driver of BROKERS.values())
			expect(findMissing(driver), driver.product).to.equal(undefined);
	});
});

describe("parseBrokerUrl", () => {
	it("takes several hosts, and a password as it is", () => {
		expect(parseBrokerUrl("amqp://me:p@ss/w%20rd@[::1]:5,b/%2F")).to.deep.equal(
			{
				scheme: "amqp",
				hosts: [
					{ host: "::1", port: 5 },
					{ host: "b", port: undefined },
				],
				user: "me",
				password: "p@ss/w rd",
				path: "/",
				name: "amqp://[::1]:5,b",
			},
		);
	});

	it("takes no other text", () => {
		for (const text of [
			"",
			"amqp:",
			"amqp://",
			"amqp://h:0",
			"amqp://h:99999",
			"amqp://a b",
		])
			expect(parseBrokerUrl(text), text).to.equal(undefined);
	});
});

describe("createMask", () => {
	it("hides a password, and a token that stands in its place", () => {
		expect(createMask({ user: "u", password: "a/b" })("a/b a%2Fb u")).to.equal(
			"*** *** u",
		);
		expect(
			createMask({ user: "token", password: undefined })("token"),
		).to.equal("***");
		expect(createMask({ user: undefined, password: undefined })("x")).to.equal(
			"x",
		);
	});
});

describe("publish in a test", () => {
	it("connects to nothing, records the messages, and fails as a stub says", () =>
		withRoutes(
			"url: amqp://rabbit/v, to: 'sms.{{ payload.to }}', headers: { x-a: 'é' }",
			async (config) => {
				const router = await createTestRouter({ config, env: {} });
				await router.send("sms.inbound", { set: { to: "447700900000" } });
				await router.settle();
				const [message] = router.published();
				expect(message).to.deep.include({
					method: "PUBLISH",
					url: "amqp://rabbit/sms.447700900000",
				});
				expect(message?.headers).to.include({
					"switchhook-kind": "sms.inbound",
					"x-a": "%C3%A9",
				});
				router.stub([
					{ url: "amqp://rabbit/*", answer: { error: "ECONNREFUSED" } },
				]);
				await router.send("sms.inbound", { set: { messageId: "0A02" } });
				await router.settle();
				const states = (await router.deliveries()).map(({ state }) => state);
				expect(states).to.deep.equal(["delivered", "waiting"]);
				await router.close();
			},
		));
});

describe("the message of publish", () => {
	const published = async (settings: string) =>
		withRoutes(`url: redis://h, to: s, ${settings}`, async (config) => {
			const router = await createTestRouter({ config, env: {} });
			await router.send("sms.inbound", {
				set: { msisdn: "447700900001", text: "hi" },
			});
			await router.settle();
			const [message] = router.published();
			const [delivery] = await router.deliveries();
			await router.close();
			return { message, id: delivery?.id };
		});

	it("has the event as JSON, with the order key as its key", async () => {
		const { message, id } = await published("as: json");
		expect(message?.body).to.deep.include({
			id,
			kind: "sms.inbound",
			attempt: 1,
		});
		expect(message?.headers).to.include({
			"content-type": "application/json",
			"switchhook-key": "447700900001",
			"switchhook-event-id": id,
		});
	});

	it("is a CloudEvent in structured mode", async () => {
		const { message, id } = await published(
			"as: cloudevent, key: '{{ payload.to }}-x'",
		);
		expect(message?.headers).to.include({
			"content-type": "application/cloudevents+json",
		});
		expect(message?.headers["switchhook-key"]).to.match(/-x$/);
		expect(message?.body).to.deep.include({
			specversion: "1.0",
			id,
			type: "com.vonage.sms.inbound",
			datacontenttype: "application/json",
		});
	});

	it("repeats the body of the webhook, or its payload where there is none", async () => {
		const { message } = await published("as: original");
		expect(message?.body).to.include({ text: "hi", msisdn: "447700900001" });
	});

	it("is dead where a template makes a name that the broker cannot have", () =>
		withRoutes(
			"url: nats://h, to: 'sms.{{ payload.text }}'",
			async (config) => {
				const router = await createTestRouter({ config, env: {} });
				await router.send("sms.inbound", { set: { text: "a b" } });
				await router.settle();
				const [delivery] = await router.deliveries();
				expect(delivery?.state).to.equal("dead");
				expect(delivery?.reason).to.include(
					'`to` is "sms.a b", expected a subject',
				);
				await router.close();
			},
		));
});

// --- helpers ---

function withRoutes<T>(
	settings: string,
	use: (config: string) => Promise<T>,
	more = "",
): Promise<T> {
	const text = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, ${more}orderBy: msisdn, handler: { publish: { ${settings} } } }
`;
	return withFolder({ "routes.yaml": text }, (folder) =>
		use(`${folder}/routes.yaml`),
	);
}

/** Returns the findings of a route with these settings. */
function check(settings: string, more = ""): Promise<string> {
	return withRoutes(
		settings,
		async (configFile) => {
			const { findings, runtime } = await load({
				configFile,
				env: {},
				setup: false,
			});
			await runtime?.close();
			return findings.map(formatFinding).join("\n");
		},
		more,
	);
}
