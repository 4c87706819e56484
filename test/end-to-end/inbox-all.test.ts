import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { redactStep, replayStep } from "../../src/desk/steps.ts";
import { parentIdOf } from "../../src/inbox/port/child.ts";
import type { DeliveryDetail } from "../../src/inbox/port/delivery.ts";
import { release } from "../../src/runtime/inbox/release.ts";
import { toOwnSite } from "../../src/runtime/runtime.ts";
import { until } from "../crash/site.ts";
import { usePostgres } from "../postgres.ts";
import { type Start, withInboxFiles } from "./inbox-files.ts";
import { type InboxRouter, tell } from "./inbox-router.ts";

const HEAD = `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: "\${STORE:-sqlite:inbox.db}", maxBacklog: 1000 }
defaults: { firewall: [loopback], signature: none, retry: none }
routes:
  - { name: audit, kind: sms.inbound, handler: { plugin: told } }
`;
const ROUTES = `${HEAD}
  - name: sms
    path: /sms
    kind: sms.inbound
    level: account
    onInvalid: quarantine
    handler: { all: [audit, { name: crm, plugin: told }, { name: erp, plugin: told, orderBy: msisdn, rate: 1000/s }] }
  - name: dead
    kind: router.dead
    handler: { all: [{ name: pager, plugin: told }, { name: note, plugin: told }] }
`;
/** The same without the target `crm`. */
const WITHOUT = ROUTES.replace("{ name: crm, plugin: told }, ", "");

for (const engine of ["SQLite", "PostgreSQL"]) {
	describe(`a fan-out on ${engine}`, () => {
		const server = engine === "SQLite" ? undefined : usePostgres();
		const withInbox = async (
			use: (start: Start, folder: string) => Promise<void>,
			routes = ROUTES,
		): Promise<void> => {
			const env: Record<string, string> =
				server === undefined ? {} : { STORE: await server().createDatabase() };
			await withInboxFiles(routes, env, use);
		};

		it("makes its deliveries once for a webhook that comes twice", () =>
			withInbox(async (start) => {
				const seen: unknown[] = [];
				tell(({ route, payload, id }) => {
					seen.push([route, payload.text, parentIdOf(id) !== undefined]);
				});
				const router = await start();
				for (let at = 0; at < 3; at += 1)
					expect((await router.sms("/sms")).status).to.equal(200);
				await untilDone(router);
				expect(await statesOf(router)).to.deep.equal([
					"sms delivered",
					"audit delivered",
					"sms/crm delivered",
					"sms/erp delivered",
				]);
				expect(seen).to.have.deep.members([
					["audit", "hi", true],
					["sms/crm", "hi", true],
					["sms/erp", "hi", true],
				]);
			}));

		it("keeps what was acknowledged over a restart, before any target had it", () =>
			withInbox(async (start) => {
				const seen: string[] = [];
				tell(({ route }) => void seen.push(route));
				const first = await start({ isWorking: false });
				await first.sms("/sms");
				await first.stop();
				expect(seen).to.deep.equal([]);
				const second = await start();
				await untilDone(second);
				expect(seen).to.have.members(["audit", "sms/crm", "sms/erp"]);
				await second.sms("/sms");
				expect(await second.kept()).to.have.length(4);
			}));

		it("lets a dead child be replayed alone, and a parent with all of its children", () =>
			withInbox(async (start) => {
				const seen: string[] = [];
				let isDown = true;
				tell(({ route }) => {
					seen.push(route);
					if (route === "sms/crm" && isDown) throw new Error("down");
				});
				const router = await start();
				await router.sms("/sms");
				await router.logs({ line: "delivery", outcome: "dead" });
				await untilDone(router);
				const [parent] = await router.kept();
				const child = await childOf(router, "sms/crm");
				expect([parent?.state, child.state]).to.deep.equal([
					"delivered",
					"dead",
				]);
				isDown = false;
				seen.length = 0;
				const replay = replayStep(router.store, NOTE);
				expect((await replay.run([child.id])).done).to.equal(1);
				await untilDone(router);
				expect(seen.filter((route) => route.startsWith("sms"))).to.deep.equal([
					"sms/crm",
				]);
				seen.length = 0;
				const { done, kept } = await replay.run([String(parent?.id)]);
				expect([done, kept]).to.deep.equal([1, []]);
				await untilDone(router);
				expect(seen).to.have.members(["audit", "sms/crm", "sms/erp"]);
				const children = await router.store.children([String(parent?.id)]);
				expect(children.map(({ state }) => state)).to.deep.equal([
					"delivered",
					"delivered",
					"delivered",
				]);
				expect((await router.kept())[0]?.state).to.equal("delivered");
			}));

		it("makes the missing children of a replayed parent, and no second one", () =>
			withInbox(async (start) => {
				tell(() => {});
				const router = await start();
				await router.sms("/sms");
				await untilDone(router);
				const child = await childOf(router, "sms/crm");
				await router.store.drop({ ids: [child.id] });
				await replayStep(router.store, NOTE).run([
					String(parentIdOf(child.id)),
				]);
				await untilDone(router);
				expect(await statesOf(router)).to.have.members([
					"sms delivered",
					"audit delivered",
					"sms/crm delivered",
					"sms/erp delivered",
				]);
			}));

		it("lets no slow target hold up another, nor the order of another", () =>
			withInbox(async (start) => {
				let free = (): void => {};
				const held = new Promise<void>((resolve) => {
					free = resolve;
				});
				const seen: string[] = [];
				tell(async ({ route, payload }) => {
					if (route === "sms/crm") await held;
					if (route === "sms/erp") seen.push(String(payload.text));
				});
				const router = await start();
				for (let at = 0; at < 30; at += 1)
					await router.sms("/sms", { messageId: `${at}`, text: `${at}` });
				await until("all of the others", () => seen.length === 30);
				expect(seen).to.deep.equal(
					Array.from({ length: 30 }, (_, at) => `${at}`),
				);
				free();
				await untilDone(router);
			}));

		it("holds a child back while it is paused, and the whole while the route is", () =>
			withInbox(async (start) => {
				const seen: string[] = [];
				tell(({ route }) => void seen.push(route));
				const router = await start();
				await router.store.pause(["sms/erp"], {});
				await router.logs({ line: "pause", route: "sms/erp" });
				await router.sms("/sms");
				await until("the others", () => seen.length === 2);
				await router.store.pause(["sms"], {});
				await router.logs({ line: "pause", route: "sms" });
				await router.sms("/sms", { messageId: "2" });
				expect(await statesOf(router)).to.include("sms received");
				await router.store.resume(["sms/erp"]);
				await until("the paused one", () => seen.length === 3);
				await router.store.resume(["sms"]);
				await until("all", () => seen.length === 6);
				await untilDone(router);
				expect(await router.kept()).to.have.length(8);
			}));

		it("leaves the deliveries of a target that is gone, as those of any route", () =>
			withInbox(async (start, folder) => {
				tell(() => {});
				const first = await start({ isWorking: false });
				await first.sms("/sms");
				await first.stop();
				const file = join(folder, "routes.yaml");
				await writeFile(file, WITHOUT);
				const second = await start();
				await second.logs({ line: "delivery", route: "sms/erp" });
				await second.sms("/sms", { messageId: "2" });
				await until(
					"only that of the target that is gone",
					async () => second.store.backlog() === 1,
				);
				expect(await statesOf(second)).to.deep.equal([
					"sms delivered",
					"audit delivered",
					"sms/crm received",
					"sms/erp delivered",
					"sms delivered",
					"audit delivered",
					"sms/erp delivered",
				]);
				await second.stop();
				await writeFile(file, ROUTES);
				const third = await start();
				await untilDone(third);
			}));

		it("makes no children of a quarantined webhook before it is released", () =>
			withInbox(async (start) => {
				tell(() => {});
				const router = await start();
				await router.sms("/sms", { text: 5, messageId: null });
				expect(await statesOf(router)).to.deep.equal(["sms quarantined"]);
				const [parent] = await router.kept();
				const id = String(parent?.id);
				const ruling = await release(router.store, router.runtime, id);
				expect(ruling.as).to.equal("released");
				await untilDone(router);
				expect(await statesOf(router)).to.have.length(4);
				expect(await router.store.children([id])).to.have.length(3);
			}));

		it("redacts children with their parent, and spares those that wait", () =>
			withInbox(async (start) => {
				tell(() => {});
				const router = await start();
				await router.store.pause(["sms/erp"], {});
				await router.logs({ line: "pause", route: "sms/erp" });
				await router.sms("/sms");
				await router.logs({ line: "delivery", route: "sms/crm" });
				await router.logs({ line: "delivery", route: "audit" });
				const [parent] = await router.kept();
				const ids = [String(parent?.id)];
				const step = redactStep(router.store, NOTE, ["delivered", "dead"]);
				expect((await step.run(ids)).done).to.equal(1);
				expect(step.spared()).to.equal(1);
				const left = (await router.kept()).filter(({ body }) => body?.length);
				expect(left.map(({ route }) => route)).to.deep.equal(["sms/erp"]);
				const all = redactStep(router.store, NOTE, ["delivered", "received"]);
				await all.run(ids);
				expect(all.spared()).to.equal(0);
				expect(await bodiesOf(router)).to.deep.equal([]);
			}));

		it("fans an own event out, and its failure makes no further one", () =>
			withInbox(async (start) => {
				const seen: string[] = [];
				tell(({ route }) => {
					seen.push(route);
					if (route === "sms/crm" || route === "dead/pager")
						throw new Error("down");
				});
				const router = await start();
				router.running.inbox.own.serve(toOwnSite(router.runtime));
				await router.sms("/sms");
				await router.logs({ line: "delivery", route: "dead/pager" });
				await router.logs({ line: "delivery", route: "dead/note" });
				await untilDone(router);
				expect(
					seen.filter((route) => route.startsWith("dead")),
				).to.have.members(["dead/pager", "dead/note"]);
				expect(
					(await router.kept()).filter(({ route }) => route === "dead"),
				).to.have.length(1);
			}));

		it("refuses a webhook for whose children there is no room, whole", () =>
			withInbox(
				async (start) => {
					tell(() => {});
					const router = await start({ isWorking: false });
					expect((await router.sms("/sms")).status).to.equal(200);
					const second = await router.sms("/sms", { messageId: "2" });
					expect(second.status).to.equal(503);
					expect(await router.kept()).to.have.length(4);
				},
				ROUTES.replace("maxBacklog: 1000", "maxBacklog: 4"),
			));

		if (server !== undefined)
			it("has its deliveries done by two routers, each once", () =>
				withInbox(async (start) => {
					const seen: string[] = [];
					tell(({ id }) => void seen.push(id));
					const one = await start();
					const two = await start();
					await Promise.all(
						Array.from({ length: 40 }, (_, at) =>
							(at % 2 === 0 ? one : two).sms("/sms", {
								messageId: `${at % 20}`,
							}),
						),
					);
					await untilDone(one);
					expect(seen).to.have.length(60);
					expect(new Set(seen).size).to.equal(60);
					expect((await one.store.stats()).byState.delivered).to.equal(80);
				}));
	});
}

// --- helpers ---

const NOTE = { actor: "test", reason: undefined };

/** Resolves when nothing is unfinished. */
function untilDone({ store }: InboxRouter): Promise<void> {
	return until("nothing is unfinished", async () => {
		const { received, leased, waiting } = (await store.stats()).byState;
		return received + leased + waiting === 0;
	});
}

async function statesOf(router: InboxRouter): Promise<readonly string[]> {
	return (await router.kept()).map(({ route, state }) => `${route} ${state}`);
}

async function bodiesOf(
	router: InboxRouter,
): Promise<readonly (Uint8Array | undefined)[]> {
	return (await router.kept()).flatMap(({ body }) =>
		body?.length ? [body] : [],
	);
}

async function childOf(
	router: InboxRouter,
	route: string,
): Promise<DeliveryDetail> {
	const found = (await router.kept()).find((one) => one.route === route);
	if (found === undefined) throw new Error(`nothing of ${route} is kept`);
	return found;
}
