import { getEventListeners } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { toMessage } from "../../plugins/shipped/long-sms/message.ts";
import type { HookError } from "../../src/errors.ts";
import type { HookEvent, Payload } from "../../src/event/webhook.ts";
import type { Deadline, Handler } from "../../src/handler/handler.ts";
import { Journal } from "../../src/handler/journal.ts";
import type { HandOnFrom, Origin } from "../../src/handler/plugin/init.ts";
import { compileKind, loadKinds } from "../../src/kind/load.ts";
import { retryLater } from "../../src/plugin/steer.ts";
import {
	createHandOn,
	HAND_ON_MAX,
	type HandOnEvent,
} from "../../src/runtime/inbox/hand-on.ts";
import type { ServedRoute } from "../../src/runtime/served-route.ts";
import { partsOf, WHOLE } from "../plugins/sms.ts";
import { fakeKind } from "../route/kinds.ts";
import { servedRoute } from "./served.ts";

const NOW = 1_577_880_000_000;

function routeOf(
	name: string,
	handle: Handler["handle"],
	over: Partial<ServedRoute> = {},
): ServedRoute {
	return servedRoute({
		name,
		level: "number",
		kind: fakeKind("sms.inbound", "msisdn", {
			validate: ({ text }) =>
				typeof text === "string"
					? undefined
					: [{ path: "/text", message: "is missing" }],
		}),
		mode: "accept",
		handler: { handle },
		...over,
	});
}

/** What lets one hand on among these routes. */
function among(...routes: readonly ServedRoute[]): {
	readonly handOn: HandOnEvent;
	readonly drain: AbortController;
} {
	const drain = new AbortController();
	const byName = new Map(routes.map((route) => [route.name, route]));
	const handOn = createHandOn({
		find: (name) => byName.get(name),
		drain: () => drain.signal,
		inbox: undefined,
		now: () => NOW,
	});
	return { handOn, drain };
}

/** What an event is handed on from. */
function originOf(event: Partial<HookEvent>): Origin {
	return { event: event as HookEvent, journal: new Journal() };
}

async function errorOf(work: Promise<unknown>): Promise<HookError> {
	return work.then(
		() => {
			throw new Error("it did not fail");
		},
		(error: HookError) => error,
	);
}

describe("createHandOn", () => {
	it("makes an event of the other route, with the claims of the one it comes of", async () => {
		const events: HookEvent[] = [];
		const { handOn } = among(routeOf("other", (e) => void events.push(e)));
		const claims = { api_key: "abcd1234" };
		const trace = { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };
		const payload = { text: "hi", at: new Date(NOW), none: undefined };
		await handOn(
			"other",
			payload,
			{},
			originOf({ id: "e1", claims, query: "lang=de", handedOn: 2, trace }),
		);
		await handOn("other", payload, { params: { tenant: "a" } }, undefined);
		const [one, two] = events as [HookEvent, HookEvent];
		expect(one).to.deep.equal({
			id: one.id,
			kind: "sms.inbound",
			level: "number",
			route: "other",
			payload: { text: "hi", at: "2020-01-01T12:00:00.000Z" },
			receivedAt: NOW,
			attempt: 1,
			claims,
			raw: new Uint8Array(0),
			params: {},
			headers: { "content-type": "application/json" },
			method: "POST",
			query: "lang=de",
			handedOn: 3,
			trace,
		});
		expect(one.id).to.match(/^[\da-f-]{36}$/);
		expect(two.id).to.not.equal(one.id);
		expect(two).to.deep.include({
			claims: {},
			params: { tenant: "a" },
			query: "",
			handedOn: 1,
		});
	});

	it("leaves a query behind that was the payload, and takes another one instead", async () => {
		const queries: string[] = [];
		const { handOn } = among(
			routeOf("other", (e) => void queries.push(e.query)),
		);
		const none = new Uint8Array(0);
		const webhook = { query: "text=hi", handedOn: 0, claims: {} };
		const origins = [
			{ ...webhook, method: "GET", raw: none },
			{ ...webhook, method: "POST", raw: none },
			{ ...webhook, method: "POST", raw: Buffer.from("{}") },
		].map(originOf);
		const payload = { text: "hi" };
		for (const origin of origins) await handOn("other", payload, {}, origin);
		await handOn("other", payload, { query: "a=1" }, origins[2]);
		await handOn("other", payload, { query: "" }, origins[2]);
		expect(queries).to.deep.equal(["", "", "text=hi", "a=1", ""]);
	});

	it("waits until the other route has handled it", async () => {
		let finish = () => {};
		const { handOn } = among(
			routeOf(
				"slow",
				() =>
					new Promise((done) => {
						finish = () => done(undefined);
					}),
			),
		);
		let isDone = false;
		const work = handOn("slow", { text: "" }, {}, undefined).then(() => {
			isDone = true;
		});
		await new Promise((done) => setImmediate(done));
		expect(isDone).to.equal(false);
		finish();
		await work;
	});

	it("rejects with what the other route's handler threw, now or later", async () => {
		const later = retryLater("busy", { after: "5s" });
		const { handOn } = among(
			routeOf("throws", () => {
				throw later;
			}),
			routeOf("rejects", () => Promise.reject(later)),
		);
		for (const name of ["throws", "rejects"]) {
			const work = handOn(name, { text: "" }, {}, undefined);
			expect(await errorOf(work)).to.equal(later);
		}
	});

	it("gives the other handler the time of its own route, and the router's stop", async () => {
		let deadline: Deadline | undefined;
		const { handOn, drain } = among(
			routeOf(
				"hangs",
				(_, given) => {
					deadline = given;
					void given.signal;
					return new Promise(() => {});
				},
				{ timeoutMs: 1 },
			),
			routeOf("stops", (_, { signal }) => {
				drain.abort();
				return signal.aborted ? Promise.reject(signal.reason) : undefined;
			}),
		);
		const error = await errorOf(handOn("hangs", { text: "" }, {}, undefined));
		expect(error.code).to.equal("HANDLER_TIMEOUT");
		expect(deadline?.signal.aborted).to.equal(true);
		expect(getEventListeners(drain.signal, "abort")).to.have.length(0);
		const stopped = await errorOf(handOn("stops", { text: "" }, {}, undefined));
		expect(stopped).to.equal(drain.signal.reason);
	});

	it("refuses a name that no route has", async () => {
		const error = await errorOf(
			among().handOn("mneu", { text: "" }, {}, undefined),
		);
		expect(error.code).to.equal("HANDLER_FAILED");
		expect(error.message).to.match(/^no route is named `mneu`/);
	});

	it("refuses a payload that does not fit the route's kind, unless the route only reports", async () => {
		const texts: unknown[] = [];
		const note: Handler["handle"] = ({ payload }) =>
			void texts.push(payload.text);
		const { handOn } = among(
			routeOf("strict", note),
			routeOf("lenient", note, { onInvalid: "report" }),
		);
		const error = await errorOf(handOn("strict", { text: 7 }, {}, undefined));
		expect(error).to.include({
			code: "PAYLOAD_INVALID",
			message:
				"the payload handed on to the route `strict` does not fit its kind `sms.inbound`: /text is missing",
		});
		await handOn("lenient", { text: 7 }, {}, undefined);
		expect(texts).to.deep.equal([7]);
	});

	it("refuses what JSON cannot say, and lends nothing out", async () => {
		const seen: Payload[] = [];
		const { handOn } = among(
			routeOf("other", ({ payload }) => void seen.push(payload)),
		);
		const circle: Record<string, unknown> = { text: "" };
		circle.self = circle;
		for (const payload of [circle, { text: "", big: 1n }, undefined as never]) {
			const error = await errorOf(handOn("other", payload, {}, undefined));
			expect(error.code).to.equal("PAYLOAD_INVALID");
		}
		const list = ["a"];
		await handOn("other", { text: "", list }, {}, undefined);
		list.push("b");
		expect(seen).to.deep.equal([{ text: "", list: ["a"] }]);
	});

	it("ends a circle of routes after so many", async () => {
		let calls = 0;
		const handOn: HandOnFrom = async (...args) => {
			await routes.handOn(...args);
		};
		const routes = among(
			routeOf("a", async (event) => {
				calls += 1;
				await handOn("b", event.payload, {}, originOf(event));
				return undefined;
			}),
			routeOf("b", async (event) => {
				calls += 1;
				await handOn("a", event.payload, {}, originOf(event));
				return undefined;
			}),
		);
		const error = await errorOf(handOn("a", { text: "" }, {}, undefined));
		expect(calls).to.equal(HAND_ON_MAX);
		expect(error.message).to.match(/8 times in a row.* in a circle/);
	});

	it("brings a payload into the real kind's shape: a joined message fits", async () => {
		const { kinds } = await loadKinds([
			fileURLToPath(new URL("../../schemas", import.meta.url)),
		]);
		const seen: Payload[] = [];
		const routes = ["sms.inbound", "shortcode.inbound"].map((name) => {
			const kind = kinds.get(name);
			if (kind === undefined) throw new Error(`no kind ${name}`);
			expect(compileKind(kind)).to.deep.equal([]);
			return routeOf(name, ({ payload }) => void seen.push(payload), { kind });
		});
		const { handOn } = among(...routes);
		const parts = partsOf(["Hello ", "world"]).map(
			(sms, index) => [index + 1, sms] as const,
		);
		const whole = toMessage(new Map(parts), 2);
		const cut = toMessage(new Map(parts.slice(1)), 2);
		for (const { name } of routes) {
			await handOn(name, whole, {}, undefined);
			await handOn(name, cut, {}, undefined);
			await handOn(name, { ...WHOLE, msisdn: 447700900001 }, {}, undefined);
		}
		expect(seen.slice(0, 3)).to.deep.equal([whole, cut, WHOLE]);
		expect(seen).to.have.length(6);
	});
});
