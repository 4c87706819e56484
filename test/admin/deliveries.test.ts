import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { DELIVERIES } from "../../src/admin/api/deliveries/operations.ts";
import type { AdminScope } from "../../src/admin/operation.ts";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import { delivery, lease, leaseOne, settle } from "../inbox/contract/ground.ts";
import { withDesk } from "./desk.ts";

const NUMBER = "447700123456";

function sms(
	fields: Record<string, unknown>,
	changed: Partial<NewDelivery> = {},
): NewDelivery {
	return delivery({
		state: "dead",
		reason: `HANDLER_FAILED: ${NUMBER} is unknown`,
		envelope:
			'{"method":"POST","path":"/sms","headers":{"content-type":"application/json"},"client":"127.0.0.1"}',
		body: Buffer.from(
			JSON.stringify({
				msisdn: NUMBER,
				to: "447700900000",
				messageId: "A1",
				text: "hello",
				type: "text",
				price: "0.2",
				"message-timestamp": "2026-01-15 12:00:00",
				...fields,
			}),
		),
		...changed,
	});
}

const many = (count: number) =>
	Array.from({ length: count }, (_, at) => sms({}, { id: `d${at}` }));

/** Resolves when a job is not running any more. */
async function ended(
	call: Parameters<Parameters<typeof withDesk>[0]>[0]["call"],
	id: string,
) {
	for (;;) {
		const { json } = await call("getJob", { params: { id } });
		if (json.state !== "running") return json;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

describe("the operations of deliveries", () => {
	it("have ids and paths of their own, and the scope of what they do", () => {
		const paths = DELIVERIES.map(({ method, path }) => `${method} ${path}`);
		expect(new Set(paths).size).to.equal(paths.length);
		for (const { id, method, scope, summary } of DELIVERIES) {
			expect(scope, id).to.be.oneOf(
				method === "GET" ? ["read", "reveal"] : ["operate"],
			);
			expect(summary, id).to.match(/^[A-Z][a-z]+s .*\.$/);
		}
	});

	it("list page by page, masked unless the token may reveal, which is logged", () =>
		withDesk(async ({ store, call, problem, log }) => {
			await store.put([
				sms({}, { id: "a", orderKey: `["${NUMBER}"]` }),
				sms({}, { id: "b" }),
				delivery({ id: "c", route: "gone", kind: "gone" }),
			]);
			const { json } = await call("listDeliveries", { query: { max: 2 } });
			expect(json.deliveries.map(({ id }: { id: string }) => id)).to.deep.equal(
				["c", "b"],
			);
			const next = await call("listDeliveries", {
				query: { max: 2, after: json.next },
			});
			expect(next.json).to.include({ isPartial: false });
			expect(next.json.next).to.equal(undefined);
			expect(JSON.stringify(next.json)).to.not.contain(NUMBER);
			const query = { reveal: true, state: ["dead"] };
			expect(await problem("listDeliveries", { query })).to.match(
				/^missing-scope: /,
			);
			const shown = await call("listDeliveries", {
				query,
				scopes: ["read", "reveal"],
			});
			expect(shown.json.deliveries[1].orderKey).to.equal(`["${NUMBER}"]`);
			expect(log.at(-1)).to.include({ actor: "ann" });
		}));

	it("filter by everything that a command does", () =>
		withDesk(async ({ store, call, problem }) => {
			await store.put([
				sms({ price: "0.05" }, { id: "a" }),
				sms(
					{ text: "Stop", msisdn: "447700900777" },
					{ id: "b", reason: "HANDLER_FAILED: no" },
				),
				delivery({ id: "c", route: "denied" }),
			]);
			const ids = async (
				query: Record<string, unknown>,
				scopes: readonly AdminScope[] = ["read", "reveal"],
			) => {
				const { json } = await call("listDeliveries", { query, scopes });
				return json.deliveries.map(({ id }: { id: string }) => id).join("");
			};
			expect(await ids({ where: "payload.price > 0.1" })).to.equal("b");
			expect(await ids({ text: "stop" })).to.equal("b");
			expect(await ids({ number: NUMBER })).to.equal("a");
			expect(await ids({ route: ["sms"], level: "account" })).to.equal("ba");
			// What a token may not see, it cannot find out either.
			const reader = ["read"] as const;
			expect(await ids({ text: "stop" }, reader)).to.equal("");
			expect(await ids({ where: "msisdn > 1" }, reader)).to.equal("");
			expect(await ids({ where: 'type = "text"' }, reader)).to.equal("ba");
			expect(await ids({ number: NUMBER }, reader)).to.equal("a");
			expect(await ids({ level: "ncco" })).to.equal("");
			expect(await ids({ outcome: "HANDLER_FAILED" })).to.equal("ba");
			expect(await ids({ since: "2026-01-16" })).to.equal("");
			expect(await ids({ until: "2026-01-16", kind: "sms.inbound" })).to.equal(
				"cba",
			);
			for (const [query, says] of [
				[{ where: "price >" }, /bad-request: "where", at the end/],
				[{ since: "soon" }, /bad-request: "since" cannot be read/],
				[{ number: "x" }, /bad-request: "number" cannot be read/],
				[{ outcome: "NO_SUCH" }, /bad-request: "outcome" cannot be read/],
			] as const)
				expect(await problem("listDeliveries", { query })).to.match(says);
		}));

	it("show a delivery whole: attempts, verdicts, candidates, actions", () =>
		withDesk(async ({ store, call, problem }) => {
			await store.put([sms({}, { id: "a", state: "received" })]);
			await settle(store, await leaseOne(store), {
				as: "dead",
				reason: `HANDLER_FAILED: ${NUMBER} is unknown`,
				stack: `Error: ${NUMBER}`,
			});
			await call("replayDelivery", {
				params: { id: "a" },
				body: { reason: "fixed" },
			});
			const { json } = await call("getDelivery", { params: { id: "a" } });
			expect(json).to.include({ id: "a", state: "waiting", route: "sms" });
			expect(json.history).to.have.length(1);
			expect(json.actions[0]).to.include({
				action: "replayed",
				actor: "ann",
				reason: "fixed",
			});
			expect(json.explanation.verdicts[0]).to.deep.include({
				gate: "path",
				verdict: "passed",
			});
			expect(json.explanation.candidates[0]).to.include({
				route: "sms",
				won: true,
			});
			expect(JSON.stringify(json)).to.not.contain(NUMBER);
			expect(json.payload.messageId).to.equal("A1");
			const revealed = await call("getDelivery", {
				params: { id: "a" },
				query: { reveal: true },
				scopes: ["read", "reveal"],
			});
			expect(revealed.json.payload.msisdn).to.equal(NUMBER);
			expect(revealed.json.body).to.be.a("string");
			expect(await problem("getDelivery", { params: { id: "z" } })).to.match(
				/^not-found: The inbox holds no delivery z/,
			);
		}));

	it("change one delivery, and say why where they do not", () =>
		withDesk(async ({ store, call, problem }) => {
			await store.put([
				sms({}, { id: "a" }),
				sms({}, { id: "r", state: "received" }),
				sms(
					{},
					{ id: "q", state: "quarantined", reason: "PAYLOAD_INVALID: no" },
				),
			]);
			const params = { id: "a" };
			const { json, headers } = await call("replayDelivery", { params });
			expect(json).to.deep.include({
				chosen: 1,
				groups: [{ route: "sms", state: "dead", count: 1 }],
			});
			expect(json.job).to.include({ state: "done", done: 1 });
			expect(headers?.Location).to.equal(`/api/v1/jobs/${json.job.id}`);
			expect(await problem("replayDelivery", { params })).to.match(
				/^conflict: Only dead or delivered/,
			);
			const released = await call("releaseDelivery", { params: { id: "q" } });
			expect(released.json.job.made).to.deep.equal([
				{ id: "q", from: "sms", route: "sms" },
			]);
			expect(await problem("redactDelivery", { params: { id: "r" } })).to.match(
				/^conflict: The delivery r is received/,
			);
			const [taken] = await lease(store, 1);
			expect(
				await problem("dropDelivery", { params: { id: taken?.id ?? "" } }),
			).to.match(/^conflict: .*handler is working/);
			const gone = { params: { id: "z" } };
			expect(await problem("dropDelivery", gone)).to.match(/^not-found/);
			const body = { reason: "a scan" };
			await call("dropDelivery", { params: { id: "q" }, body });
			const dropped = await problem("getDelivery", { params: { id: "q" } });
			expect(dropped).to.match(
				/^not-found: The delivery q of the route sms was dropped by \S+ on \S+Z\. Reason: a scan$/,
			);
			expect(await problem("getDelivery", gone)).to.match(/may have been/);
		}));

	it("show a dry run, and change nothing", () =>
		withDesk(async ({ store, call }) => {
			await store.put([
				sms({}, { id: "a" }),
				sms({}, { id: "b", route: "old" }),
			]);
			const { json } = await call("replayDeliveries", {
				body: { filter: { state: ["dead"] }, dryRun: true, set: { text: "x" } },
			});
			expect(json.chosen).to.equal(2);
			expect(json.job).to.equal(undefined);
			expect(json.preview).to.have.length(2);
			expect(json.preview[0]).to.deep.equal({ id: "a", route: "sms" });
			expect((await store.stats()).byState).to.include({ dead: 2 });
			expect((await call("listJobs")).json.jobs).to.deep.equal([]);
		}));

	it("run as jobs with a pace, progress and an end in the middle", () =>
		withDesk(async ({ store, call, log }) => {
			await store.put(many(40));
			const started = DELIVERIES.find(({ id }) => id === "replayDeliveries");
			expect(started?.answers[202]).to.not.equal(undefined);
			const running = call("replayDeliveries", {
				body: {
					filter: { state: ["dead"] },
					rate: "10/s",
					reason: "after the outage",
				},
			});
			// The first is done at once, and the rest is paced.
			let id: string | undefined;
			let at = 0;
			while (at < 1) {
				const { json } = await call("listJobs");
				id = json.jobs[0]?.id;
				at = json.jobs[0]?.at ?? 0;
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
			const cancelled = await call("cancelJob", { params: { id: id ?? "" } });
			expect(cancelled.json.total).to.equal(40);
			const job = await ended(call, id ?? "");
			expect(job).to.include({
				state: "cancelled",
				reason: "after the outage",
				actor: "ann",
			});
			await running;
			const left = (await store.stats()).byState.dead;
			expect(left).to.equal(40 - job.done);
			expect(left).to.be.above(0);
			const rest = await call("replayDeliveries", {
				body: { filter: { state: ["dead"] } },
			});
			expect(rest.json.job).to.include({ state: "done", done: left });
			expect((await store.get("d39"))?.actions?.length).to.equal(1);
			expect(
				log.some(({ msg }) => /job was cancelled/.test(String(msg))),
			).to.equal(true);
		}));

	it("end as jobs with the router, and what was done stays done", () =>
		withDesk(async ({ store, call, log, stop }) => {
			await store.put(many(40));
			const body = { filter: { state: ["dead"] }, rate: "10/s" };
			const running = call("replayDeliveries", { body });
			let at = 0;
			while (at < 1) {
				at = (await call("listJobs")).json.jobs[0]?.at ?? 0;
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
			await stop();
			const { job } = (await running).json;
			expect(job.state).to.equal("interrupted");
			expect(job.at).to.be.within(1, 39);
			expect((await store.stats()).byState.dead).to.equal(40 - job.done);
			const line = log.find(({ msg }) => /the router stops/.test(String(msg)));
			expect(line).to.include({
				...{ job: job.id, action: "replay", state: "interrupted" },
				...{ at: job.at, total: 40 },
			});
			const late = await call("replayDeliveries", { body });
			expect(late.json.job).to.include({ state: "interrupted", at: 0 });
		}));

	it("fail as jobs when the store does", () =>
		withDesk(async ({ store, problem }) => {
			await store.put(many(3));
			store.replay = () => Promise.reject(new Error("the disk is full"));
			expect(
				await problem("replayDeliveries", {
					body: { filter: { state: ["dead"] } },
				}),
			).to.equal("unavailable: The disk is full.");
		}));

	it("send copies only for a token that may reveal", () =>
		withDesk(async ({ store, call, problem }) => {
			await store.put([sms({}, { id: "a" })]);
			const heard: string[] = [];
			const server = createServer((request, response) => {
				heard.push(request.url ?? "");
				request.resume().on("end", () => response.writeHead(204).end());
			});
			await new Promise<void>((done) => {
				server.listen(0, "127.0.0.1", done);
			});
			try {
				const { port } = server.address() as AddressInfo;
				const sent = {
					params: { id: "a" },
					body: { to: `http://127.0.0.1:${port}/copy` },
				};
				expect(await problem("replayDelivery", sent)).to.match(
					/^missing-scope/,
				);
				const { json } = await call("replayDelivery", {
					...sent,
					scopes: ["operate", "reveal"],
				});
				expect(json.job).to.include({ action: "copy", done: 1 });
				expect(heard).to.deep.equal(["/copy"]);
				expect((await store.get("a"))?.state).to.equal("dead");
			} finally {
				server.closeAllConnections();
				await new Promise((done) => server.close(done));
			}
		}));

	it("make new events", () =>
		withDesk(async ({ store, call, problem }) => {
			await store.put([sms({}, { id: "a", dedupeKey: '["A1"]' })]);
			const params = { id: "a" };
			const { json } = await call("replayDelivery", {
				params,
				body: { set: { text: "new" } },
			});
			const [made] = json.job.made;
			const shown = await call("getDelivery", { params: { id: made.event } });
			expect(shown.json).to.include({ editedFrom: "a", state: "received" });
			expect(
				await problem("replayDelivery", { params, body: { payload: {} } }),
			).to.match(/^conflict: PAYLOAD_/);
			const both = { set: {}, payload: {} };
			expect(await problem("replayDelivery", { params, body: both })).to.match(
				/^bad-request: Only one of/,
			);
		}));

	it("redact by number, with the state of plugins", () =>
		withDesk(async ({ store, call, problem }) => {
			await store.put([
				sms({}, { id: "a" }),
				sms({ msisdn: "447700900777" }, { id: "b", reason: "no" }),
				sms({}, { id: "w", state: "received" }),
			]);
			const entry = { plugin: "p", key: "k", expiresAfterMs: undefined };
			await store.writeState([{ ...entry, value: `"${NUMBER}"` }]);
			const { json } = await call("redactDeliveries", {
				body: { filter: { number: `+${NUMBER}` }, reason: "case 17" },
			});
			expect(json).to.include({ chosen: 1, spared: 1 });
			expect(json.job).to.deep.include({
				done: 1,
				told: ["1 entry of plugin state was removed."],
			});
			expect((await store.get("a"))?.body).to.equal(undefined);
			expect((await store.get("b"))?.body).to.not.equal(undefined);
			expect((await store.get("w"))?.body).to.not.equal(undefined);
			expect(await store.readState("p", "k")).to.equal(undefined);
			const forced = { filter: { number: NUMBER, state: ["received"] } };
			await call("redactDeliveries", { body: forced });
			expect((await store.get("w"))?.state).to.equal("dead");
			const bare = { body: { filter: { kind: "x" } } };
			expect(await problem("dropDeliveries", bare)).to.match(
				/^bad-request: The filter must name the `state`/,
			);
		}));

	it("export lines that an import takes, for a token that may reveal", () =>
		withDesk(async ({ store, call, log }) => {
			await store.put(many(3));
			const { stream } = await call("exportDeliveries", {
				query: { state: ["dead"] },
				scopes: ["reveal"],
			});
			let text = "";
			for await (const chunk of stream?.chunks ?? []) text += chunk;
			const lines = text.trim().split("\n");
			expect(lines.map((line) => JSON.parse(line).id)).to.deep.equal([
				"d0",
				"d1",
				"d2",
			]);
			expect(log.at(-1)).to.include({ revealed: "an export of deliveries" });
		}));
});
