import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { put } from "../inbox/contract/ground.ts";
import {
	post,
	type Router,
	runInbox,
	withRouter,
	withStopped,
	withStore,
} from "./inbox-ground.ts";

const SMS = {
	msisdn: "447700900001",
	to: "447700900000",
	messageId: "A1",
	text: "hello",
	type: "text",
	"message-timestamp": "2026-01-15 12:00:00",
};

describe("switchhook inbox release", () => {
	it("lets through what the firewall doubted, beside a running router", () =>
		withRouter(async (router) => {
			const { folder, heard } = router;
			const next = heard();
			expect(await post(router, "/denied", SMS)).to.equal(200);
			const id = await onlyId(router);
			const shown = await runInbox(folder, ["show", id]);
			expect(shown.out).to.match(/^release +would go to denied$/m);
			const { code, out } = await runInbox(folder, ["release", id, "--json"]);
			expect(code).to.equal(0);
			expect(JSON.parse(out)).to.deep.equal({
				released: [{ id, route: "denied" }],
				kept: [],
			});
			expect(await next).to.include({ id, route: "denied" });
		}));

	it("keeps what the schema refuses now, and says why", () =>
		withRouter(async (router) => {
			const { folder } = router;
			const { text: _, msisdn: __, ...short } = SMS;
			expect(await post(router, "/denied", short)).to.equal(200);
			const id = await onlyId(router);
			const { code, out } = await runInbox(folder, ["release", id]);
			expect(code).to.equal(1);
			expect(out).to.contain(`${id} not released: PAYLOAD_INVALID: `);
			expect(await onlyId(router)).to.equal(id);
		}));

	it("lets a person override the schema", () =>
		withRouter(async (router) => {
			const { folder, heard } = router;
			const next = heard();
			expect(await post(router, "/paid", { id: "seven" })).to.equal(200);
			const id = await onlyId(router);
			const { code, out } = await runInbox(folder, ["release", "--all"]);
			expect(out).to.equal("released 1 delivery\n");
			expect(code).to.equal(0);
			expect((await next).id).to.equal(id);
		}));

	it("judges by the configuration as it is now", () =>
		withStopped(
			(store) => put(store, denied("one", "/gone")),
			async (folder) => {
				const gone = await runInbox(folder, ["release", "one"]);
				expect(gone.code).to.equal(1);
				expect(gone.out).to.contain("one not released: ROUTE_UNKNOWN");
				const file = join(folder, "routes.yaml");
				const text = await readFile(file, "utf8");
				await writeFile(file, text.replace("path: /sms", "path: /gone"));
				const now = await runInbox(folder, ["release", "one"]);
				expect(now.code, now.out).to.equal(0);
				await withStore(folder, async (store) => {
					const kept = await store.get("one");
					expect(kept).to.include({ state: "received", route: "sms" });
					expect(kept?.dedupeKey).to.equal('["A1"]');
				});
			},
		));

	it("gives it the key of a header that its route names now", () =>
		withStopped(
			(store) => put(store, denied("one", "/sms")),
			async (folder) => {
				const file = join(folder, "routes.yaml");
				const text = await readFile(file, "utf8");
				const byHeader = "path: /sms\n    dedupe: headers.X-Event-Id";
				await writeFile(file, text.replace("path: /sms", byHeader));
				const { code, out } = await runInbox(folder, ["release", "one"]);
				expect(code, out).to.equal(0);
				await withStore(folder, async (store) => {
					expect((await store.get("one"))?.dedupeKey).to.equal('["7"]');
				});
			},
		));

	it("says which goes to another route than it was kept for", () =>
		withStopped(
			async (store) => {
				await put(store, { ...denied("one", "/sms"), route: "old" });
				await put(store, denied("two", "/sms", "A2"));
			},
			async (folder) => {
				const { code, out } = await runInbox(folder, ["release", "--all"]);
				expect(code).to.equal(0);
				expect(out).to.equal(
					"one goes to sms, not to old\nreleased 2 deliveries\n",
				);
			},
		));

	it("says what keeps one whose route is gone", () =>
		withStopped(
			(store) =>
				put(store, {
					...denied("one", "/sms"),
					route: "old",
					reason: "PAYLOAD_INVALID: `to`",
				}),
			async (folder) => {
				const { code, out } = await runInbox(folder, ["release", "one"]);
				expect(code).to.equal(1);
				expect(out).to.contain("no route is named old any more. Add one");
			},
		));

	it("keeps one whose dedupe key is taken, or that is not quarantined", () =>
		withStopped(
			async (store) => {
				await put(store, denied("one", "/sms"));
				await put(store, { id: "first", dedupeKey: '["A1"]' });
			},
			async (folder) => {
				const { code, out } = await runInbox(folder, [
					"release",
					"one",
					"first",
					"none",
				]);
				expect(code).to.equal(1);
				expect(out).to.contain("one not released: the route sms already holds");
				expect(out).to.contain("it is received, not quarantined");
				expect(out).to.contain("the inbox does not hold it");
				expect(out).to.contain("released 0 deliveries");
			},
		));

	it("asks before more than a few", () =>
		withStopped(
			async (store) => {
				for (let at = 0; at < 11; at += 1)
					await put(store, denied(`d${at}`, "/sms", `M${at}`));
			},
			async (folder) => {
				const args = ["release", "--all"];
				const alone = await runInbox(folder, args);
				expect(alone.code).to.equal(2);
				expect(alone.err).to.contain("Release 11 deliveries?");
				const yes = await runInbox(folder, [...args, "--yes"]);
				expect(yes.out).to.equal("released 11 deliveries\n");
			},
		));
});

// --- helpers ---

function denied(id: string, path: string, messageId = "A1") {
	return {
		id,
		state: "quarantined",
		reason: "FIREWALL_DENIED: 127.0.0.1 is in none",
		envelope: JSON.stringify({
			method: "POST",
			path,
			headers: { "content-type": "application/json", "x-event-id": "7" },
		}),
		body: Buffer.from(JSON.stringify({ ...SMS, messageId })),
	} as const;
}

async function onlyId({ folder }: Router): Promise<string> {
	const args = ["list", "--state", "quarantined", "--json"];
	const { out } = await runInbox(folder, args);
	const { deliveries } = JSON.parse(out);
	expect(deliveries).to.have.length(1);
	return deliveries[0].id;
}
