import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { HookEvent } from "../../src/event/webhook.ts";
import { parseAddress } from "../../src/gate/address.ts";
import type { Client } from "../../src/gate/client-address.ts";
import type { Visit } from "../../src/http/app.ts";
import { createRejectionLog } from "../../src/http/log-rejection.ts";
import { createVisitLog } from "../../src/http/log-visit.ts";
import { toPrivacy } from "../../src/kind/personal.ts";
import type { LogOptions } from "../../src/observe/log.ts";
import { createThrottle } from "../../src/observe/throttle.ts";
import { refusal } from "../../src/runtime/request/answer.ts";
import type { ServedRoute } from "../../src/runtime/served-route.ts";
import { createTestLog } from "../observe/lines.ts";

const clientAt = (text: string): Client => {
	const address = parseAddress(text);
	return { address, found: `peer ${text}` };
};

const visitOf = (
	code: ConstructorParameters<typeof HookError>[0],
	{ path = "/hook", client = clientAt("203.0.113.7") } = {},
): Visit => ({
	method: "GET",
	path,
	client,
	answer: refusal(new HookError(code)),
	durationMs: 1,
});

describe("the log of visits", () => {
	const start = () => {
		const { log, lines } = createTestLog();
		const throttle = createThrottle({ now: () => 0, defer: () => {} });
		return { lines, throttle, note: createVisitLog(log, throttle) };
	};

	for (const code of [
		"FIREWALL_DENIED",
		"ROUTE_UNKNOWN",
		"ROUTE_SPELLING",
		"HTTP_VERSION",
		"HTTP_HOST",
	] as const) {
		it(`has one line a second and client of ${code}, and a count`, () => {
			const { lines, throttle, note } = start();
			for (let index = 0; index < 100; index++) note(visitOf(code));
			note(visitOf(code, { client: clientAt("203.0.113.8") }));
			expect(lines().map(({ client }) => client)).to.deep.equal([
				"203.0.113.7",
				"203.0.113.8",
			]);
			throttle.flush();
			expect(lines()).to.have.length(3);
			expect(lines()[2]).to.include({ client: "203.0.113.7", notShown: 98 });
		});
	}

	it("has every line of what came past the firewall", () => {
		const { lines, note } = start();
		for (let index = 0; index < 10; index++) {
			note(visitOf("SIGNATURE_INVALID"));
			note(visitOf("PAYLOAD_UNROUTED"));
		}
		expect(lines()).to.have.length(20);
	});

	it("cuts a path to 200 characters", () => {
		const { lines, note } = start();
		note(visitOf("ROUTE_UNKNOWN", { path: `/${"x".repeat(16_000)}` }));
		expect(lines()[0]?.path).to.equal(`/${"x".repeat(199)}…`);
	});

	it("names once a neighbour that forwards and is not trusted", () => {
		const { lines, note } = start();
		const stranger = parseAddress("127.0.0.1");
		if (stranger === undefined) throw new Error("it is an address");
		const client = { address: undefined, found: "a proxy", stranger };
		for (let index = 0; index < 3; index++)
			note(visitOf("FIREWALL_DENIED", { client }));
		const named = lines().filter(({ proxy }) => proxy === "127.0.0.1");
		expect(named).to.have.length(1);
		expect(named[0]?.msg).to.equal(
			"the proxy at 127.0.0.1 is not in `server.trustedProxies`, so its clients are unknown. If it is your own HTTP proxy and names the client, write `trustedProxies: [127.0.0.1]`",
		);
	});
});

describe("the line of a client that the firewall denies", () => {
	it("names `switchhook send` to a person on this machine, and to nobody else", () => {
		const hintOf = (text: string, isPlayed = false): unknown => {
			const { log, lines } = createTestLog();
			const client = {
				address: parseAddress(text),
				found: "peer",
				...(isPlayed ? { isPlayed } : {}),
			};
			const throttle = createThrottle({ now: () => 0, defer: () => {} });
			createVisitLog(log, throttle)(visitOf("FIREWALL_DENIED", { client }));
			return lines()[0]?.hint;
		};
		for (const here of ["127.0.0.1", "127.8.8.8", "::1"])
			expect(hintOf(here)).to.contain("use `switchhook send`");
		expect(hintOf("203.0.113.7")).to.equal(undefined);
		expect(hintOf("127.0.0.1", true)).to.equal(undefined);
	});
});

describe("the line of a path that no route has", () => {
	const hintFor = (
		path: string,
		paths: readonly string[],
		code: ConstructorParameters<typeof HookError>[0] = "ROUTE_UNKNOWN",
	): unknown => {
		const { log, lines } = createTestLog();
		const throttle = createThrottle({ now: () => 0, defer: () => {} });
		createVisitLog(log, throttle, () => paths)(visitOf(code, { path }));
		return lines()[0]?.hint;
	};

	it("names the path that was probably meant", () => {
		const paths = ["/webhooks/answer", "/webhooks/inbound-sms"];
		expect(hintFor("/webhooks/inbuond-sms", paths)).to.equal(
			"Did you mean /webhooks/inbound-sms?",
		);
		expect(hintFor("/webhook/answer", paths)).to.equal(
			"Did you mean /webhooks/answer?",
		);
	});

	it("names none where none is near, or another thing is wrong", () => {
		expect(hintFor("/favicon.ico", ["/webhooks/answer"])).to.equal(undefined);
		expect(
			hintFor("/webhooks/answre", ["/webhooks/answer"], "FIREWALL_DENIED"),
		).to.equal(undefined);
	});

	it("looks at so many paths only, and at no long one", () => {
		let looked = 0;
		const endless = function* () {
			for (;;) {
				looked += 1;
				yield `/webhooks/${looked}`;
			}
		};
		const { log, lines } = createTestLog();
		const throttle = createThrottle({ now: () => 0, defer: () => {} });
		const note = createVisitLog(log, throttle, endless);
		note(visitOf("ROUTE_UNKNOWN", { path: "/webhooks/x" }));
		expect(looked).to.equal(1000);
		note(visitOf("ROUTE_UNKNOWN", { path: `/${"x".repeat(10_000)}` }));
		throttle.flush();
		expect(looked).to.equal(1000);
		expect(lines()).to.have.length(2);
	});
});

describe("the log of rejections", () => {
	it("has one line a second and peer, with who and why", () => {
		const { log, lines } = createTestLog();
		const throttle = createThrottle({ now: () => 0, defer: () => {} });
		const note = createRejectionLog(log, throttle, (peer = "") =>
			peer === "127.0.0.1"
				? { address: undefined, found: "the trusted proxy names no client" }
				: clientAt(peer),
		);
		const reason = "HEAD_TOO_LARGE: it is too large";
		for (const peer of ["203.0.113.7", "203.0.113.7", "127.0.0.1"])
			note({ peer, status: 431, reason, severity: "warn" });
		throttle.flush();
		const seen = lines().map(({ time: _, ...line }) => line);
		const line = {
			severity: "warn",
			line: "connection",
			client: "203.0.113.7",
			status: 431,
			reason,
			msg: "a request was refused",
		};
		expect(seen).to.deep.equal([
			line,
			{ ...line, client: "unknown", peer: "127.0.0.1" },
			line,
		]);
	});
});

describe("a webhook in a log that writes debug", () => {
	const kind = {
		privacy: toPrivacy({
			properties: {
				from: { type: "string", personal: "number" },
				price: { type: "string" },
			},
		}),
		reply: { body: "ncco", required: true },
		name: "k",
	};
	const heard = (mode: "reply" | "accept"): Visit => ({
		...visitOf("INTERNAL"),
		answer: {
			reply: {
				status: 200,
				headers: { "content-type": "application/json" },
				body: '[{"action":"talk","text":"Hello Ann"}]',
			},
			outcome: "handled",
			error: undefined,
			reports: [],
			route: {
				name: "r",
				path: "/r",
				level: "app",
				mode,
				kind,
			} as unknown as ServedRoute,
			event: {
				id: "e",
				payload: { from: "447700900001", price: "0.0333", note: "Ann" },
			} as unknown as HookEvent,
		},
	});
	const lineOf = (options: LogOptions, mode: "reply" | "accept" = "reply") => {
		const { log, lines } = createTestLog(options);
		createVisitLog(log)(heard(mode));
		const [line] = lines();
		return line ?? {};
	};

	it("has its payload and its answer, masked", () => {
		const { payload, answer } = lineOf({ level: "debug" });
		expect(payload).to.deep.equal({
			from: "44********01",
			price: "0.0333",
			note: "[masked 3 characters]",
		});
		expect(answer).to.deep.equal({
			status: 200,
			type: "application/json",
			body: [{ action: "talk", text: "[masked 9 characters]" }],
		});
	});

	it("has both as they are where payloads may be shown", () => {
		const { payload, answer } = lineOf({ level: "debug", payloads: true });
		expect(JSON.stringify([payload, answer])).to.contain("447700900001");
		expect(JSON.stringify(answer)).to.contain("Hello Ann");
	});

	it("has no answer of an accept route, and neither in a log that writes less", () => {
		expect(lineOf({ level: "debug" }, "accept")).to.not.have.property("answer");
		const line = lineOf({ level: "info" });
		expect(line).to.not.have.any.keys("payload", "answer");
	});
});
