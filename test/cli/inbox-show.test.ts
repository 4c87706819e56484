import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { SLOTS } from "../../src/observe/history/slots.ts";
import {
	DEAD,
	leaseOne,
	put,
	START,
	settle,
	wait,
} from "../inbox/contract/ground.ts";
import { runInbox, withStopped } from "./inbox-ground.ts";

const ENVELOPE = JSON.stringify({
	method: "POST",
	path: "/sms",
	client: "127.0.0.1",
	headers: { "content-type": "application/json", "user-agent": "Nexmo" },
});
const BODY = Buffer.from(
	JSON.stringify({
		msisdn: "447700900001",
		to: "447700900000",
		messageId: "0A000000FFEEDDCC",
		text: "my secret plan",
		type: "text",
		"message-timestamp": "2026-01-15 12:00:00",
	}),
);

describe("switchhook inbox show", () => {
	it("shows the event, each attempt and what explain says, masked", () =>
		withStopped(
			async (store) => {
				await put(store, { id: "one", envelope: ENVELOPE, body: BODY });
				await settle(store, await leaseOne(store), wait(0));
				await settle(store, await leaseOne(store), DEAD);
			},
			async (folder) => {
				const { code, out } = await runInbox(folder, ["show", "one"]);
				expect(code).to.equal(0);
				expect(out).to.match(/^state +dead, 2 attempts$/m);
				expect(out).to.match(
					/^1 +\S+ +12 ms +waiting +HANDLER_FAILED: not now$/m,
				);
				expect(out).to.match(/^2 +\S+ +12 ms +dead +HANDLER_FAILED: never$/m);
				expect(out).to.match(/^signature +passed +checked on arrival$/m);
				expect(out).to.match(/^Runs: plugin listener/m);
				expect(out).to.contain('"msisdn": "44********01"');
				expect(out).to.not.contain("secret plan");
				const bare = await runInbox(folder, ["show", "one", "--payloads"]);
				expect(bare.out).to.contain("my secret plan");
			},
		));

	it("masks the value by which a route has lost, and shows it when asked to", () =>
		withStopped(
			(store) => put(store, { id: "one", envelope: ENVELOPE, body: BODY }),
			async (folder) => {
				await appendFile(
					join(folder, "routes.yaml"),
					`  - name: stop
    path: /sms
    kind: sms.inbound
    level: number
    match: { text: { pattern: "^stop" } }
    handler: { plugin: listener }
`,
				);
				const lost = /^ {2}stop +number +(.*)$/m;
				const { out } = await runInbox(folder, ["show", "one"]);
				expect(lost.exec(out)?.[1]).to.equal(
					"`text` is [masked 16 characters], and not a text that /^stop/ fits",
				);
				const json = await runInbox(folder, ["show", "one", "--json"]);
				expect(json.out).to.contain("`text` is [masked 16 characters]");
				const bare = await runInbox(folder, ["show", "one", "--payloads"]);
				expect(lost.exec(bare.out)?.[1]).to.match(
					/^`text` is "my secret plan"/,
				);
			},
		));

	it("shows the query, masked as a payload is", () =>
		withStopped(
			(store) =>
				put(store, {
					id: "one",
					envelope: JSON.stringify({
						...(JSON.parse(ENVELOPE) as object),
						query: "lang=de&from=447700900001",
					}),
					body: BODY,
				}),
			async (folder) => {
				const { out } = await runInbox(folder, ["show", "one"]);
				expect(out).to.match(/^query +\[masked 25 characters\]$/m);
				expect(out).to.not.contain("lang=de");
				const bare = await runInbox(folder, ["show", "one", "--payloads"]);
				expect(bare.out).to.match(/^query +lang=de&from=447700900001$/m);
				expect(bare.out).to.match(/^POST \/sms\?lang=de&from=4477/m);
			},
		));

	it("prints the stack of an attempt below it, masked, and one that repeats itself once", () =>
		withStopped(
			async (store) => {
				await put(store, { id: "one", envelope: ENVELOPE, body: BODY });
				const stack =
					"Error: 447700900001\u001b[2J\n    at f (plugins/x.ts:3:42)";
				const failed = { reason: "HANDLER_FAILED: no", stack };
				for (const as of ["waiting", "waiting", "dead"] as const) {
					const taken = await leaseOne(store);
					const verdict = { as, afterMs: 0, ...failed };
					await settle(
						store,
						taken,
						as === "dead" ? { ...verdict, stack: "Error: other" } : verdict,
					);
				}
			},
			async (folder) => {
				const { out } = await runInbox(folder, ["show", "one"]);
				const lines = out.split("\n");
				const from = lines.findIndex((line) => line.startsWith("TRY"));
				expect(lines.slice(from + 1, from + 7)).to.deep.equal([
					lines[from + 1],
					"     Error: 44********01 [2J",
					"         at f (plugins/x.ts:3:42)",
					lines[from + 4],
					"     same stack as attempt 1",
					lines[from + 6],
				]);
				expect(lines[from + 7]).to.equal("     Error: other");
				const json = await runInbox(folder, ["show", "one", "--json"]);
				expect(JSON.parse(json.out).history[0].stack).to.contain(
					"at f (plugins/x.ts:3:42)",
				);
			},
		));

	it("shows what is nested without end, as an older router or an import may have kept it", () =>
		withStopped(
			async (store) => {
				const deep = "[".repeat(40_000) + "]".repeat(40_000);
				const body = Buffer.from(deep);
				await put(store, { id: "body", envelope: ENVELOPE, body });
				const state = { state: "quarantined", reason: "x" } as const;
				const envelope = `{"method":"POST","path":"/sms","claims":{"a":${deep}}}`;
				await put(store, { id: "envelope", envelope, body: BODY, ...state });
			},
			async (folder) => {
				for (const [id, why] of [
					["body", "BODY_JSON"],
					["envelope", "nested too deeply"],
				] as const)
					for (const options of [[], ["--json"]]) {
						const args = ["show", id, "--payloads", ...options];
						const { code, out, err } = await runInbox(folder, args);
						expect(code, err).to.equal(0);
						expect(out).to.contain(why);
					}
			},
		));

	it("shows what a payload or an upstream said in a reason to who asks for it", () =>
		withStopped(
			async (store) => {
				await put(store, { id: "one", envelope: ENVELOPE, body: BODY });
				await settle(store, await leaseOne(store), {
					as: "dead",
					reason:
						"GiveUp: \u0002my secret plan\u0003: answered 400\u0001: no such plan\u0003",
				});
			},
			async (folder) => {
				const masked = "GiveUp: [masked 14 characters]: answered 400";
				const whole = "GiveUp: my secret plan: answered 400: no such plan";
				for (const args of [["list"], ["show", "one"]])
					for (const form of [[], ["--json"]]) {
						const ask = [...args, ...form];
						const { out } = await runInbox(folder, ask);
						expect(out, ask.join(" ")).to.include(masked);
						expect(out).to.not.include("secret plan");
						const bare = await runInbox(folder, [...ask, "--payloads"]);
						expect(bare.out, ask.join(" ")).to.include(whole);
					}
			},
		));

	it("prints the same as JSON", () =>
		withStopped(
			(store) => put(store, { id: "one", envelope: ENVELOPE, body: BODY }),
			async (folder) => {
				const masked = await runInbox(folder, ["show", "one", "--json"]);
				expect(masked.out).to.not.contain("secret plan");
				expect(masked.out).to.not.contain("447700900001");
				const ran = await runInbox(folder, [
					"show",
					"one",
					"--json",
					"--payloads",
				]);
				const shown = JSON.parse(ran.out);
				expect(shown).to.deep.include({
					id: "one",
					history: [],
					release: null,
					note: null,
					body: BODY.toString("base64"),
				});
				expect(shown.webhook).to.include({ method: "POST", path: "/sms" });
				expect(shown.payload).to.include({ text: "my secret plan" });
				expect(shown.explanation).to.include({ route: "sms", runs: "handler" });
			},
		));

	it("says that no route of its name is served, and what becomes of it", () =>
		withStopped(
			async (store) => {
				const old = { envelope: ENVELOPE, body: BODY, route: "old" };
				await put(store, { ...old, id: "new" });
				await put(store, { ...old, id: "dead", state: "dead", reason: "no" });
				await put(store, { envelope: ENVELOPE, body: BODY, id: "sms" });
			},
			async (folder) => {
				const waits = await runInbox(folder, ["show", "new"]);
				expect(waits.out).to.match(
					/^route +old\n +no route has this name. It waits until one does$/m,
				);
				const dead = await runInbox(folder, ["show", "dead"]);
				expect(dead.out).to.contain(
					"If you replay it, it waits until one does",
				);
				const json = await runInbox(folder, ["show", "dead", "--json"]);
				expect(JSON.parse(json.out)).to.include({ isRouteGone: true });
				const sms = await runInbox(folder, ["show", "sms"]);
				expect(sms.out).to.not.contain("is served");
			},
		));

	it("says why its signature was doubted, by the code of that time", () =>
		withStopped(
			async (store) => {
				const held = { envelope: ENVELOPE, body: BODY };
				const missing = "SIGNATURE_MISSING: no token; not even an empty one";
				await put(store, {
					...held,
					state: "quarantined",
					id: "missing",
					reason: `FIREWALL_DENIED: not in office; ${missing}; PAYLOAD_INVALID: \`to\``,
				});
				await put(store, {
					...held,
					state: "quarantined",
					id: "invalid",
					reason: "SIGNATURE_INVALID: none of 2 secrets fits",
				});
			},
			async (folder) => {
				const missing = await runInbox(folder, ["show", "missing"]);
				expect(missing.out).to.match(
					/^signature +quarantined +401 SIGNATURE_MISSING: no token; not even an empty one$/m,
				);
				const invalid = await runInbox(folder, ["show", "invalid"]);
				expect(invalid.out).to.match(
					/^signature +quarantined +401 SIGNATURE_INVALID: none of 2 secrets fits$/m,
				);
			},
		));

	it("shows it without a configuration too, and a damaged one", () =>
		withStopped(
			async (store) => {
				await put(store, { id: "one", envelope: ENVELOPE, body: BODY });
				await put(store, { id: "bad", envelope: "{" });
			},
			async (folder) => {
				const store = ["--store", "sqlite:inbox.db", "--config", "no.yaml"];
				const one = await runInbox(folder, ["show", "one", ...store]);
				expect(one.code).to.equal(0);
				expect(one.out).to.contain(
					"Not explained: the configuration is missing",
				);
				const bad = await runInbox(folder, ["show", "bad"]);
				expect(bad.code).to.equal(0);
				expect(bad.out).to.contain("the stored envelope cannot be read");
			},
		));

	it("says no to an id that is not there", () =>
		withStopped(
			(store) => put(store),
			async (folder) => {
				const { code, err } = await runInbox(folder, ["show", "none"]);
				expect(code).to.equal(1);
				expect(err).to.contain("holds no delivery none");
			},
		));
});

describe("switchhook inbox stats", () => {
	it("says what was counted in the last hour and the last day, once something was", () =>
		withStopped(
			async (store) => {
				const { webhooks, attempts, handlers } = SLOTS;
				const counts = [webhooks.received, 7, attempts.delivered, 4];
				for (const agoMs of [0, 2 * 3_600_000])
					await store.addHistory({
						agoMs,
						rows: [{ route: "", cells: [...counts, handlers + 4, 4] }],
						marks: [],
					});
			},
			async (folder) => {
				const { out } = await runInbox(folder, ["stats"]);
				const rest = "handler runs failed, 99 % within 9.95 ms";
				expect(out).to.match(
					new RegExp(`^last hour +7 webhooks, 0 of 4 ${rest}$`, "m"),
				);
				expect(out).to.match(
					new RegExp(`^last 24 hours +14 webhooks, 0 of 8 ${rest}$`, "m"),
				);
				const json = JSON.parse(
					(await runInbox(folder, ["stats", "--json"])).out,
				);
				expect(json.lastHour.webhooks).to.deep.equal({ received: 7 });
				expect(json.lastDay.attempts).to.deep.equal({ delivered: 8 });
			},
		));

	it("counts by state and route, and names the oldest unfinished and the sizes", () =>
		withStopped(
			async (store) => {
				await put(store);
				await put(store, { state: "dead", route: "other" });
				await put(store, {
					state: "quarantined",
					reason: "PAYLOAD_INVALID: x",
				});
			},
			async (folder) => {
				const { code, out } = await runInbox(folder, ["stats"]);
				expect(code).to.equal(0);
				expect(out).to.match(/^sms +1 +0 +0 +0 +0 +1$/m);
				expect(out).to.match(/^all +1 +0 +0 +0 +1 +1$/m);
				const json = JSON.parse(
					(await runInbox(folder, ["stats", "--json"])).out,
				);
				expect(json).to.deep.include({
					engine: "sqlite",
					oldestUnfinishedAt: new Date(START).toISOString(),
				});
				expect(out).not.to.contain("last hour");
				expect(json.byState).to.include({ received: 1, dead: 1 });
				expect(json.byRoute[0]).to.include({ route: "other", dead: 1 });
				expect(json.sizeBytes).to.be.greaterThan(0);
				expect(json.quarantinedBytes).to.equal(33);
				expect(json.quarantine).to.deep.equal({
					door: { count: 0, bytes: 0 },
					admitted: { count: 1, bytes: 33 },
				});
				expect(out).to.match(
					/^quarantine, admitted but invalid +1 of 10000, 33 B of 100\.0 MB$/m,
				);
			},
		));
});
