import { DELIVERY_CALLS } from "./delivery-calls.ts";
import type { CallOptions } from "./listener.ts";
import type { AdminSite } from "./site.ts";

/** A call of an operation, and the status of its answer. */
export interface OperationCall extends CallOptions {
	readonly path: string;
	readonly status: number;
}

/** Makes the calls of an operation at a running router. */
export type MakeCalls = (
	site: AdminSite,
) => readonly OperationCall[] | Promise<readonly OperationCall[]>;

/** The calls of each operation by its id: every answer that it can give, as far as a test can bring it about. */
export const CALLS: Readonly<Record<string, MakeCalls>> = {
	getRouter: () => [{ path: "/router", status: 200 }],
	getSummary: () => [{ path: "/summary", status: 200 }],
	listRoutes: () => [
		{ path: "/routes", status: 200 },
		{ path: "/routes?route=support&route=nothing", status: 200 },
	],
	listFindings: () => [
		{ path: "/findings", status: 200 },
		{ path: "/findings?of=disk", status: 200 },
		{ path: "/findings?of=serving&frames=true", status: 200 },
		{ path: "/findings?of=disk&frames=true", status: 200 },
	],
	getHistory: () => [
		{ path: "/history", status: 200 },
		{ path: "/history?route=inbound&from=1&step=60000", status: 200 },
		{ path: "/history?route=nothing", status: 200 },
		{ path: "/history?from=2&to=1", status: 400 },
	],
	getHistoryTotals: () => [
		{ path: "/history/totals", status: 200 },
		{ path: "/history/totals?from=1", status: 200 },
	],
	getConfiguration: async (site) => {
		const before = await site.read("routes.yaml");
		await site.configure(`${before}# changed\n`);
		return [
			{ path: "/configuration", status: 200 },
			{ path: "/configuration?texts=false", status: 200 },
		];
	},
	getDrift: () => [{ path: "/drift", status: 200 }],
	listNetworks: () => [{ path: "/networks", status: 200 }],
	getReload: () => [{ path: "/reload", status: 200 }],
	reload: () => [
		{ path: "/reload", method: "POST", status: 200 },
		{ path: "/reload", status: 200 },
	],
	listKinds: () => [{ path: "/kinds", status: 200 }],
	getKind: () => [
		{ path: "/kinds/sms.inbound", status: 200 },
		{ path: "/kinds/router.dead", status: 200 },
		{ path: "/kinds/nonsense", status: 404 },
	],
	send: () => [
		post("/send", { kind: "sms.inbound" }),
		post("/send", { to: "answer" }),
		post("/send", { kind: "sms.inbound", from: "198.51.100.7" }),
		post("/send", { kind: "sms.dlr", unset: ["messageId"] }),
		post("/send", {
			kind: "sms.inbound",
			payload: { msisdn: "447700900001", to: "447700900000", messageId: "1" },
			as: "json",
		}),
		post("/send", { kind: "sms.inbound", to: "/nowhere" }),
		post("/send", { kind: "voice.event" }, 400),
		post("/send", { kind: "nonsense" }, 400),
		post("/send", { to: "nonsense" }, 400),
		post("/send", {}, 400),
	],
	explain: () => [
		post("/explain", { kind: "sms.inbound" }),
		post("/explain", { to: "answer" }),
		post("/explain", { kind: "sms.inbound", from: "198.51.100.7" }),
		post("/explain", { to: "/nowhere", kind: "sms.inbound" }),
		post("/explain", { payload: { msisdn: "447700900002" }, to: "support" }),
		post("/explain", { payload: "msisdn=1&to=2&messageId=3" }),
		post("/explain", { payload: "no payload" }, 400),
		post("/explain", { payload: { nothing: 1 } }, 400),
		post("/explain", { kind: "nonsense" }, 400),
		post("/explain", { kind: "sms.inbound", from: "nobody" }, 400),
		post("/explain", {}, 400),
	],
	getPhone: async (site) => {
		await beginCall(site);
		return [{ path: "/phone", status: 200 }];
	},
	beginPhoneSession: () => [
		post("/phone/sessions", { do: "dial", to: "447700900000" }, 201),
		post("/phone/sessions", { do: "message", text: "STOP" }, 201),
		post("/phone/sessions", { do: "press", keys: "1" }, 409),
		post("/phone/sessions", { do: "press" }, 400),
	],
	getPhoneSession: async (site) => {
		const id = await beginCall(site);
		return [
			{ path: `/phone/sessions/${id}?wait=1`, status: 200 },
			{ path: "/phone/sessions/none", status: 404 },
		];
	},
	getPhoneAudio: ({ origin }) => [
		{ path: "/phone/audio?url=https://cdn.example.com/a.wav", status: 400 },
		{ path: `/phone/audio?url=${origin}/answer`, status: 409 },
		{ path: "/phone/audio", status: 400 },
	],
	actOnPhone: async (site) => {
		const path = `/phone/sessions/${await beginCall(site)}/actions`;
		return [
			post(path, { do: "fault", fault: "lost" }),
			post(path, { do: "hangUp" }),
			post(path, { do: "callee", does: "busy" }, 409),
			post("/phone/sessions/none/actions", { do: "hangUp" }, 404),
		];
	},
	endPhoneSession: async (site) => {
		const path = `/phone/sessions/${await beginCall(site)}`;
		return [
			{ path, method: "DELETE", status: 200 },
			{ path, method: "DELETE", status: 404 },
		];
	},
	pauseRoutes: () => [
		post("/pauses", { routes: ["failing"], forMs: 60_000, why: "down" }),
		post("/pauses", { routes: ["inbound", "support"] }),
		post("/pauses", { routes: ["nonsense"] }, 404),
		post("/pauses", { routes: ["answer"] }, 409),
		post("/pauses", { routes: [] }, 400),
		post("/pauses", { routes: ["failing"], forMs: 0 }, 400),
	],
	getStats: () => [{ path: "/stats", status: 200 }],
	listPauses: () => [{ path: "/pauses", status: 200 }],
	resumeRoutes: () => [
		post("/pauses/resume", { routes: ["failing", "inbound", "support"] }),
		post("/pauses/resume", { routes: ["nonsense"] }, 404),
	],
	...DELIVERY_CALLS,
	watchEvents: () => [{ path: "/events", status: 200 }],
	copyEvents: () => [
		{ path: "/copies", status: 200 },
		{ path: "/copies?route=inbound&since=1h&number=447700900001", status: 200 },
	],
};

/** A POST with a body. */
export function post(path: string, body: unknown, status = 200): OperationCall {
	return { path, method: "POST", body: JSON.stringify(body), status };
}

/** Begins a call with the phone. Returns the id of its session. */
async function beginCall(site: AdminSite): Promise<string> {
	const begun = await site.call("/api/v1/phone/sessions", {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ do: "dial" }),
	});
	return String(begun.json().id);
}
