import { expect } from "chai";
import { until } from "../crash/site.ts";
import { delivery, put } from "../inbox/contract/ground.ts";
import { runInbox, withStopped, withStore } from "./inbox-ground.ts";
import { withInboxPage } from "./inbox-page.ts";

const dead = (id: string) =>
	delivery({ id, state: "dead", reason: "HANDLER_FAILED: no" });

describe("switchhook inbox ui", () => {
	it("shows an inbox without a router, and says which parts are missing", () =>
		withStopped(
			(store) => store.put([dead("a"), dead("b")]),
			async (folder) => {
				const { code, err } = await withInboxPage(
					folder,
					[],
					async ({ call }) => {
						const { mode, abilities, routes } = (
							await call("GET", "/router")
						).json();
						expect({ mode, abilities, routes }).to.deep.equal({
							mode: "inbox",
							abilities: ["deliveries"],
							routes: 3,
						});
						const listed = (await call("GET", "/deliveries")).json();
						expect(listed.deliveries).to.have.length(2);
						for (const path of ["/routes", "/findings?of=disk", "/stats"])
							expect((await call("GET", path)).status, path).to.equal(200);
						for (const [method, path, body] of [
							["POST", "/reload"],
							["POST", "/send", { kind: "sms.inbound" }],
							["GET", "/events"],
						] as const) {
							const refused = await call(method, path, body);
							expect(refused.status, path).to.equal(503);
							expect(refused.json())
								.to.include({ code: "unavailable" })
								.and.have.property("detail")
								.that.contains("Only a running router does this");
						}
					},
				);
				expect(code).to.equal(0);
				expect(err).to.contain("Press Ctrl-C");
			},
		));

	it("changes deliveries as the commands do, for the router that starts next", () =>
		withStopped(
			async (store) => {
				await store.put([dead("a"), dead("b"), dead("c")]);
				await put(store, { id: "d", state: "delivered" });
			},
			async (folder) => {
				await withInboxPage(folder, [], async ({ call }) => {
					const done = async (path: string, body: unknown = {}) => {
						const called = await call("POST", `/deliveries${path}`, body);
						expect(called.status, called.text).to.equal(200);
					};
					await done("/a/replay", { reason: "fixed" });
					await done("/b/drop");
					await done("/d/redact");
					const exported = await call("GET", "/export?state=dead");
					expect(exported.text.trim().split("\n")).to.have.length(1);
					expect((await call("GET", "/deliveries/b")).status).to.equal(404);
				});
				await withStore(folder, async (store) => {
					expect(await store.get("a")).to.include({ state: "received" });
					const [action] = (await store.get("a"))?.actions ?? [];
					expect(action).to.include({ action: "replayed", actor: "local" });
					expect(action?.reason).to.equal("fixed");
					expect(await store.get("b")).to.equal(undefined);
					expect((await store.get("d"))?.body).to.equal(undefined);
				});
			},
		));

	it("works beside the router that owns the file, which handles what is replayed", () =>
		withStopped(
			(store) => store.put([dead("a")]),
			(folder) =>
				withStore(folder, async (owner) => {
					await withInboxPage(folder, [], async ({ call }) => {
						await call("POST", "/deliveries/a/replay", {});
						const ask = { route: "sms", max: 1 };
						const [leased] = await owner.lease([ask], 1000);
						expect(leased?.id).to.equal("a");
						await owner.pause(["sms"], { why: "down" });
						// The clocks of the two processes may differ by a millisecond.
						await until("the pause", async () => {
							const { pauses } = (await call("GET", "/pauses")).json();
							return (pauses as unknown[]).length === 1;
						});
					});
				}),
		));

	it("needs no configuration, and masks what no configuration knows", () =>
		withStopped(
			(store) => store.put([dead("a")]),
			async (folder) => {
				const args = ["--store", "sqlite:inbox.db", "--config", "none.yaml"];
				await withInboxPage(folder, args, async ({ call }) => {
					expect((await call("GET", "/router")).json()).to.include({
						mode: "inbox",
						routes: 0,
					});
					const shown = (await call("GET", "/deliveries/a")).json();
					expect(shown).to.include({ id: "a", state: "dead" });
				});
			},
		));

	it("refuses other machines without a token of the configuration, and a missing inbox", () =>
		withStopped(
			(store) => store.put([]),
			async (folder) => {
				for (const [args, says] of [
					[["--listen", "0.0.0.0:0"], "--listen: 0.0.0.0:0 is open to other"],
					[["--listen", "off"], "--listen"],
					[["--store", "sqlite:missing.db"], "missing.db"],
				] as const) {
					const { code, err } = await runInbox(folder, ["ui", ...args]);
					expect(code).to.equal(2);
					expect(err).to.contain(says);
				}
			},
		));
});
