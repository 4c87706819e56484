import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { expect } from "chai";
import { openTracing } from "../../src/observe/tracing/tracing.ts";
import { ask } from "../http/router.ts";
import { type Start, withInboxFiles } from "./inbox-files.ts";
import { smsRequest, tell } from "./inbox-router.ts";
import { type Sdk, startSdk } from "./sdk.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const SENT = { traceparent: PARENT, tracestate: "vendor=1" };

const routesFor = (service: string) => `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "sqlite:inbox.db" }
defaults: { firewall: [loopback], signature: none }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, retry: [10ms, 1h], handler: { plugin: told } }
  - { name: service, path: /service, kind: sms.inbound, level: account, retry: none, handler: { forward: "${service}/in" } }
  - { name: as-json, path: /json, kind: sms.inbound, level: account, retry: none, handler: { forward: { url: "${service}/in", as: json, copyHeaders: [traceparent] } } }
  - { name: own, path: /own, kind: sms.inbound, level: account, retry: none, handler: { forward: { url: "${service}/in", headers: { traceparent: mine } } } }
  - { name: answer, path: /answer, kind: voice.answer, level: app, handler: { plugin: told }, fallback: { ncco: [{ action: talk, text: sorry }] } }
  - { name: first, path: /first, kind: sms.inbound, level: account, handler: { plugin: hands-on } }
`;

const HANDS_ON = `export default { name: "hands-on", on: { "*": (event, { handOn }) => handOn("sms", event.payload) } };\n`;

describe("traces", () => {
	/** The headers of the requests that the service got. */
	let got: IncomingHttpHeaders[] = [];
	const service = createServer((request, response) => {
		got.push(request.headers);
		response.end();
	});
	let sdk: Sdk | undefined;

	before((done) => {
		service.listen(0, "127.0.0.1", done);
	});
	after((done) => {
		service.close(done);
	});
	beforeEach(() => {
		got = [];
	});
	afterEach(async () => {
		await sdk?.end();
		sdk = undefined;
	});

	const withRouter = (use: (start: Start) => Promise<void>) => {
		const { port } = service.address() as AddressInfo;
		const routes = routesFor(`http://127.0.0.1:${port}`);
		return withInboxFiles(routes, {}, use, {
			"plugins/hands-on.mjs": HANDS_ON,
		});
	};
	/** Starts a router with the SDK of the process, if there is one. */
	const startTraced = async (start: Start) =>
		start({ tracing: await openTracing() });
	const post = (
		url: string,
		headers: Readonly<Record<string, string>>,
		over = {},
	) => {
		const request = smsRequest(over);
		return ask(url, {
			...request,
			headers: { ...request.headers, ...headers },
		});
	};

	describe("without an SDK", () => {
		it("are continued from the webhook to the service, and named in the log", () =>
			withRouter(async (start) => {
				const router = await startTraced(start);
				await post(`${router.url}/service`, SENT);
				const [delivery] = await router.logs({ line: "delivery" });
				const [webhook] = await router.logs({ line: "webhook" });
				expect([delivery?.traceId, webhook?.traceId]).to.deep.equal([
					TRACE,
					TRACE,
				]);
				expect(got[0]).to.include(SENT);
				await post(`${router.url}/json`, SENT, { messageId: "2" });
				await router.logs({ line: "delivery" }, 2);
				expect(got[1]).to.include(SENT);
				await post(`${router.url}/own`, SENT, { messageId: "3" });
				await router.logs({ line: "delivery" }, 3);
				expect(got[2]?.traceparent).to.equal("mine");
			}));

		it("are none where the sender has none, or one that is not valid", () =>
			withRouter(async (start) => {
				const router = await startTraced(start);
				await post(`${router.url}/service`, {});
				await post(
					`${router.url}/service`,
					{ traceparent: "x" },
					{
						messageId: "2",
					},
				);
				const lines = await router.logs({ line: "delivery" }, 2);
				for (const line of lines) expect(line).not.to.have.property("traceId");
				for (const headers of got)
					expect(headers).not.to.have.property("traceparent");
			}));

		it("go on with an event that is handed on", () =>
			withRouter(async (start) => {
				const traces: unknown[] = [];
				tell((event) => void traces.push(event.trace));
				const router = await startTraced(start);
				await post(`${router.url}/first`, SENT);
				await router.logs({ line: "delivery", route: "sms" });
				expect(traces).to.deep.equal([SENT]);
			}));

		it("need no API", async () => {
			expect(await openTracing()).to.equal(undefined);
		});
	});

	describe("with an SDK", () => {
		it("have a span for the request, for the store and for each attempt", () =>
			withRouter(async (start) => {
				sdk = startSdk();
				let calls = 0;
				tell(({ payload }) => {
					calls++;
					if (calls === 1) throw new Error(`broken by ${payload.msisdn}`);
				});
				const router = await startTraced(start);
				await post(`${router.url}/sms`, SENT);
				await router.logs({ line: "delivery", outcome: "delivered" });
				const [receive, put, ...attempts] = [
					"receive",
					"put",
					"attempt",
					"attempt",
				].map((name, at) => {
					const named = sdk
						?.spans()
						.filter((one) => one.name === `${name} sms`);
					return at === 3 ? named?.[1] : named?.[0];
				});
				expect(receive?.kind).to.equal(SpanKind.SERVER);
				expect(receive?.parentSpanContext).to.deep.include({
					spanId: "00f067aa0ba902b7",
					isRemote: true,
				});
				expect(receive?.attributes).to.include({
					"http.request.method": "POST",
					"http.route": "/sms",
					"http.response.status_code": 200,
					"switchhook.route": "sms",
					"switchhook.kind": "sms.inbound",
					"switchhook.level": "account",
					"switchhook.outcome": "received",
				});
				expect(put?.parentSpanContext?.spanId).to.equal(
					receive?.spanContext().spanId,
				);
				expect(put?.attributes).to.include({ "switchhook.duplicate": false });
				expect(attempts.map((one) => one?.attributes)).to.deep.equal(
					["waiting", "delivered"].map((outcome, at) => ({
						"switchhook.route": "sms",
						"switchhook.kind": "sms.inbound",
						"switchhook.level": "account",
						"switchhook.event_id": put?.attributes["switchhook.event_id"],
						"switchhook.attempt": at + 1,
						"switchhook.outcome": outcome,
						...(outcome === "waiting" && { "error.type": "HANDLER_FAILED" }),
					})),
				);
				for (const span of sdk.spans()) {
					expect(span.spanContext().traceId).to.equal(TRACE);
					expect(span.spanContext().traceState?.serialize()).to.equal(
						"vendor=1",
					);
					expect(
						JSON.stringify([span.attributes, span.status, span.events]),
					).not.to.match(/447700900|broken by/);
				}
				for (const attempt of attempts)
					expect(attempt?.parentSpanContext?.spanId).to.equal(
						put?.spanContext().spanId,
					);
				expect(attempts[0]?.status.code).to.equal(SpanStatusCode.ERROR);
				expect(attempts[1]?.status.code).to.equal(SpanStatusCode.UNSET);
			}));

		it("begin with the request where the sender has none, and say so in the log", () =>
			withRouter(async (start) => {
				sdk = startSdk();
				tell((event) => void event);
				const router = await startTraced(start);
				await post(`${router.url}/sms`, {});
				const [delivery] = await router.logs({ line: "delivery" });
				const [webhook] = await router.logs({ line: "webhook" });
				const receive = sdk.span("receive");
				expect(receive.parentSpanContext).to.equal(undefined);
				const { traceId } = receive.spanContext();
				expect([webhook?.traceId, delivery?.traceId]).to.deep.equal([
					traceId,
					traceId,
				]);
			}));

		it("continue after a restart with what was waiting", () =>
			withRouter(async (start) => {
				sdk = startSdk();
				tell((event) => void event);
				const first = await start({
					isWorking: false,
					tracing: await openTracing(),
				});
				await post(`${first.url}/sms`, SENT);
				await first.stop();
				const put = sdk.span("put");
				await sdk.end();
				// Another process, with an SDK of its own.
				sdk = startSdk();
				const second = await startTraced(start);
				const [line] = await second.logs({ line: "delivery" });
				const attempt = sdk.span("attempt");
				expect(attempt.spanContext().traceId).to.equal(TRACE);
				expect(attempt.parentSpanContext?.spanId).to.equal(
					put.spanContext().spanId,
				);
				expect(line?.traceId).to.equal(TRACE);
			}));

		it("reach the service as children of the attempt", () =>
			withRouter(async (start) => {
				sdk = startSdk();
				const router = await startTraced(start);
				await post(`${router.url}/service`, SENT);
				await router.logs({ line: "delivery" });
				const { spanId } = sdk.span("attempt").spanContext();
				expect(got[0]).to.include({
					traceparent: `00-${TRACE}-${spanId}-01`,
					tracestate: "vendor=1",
				});
			}));

		it("have a span for the handler of a call, and the spans of its plugin below it", () =>
			withRouter(async (start) => {
				sdk = startSdk();
				tell(() => {
					trace.getTracer("plugin").startSpan("look up").end();
					return [{ action: "talk", text: "hi" }];
				});
				const router = await startTraced(start);
				await ask(
					`${router.url}/answer?to=1&from=2&uuid=a&conversation_uuid=b`,
					{
						headers: SENT,
					},
				);
				const handle = sdk.span("handle");
				expect(sdk.span("look up").parentSpanContext?.spanId).to.equal(
					handle.spanContext().spanId,
				);
				expect(handle.parentSpanContext?.spanId).to.equal(
					sdk.span("receive").spanContext().spanId,
				);
			}));

		it("say by code why a handler failed, and not in its words", () =>
			withRouter(async (start) => {
				sdk = startSdk();
				tell(() => {
					throw new TypeError("447700900001 is odd");
				});
				const router = await startTraced(start);
				await ask(
					`${router.url}/answer?to=1&from=2&uuid=a&conversation_uuid=b`,
				);
				expect(sdk.span("handle").attributes["error.type"]).to.equal(
					"HANDLER_FAILED",
				);
				const receive = sdk.span("receive");
				expect(receive.attributes).to.include({
					"switchhook.outcome": "fallback",
					"switchhook.code": "HANDLER_FAILED",
					"error.type": "HANDLER_FAILED",
				});
				for (const span of sdk.spans())
					expect(JSON.stringify([span.status, span.attributes])).not.to.include(
						"447700900001",
					);
			}));

		it("have a span for a request that no route takes", () =>
			withRouter(async (start) => {
				sdk = startSdk();
				const router = await startTraced(start);
				await ask(`${router.url}/447700900001`);
				const { name, attributes, status } = sdk.span("receive");
				expect(name).to.equal("receive");
				expect(attributes).to.deep.equal({
					"http.request.method": "GET",
					"http.response.status_code": 404,
					"switchhook.outcome": "unknown",
					"switchhook.code": "ROUTE_UNKNOWN",
				});
				expect(status.code).to.equal(SpanStatusCode.UNSET);
			}));

		it("are sent on where the SDK does not sample them", () =>
			withRouter(async (start) => {
				sdk = startSdk({ isSampled: false });
				const router = await startTraced(start);
				await post(`${router.url}/service`, SENT);
				const [line] = await router.logs({ line: "delivery" });
				expect(sdk.spans()).to.deep.equal([]);
				expect(line?.traceId).to.equal(TRACE);
				expect(got[0]?.traceparent).to.match(
					new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`),
				);
			}));
	});
});
