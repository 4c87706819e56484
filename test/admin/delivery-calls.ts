import type { MakeCalls, OperationCall } from "./calls.ts";
import type { AdminSite } from "./site.ts";

/** The calls of the operations on deliveries, in an inbox that the calls before have filled. */
export const DELIVERY_CALLS: Readonly<Record<string, MakeCalls>> = {
	listDeliveries: async (site) => {
		await fill(site);
		return [
			get("/deliveries"),
			get("/deliveries?state=delivered&state=waiting&route=inbound&max=1"),
			get("/deliveries?level=account&outcome=delivered&since=1h"),
			get("/deliveries?where=text%20~%20%22no%20such%20text%22&reveal=true"),
			get("/deliveries?number=447700900001"),
			get("/deliveries?where=text%20~", 400),
			get("/deliveries?max=501", 400),
			get("/deliveries?after=x", 400),
			get("/deliveries?state=gone", 400),
		];
	},
	getDelivery: async (site) => {
		const id = await anyId(site);
		return [
			get(`/deliveries/${id}`),
			get(`/deliveries/${id}?reveal=true`),
			get("/deliveries/nobody", 404),
		];
	},
	exportDeliveries: () => [
		get("/export?route=inbound"),
		get("/export?x=1", 400),
	],
	replayDeliveries: () => [
		post("/deliveries/replay", {
			filter: { state: ["delivered"] },
			dryRun: true,
			set: { text: "other" },
		}),
		post("/deliveries/replay", {
			filter: { state: ["delivered"], route: ["inbound"] },
			max: 1,
			rate: "50/s",
			reason: "again",
		}),
		post("/deliveries/replay", { ids: ["nobody"] }, 404),
		post("/deliveries/replay", { ids: ["a"], filter: { kind: "x" } }, 400),
		post("/deliveries/replay", { filter: {} }, 400),
		post("/deliveries/replay", { filter: { kind: "x" }, rate: "5" }, 400),
	],
	replayDelivery: async (site) => {
		const id = await anyId(site);
		return [
			post(`/deliveries/${id}/replay`, { set: { text: "changed" } }),
			post(`/deliveries/${id}/replay`, { payload: {} }, 409),
			post(`/deliveries/${id}/replay`, { to: "ftp://x" }, 400),
			post("/deliveries/nobody/replay", {}, 404),
		];
	},
	explainDelivery: async (site) => [
		get(`/deliveries/${await anyId(site)}/explanation`),
		get(`/deliveries/${await anyId(site)}/explanation?reveal=true`),
		get("/deliveries/nobody/explanation", 404),
	],
	saveDeliveryAsTest: async (site) => [
		get(`/deliveries/${await anyId(site)}/test`),
		get("/deliveries/nobody/test", 404),
	],
	copyDeliveryAsCurl: async (site) => [
		get(`/deliveries/${await anyId(site)}/curl`),
		get(`/deliveries/${await anyId(site)}/curl?reveal=true`),
		get("/deliveries/nobody/curl", 404),
	],
	releaseDeliveries: () => [
		post("/deliveries/release", { filter: { kind: "sms.inbound" } }),
	],
	releaseDelivery: async (site) => [
		post(`/deliveries/${await anyId(site)}/release`, {}, 409),
	],
	redactDeliveries: () => [
		post("/deliveries/redact", { filter: { number: "447700900999" } }),
	],
	redactDelivery: async (site) => [
		post(`/deliveries/${await anyId(site)}/redact`, { reason: "case 17" }),
	],
	dropDeliveries: () => [
		post("/deliveries/drop", { filter: { state: ["dead"] } }),
		post("/deliveries/drop", { filter: { kind: "x" } }, 400),
	],
	dropDelivery: async (site) => [
		post(`/deliveries/${await anyId(site)}/drop`, {}),
	],
	listJobs: () => [get("/jobs")],
	getJob: async (site) => [
		get(`/jobs/${await anyJob(site)}`),
		get("/jobs/nobody", 404),
	],
	cancelJob: async (site) => [
		{ path: `/jobs/${await anyJob(site)}/cancel`, method: "POST", status: 200 },
		{ path: "/jobs/nobody/cancel", method: "POST", status: 404 },
	],
};

// --- helpers ---

function get(path: string, status = 200): OperationCall {
	return { path, status };
}

function post(path: string, body: unknown, status = 200): OperationCall {
	return { path, method: "POST", body: JSON.stringify(body), status };
}

/** Sends webhooks, and waits until the first ones are delivered. */
async function fill(site: AdminSite): Promise<void> {
	for (let times = 0; times < 6; times += 1)
		await site.call("/api/v1/send", {
			method: "POST",
			body: JSON.stringify({ kind: "sms.inbound" }),
		});
	while ((await deliveredIds(site)).length < 6);
}

async function deliveredIds(site: AdminSite): Promise<readonly string[]> {
	const { json } = await site.call("/api/v1/deliveries?state=delivered");
	const { deliveries } = json() as unknown as {
		readonly deliveries: readonly { readonly id: string }[];
	};
	return deliveries.map(({ id }) => id);
}

/** A delivered one that still has its body. */
async function anyId(site: AdminSite): Promise<string> {
	for (const id of await deliveredIds(site)) {
		const { json } = await site.call(`/api/v1/deliveries/${id}`);
		if (json().payload !== undefined) return id;
	}
	throw new Error("no delivery is delivered");
}

async function anyJob(site: AdminSite): Promise<string> {
	const { json } = await site.call("/api/v1/jobs");
	const { jobs } = json() as unknown as {
		readonly jobs: readonly { readonly id: string }[];
	};
	const [job] = jobs;
	if (job === undefined) throw new Error("no job was started");
	return job.id;
}
