import { createHmac } from "node:crypto";
import { expect } from "chai";
import type { HookEvent } from "../../src/event/webhook.ts";
import {
	createRequestWriter,
	type RequestWriterInit,
} from "../../src/handler/forward/request.ts";
import type { ForwardSettings } from "../../src/handler/forward/settings.ts";
import { SMS, settingsOf } from "./forward-tools.ts";

const NOW = Date.UTC(2026, 5, 1);

describe("a request in the form `original`", () => {
	it("has the method, the bytes and the content type as they came", () => {
		const { method, path, body, headers } = write();
		expect(method).to.equal("POST");
		expect(path).to.equal("/in");
		expect(body).to.equal(SMS.raw);
		expect(headers["content-type"]).to.equal("application/json; charset=utf-8");
	});

	it("has the query of a GET behind the upstream's own", () => {
		const event = {
			method: "GET",
			raw: new Uint8Array(),
			query: "to=1&text=%C3%A4+b",
		};
		expect(write({}, event).path).to.equal("/in?to=1&text=%C3%A4+b");
		const { method, path } = write({ path: "/in?token=x" }, event);
		expect(method).to.equal("GET");
		expect(path).to.equal("/in?token=x&to=1&text=%C3%A4+b");
	});

	it("has the query of a POST behind the upstream's own, with a body and without one", () => {
		const query = "from=447700900001&to=1&sig=own";
		const path = `/in?token=x&${query}`;
		expect(write({ path: "/in?token=x" }, { query })).to.include({
			path,
			body: SMS.raw,
		});
		const raw = new Uint8Array();
		const bare = write({ path: "/in?token=x" }, { query, raw });
		expect(bare).to.include({ method: "POST", path });
		expect(bare.body).to.have.length(0);
	});

	it("sends the payload of an event that a plugin handed on", () => {
		const { method, path, body, headers } = write(
			{},
			{
				raw: new Uint8Array(),
				headers: { "content-type": "application/json" },
				query: "lang=de",
				handedOn: 1,
			},
		);
		expect(path).to.equal("/in?lang=de");
		expect(method).to.equal("POST");
		expect(body).to.equal(JSON.stringify(SMS.payload));
		expect(headers["content-type"]).to.equal("application/json");
	});
});

describe("a request in the form `json`", () => {
	it("has the event", () => {
		const { method, path, body, headers } = write(
			{ as: "json" },
			{ method: "GET", query: "a=b", params: { tenant: "acme" } },
		);
		expect(method).to.equal("POST");
		expect(path).to.equal("/in");
		expect(headers["content-type"]).to.equal("application/json");
		expect(JSON.parse(String(body))).to.deep.equal({
			id: SMS.id,
			kind: "sms.inbound",
			level: "account",
			route: "inbound-sms",
			attempt: 3,
			receivedAt: "2026-01-02T03:04:05.000Z",
			payload: { msisdn: "447700900001", text: "hello" },
			claims: { api_key: "abcd1234" },
			params: { tenant: "acme" },
			query: "a=b",
		});
	});

	it("has the query beside the payload, as it came", () => {
		const query = "from=447700900001&note=%C3%A4+b";
		const { body, path } = write({ as: "json" }, { query });
		expect(JSON.parse(String(body))).to.include({ query });
		expect(path).to.equal("/in");
		const none = write({ as: "json" }, { query: "" });
		expect(JSON.parse(String(none.body))).to.include({ query: "" });
	});

	it("copies nothing of the sender", () => {
		const event = { headers: { "x-shop": "1", "user-agent": "Nexmo" } };
		const { headers } = write({ as: "json" }, event);
		expect(headers).to.not.have.property("x-shop");
		expect(headers["user-agent"]).to.equal("switchhook");
	});

	it("copies the headers that it is told to, but for those of its own content", () => {
		const names = ["x-shop", "content-type", "content-encoding", "user-agent"];
		const given = Object.fromEntries(names.map((name) => [name, "sender"]));
		const event = { headers: { ...given, "x-other": "1" } };
		for (const as of ["json", "cloudevent"] as const) {
			const { headers } = write({ as }, event, {
				copied: [...names, "x-missing"],
			});
			expect(headers, as).to.include({
				"x-shop": "sender",
				"content-type": "application/json",
				"user-agent": "switchhook",
			});
			expect(headers).to.not.have.any.keys(
				"x-other",
				"x-missing",
				"content-encoding",
			);
		}
	});

	it("leaves a payload that is no mapping as it is", () => {
		const payload = ["sig"] as unknown as HookEvent["payload"];
		const { body } = write({ as: "json" }, { payload });
		expect(JSON.parse(String(body)).payload).to.deep.equal(["sig"]);
	});
});

describe("a request in the form `cloudevent`", () => {
	it("is a CloudEvent 1.0 in binary mode", () => {
		const { method, body, headers } = write({ as: "cloudevent" });
		expect(method).to.equal("POST");
		expect(JSON.parse(String(body))).to.deep.equal({
			msisdn: "447700900001",
			text: "hello",
		});
		expect(headers).to.include({
			"content-type": "application/json",
			"ce-specversion": "1.0",
			"ce-id": SMS.id,
			"ce-source": "https://hooks.example.com:8443/webhooks/:tenant",
			"ce-type": "com.vonage.sms.inbound",
			"ce-time": "2026-01-02T03:04:05.000Z",
		});
	});

	it("has a query beside the payload as an extension attribute, and none that is the payload", () => {
		const ce = (event: Partial<HookEvent>, headers = {}) =>
			write({ as: "cloudevent", headers }, event).headers["ce-query"];
		const query = 'from=447700900001&note=%C3%A4"+b';
		expect(ce({ query })).to.equal("from=447700900001&note=%25C3%25A4%22+b");
		const raw = new Uint8Array();
		expect(ce({ query, raw, handedOn: 1 })).to.include("from=");
		expect(ce({ query, raw })).to.equal(undefined);
		expect(ce({ query, method: "GET", raw })).to.equal(undefined);
		expect(ce({ query: "" })).to.equal(undefined);
		expect(ce({ query }, { "ce-query": "own" })).to.equal("own");
	});

	it("encodes what is no visible ASCII", () => {
		const { headers } = write({ as: "cloudevent" }, {}, { type: 'Zähler "1"' });
		expect(headers["ce-type"]).to.equal("Z%C3%A4hler%20%221%22");
	});
});

describe("the headers of every request", () => {
	it("name the event", () => {
		for (const as of ["original", "json", "cloudevent"] as const) {
			expect(write({ as }).headers, as).to.include({
				"switchhook-event-id": SMS.id,
				"switchhook-kind": "sms.inbound",
				"switchhook-level": "account",
				"switchhook-route": "inbound-sms",
				"switchhook-attempt": "3",
				"switchhook-received-at": "2026-01-02T03:04:05.000Z",
			});
		}
	});

	it("have the values of the path's segments, where there are any", () => {
		expect(write().headers).to.not.have.property("switchhook-params");
		const params = { tenant: "a&b=c\r\n" };
		expect(write({}, { params }).headers["switchhook-params"]).to.equal(
			"tenant=a%26b%3Dc%0D%0A",
		);
	});

	it("tell what the sender called, and not what it says of itself", () => {
		const event = {
			headers: { "x-forwarded-host": "evil", forwarded: "for=1.2.3.4" },
		};
		const { headers } = write({}, event);
		expect(headers).to.include({
			forwarded: 'host="hooks.example.com:8443";proto=https',
			"x-forwarded-host": "hooks.example.com:8443",
			"x-forwarded-proto": "https",
		});
	});

	it("follow a public URL that is known later", () => {
		let url = "http://localhost:1";
		const writer = createRequestWriter(initWith({}, { publicUrl: () => url }));
		expect(toMap(writer(SMS, NOW).headers)["x-forwarded-host"]).to.equal(
			"localhost:1",
		);
		url = "http://localhost:2";
		expect(toMap(writer(SMS, NOW).headers)["x-forwarded-host"]).to.equal(
			"localhost:2",
		);
	});

	it("are the user's where both have one", () => {
		const headers = {
			"content-type": "application/vnd.shop+json",
			"user-agent": "shop",
			"x-forwarded-host": "inside",
			"ce-type": "shop.sms",
			host: "shop.internal",
		};
		const event = {
			headers: { "user-agent": "Nexmo", "content-type": "text/x" },
		};
		for (const as of ["original", "json", "cloudevent"] as const) {
			expect(write({ as, headers }, event).headers, as).to.include(headers);
		}
	});

	it("stand there once each", () => {
		const headers = { "content-type": "a/b", "ce-id": "1", forwarded: "x" };
		for (const as of ["original", "json", "cloudevent"] as const) {
			const settings = { as, headers, keys: [Buffer.alloc(24)] };
			const list = createRequestWriter(initWith(settings))(SMS, NOW).headers;
			const names = list.filter((_, index) => index % 2 === 0);
			expect(new Set(names).size, as).to.equal(names.length);
		}
	});
});

describe("a signed request", () => {
	const keys = [Buffer.alloc(24, 1), Buffer.alloc(24, 2)];

	it("has a signature by each key over id, time and body", () => {
		for (const as of ["original", "json", "cloudevent"] as const) {
			const { headers, body } = write({ as, keys });
			expect(headers["webhook-id"]).to.equal(SMS.id);
			expect(headers["webhook-timestamp"]).to.equal(String(NOW / 1000));
			const expected = keys.map((key) => {
				const mac = createHmac("sha256", key).update(
					`${SMS.id}.${NOW / 1000}.`,
				);
				return `v1,${mac.update(body as string).digest("base64")}`;
			});
			expect(headers["webhook-signature"], as).to.equal(expected.join(" "));
		}
	});

	it("has the same id at every attempt", () => {
		const [first, second] = [1, 2].map((attempt) =>
			write({ keys }, { attempt }),
		);
		expect(first?.headers["webhook-id"]).to.equal(
			second?.headers["webhook-id"],
		);
	});

	it("has no such header without a key", () => {
		expect(write().headers).to.not.have.property("webhook-signature");
	});
});

// --- helpers ---

function initWith(
	settings: Partial<ForwardSettings>,
	given: Partial<RequestWriterInit> = {},
): RequestWriterInit {
	return {
		settings: settingsOf("http://127.0.0.1:9/in", settings),
		path: "/webhooks/:tenant",
		type: "com.vonage.sms.inbound",
		publicUrl: () => "https://hooks.example.com:8443",
		copied: [],
		...given,
	};
}

function writeEvent(
	settings: Partial<ForwardSettings>,
	event: HookEvent,
	given: Partial<RequestWriterInit> = {},
) {
	const request = createRequestWriter(initWith(settings, given))(event, NOW);
	return { ...request, headers: toMap(request.headers) };
}

function write(
	settings: Partial<ForwardSettings> = {},
	event: Partial<HookEvent> = {},
	given: Partial<RequestWriterInit> = {},
) {
	return writeEvent(settings, { ...SMS, ...event }, given);
}

function toMap(list: readonly string[]): Record<string, string> {
	const map: Record<string, string> = {};
	for (let at = 0; at < list.length; at += 2)
		map[list[at] as string] = list[at + 1] as string;
	return map;
}
