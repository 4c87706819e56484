import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { createLog } from "../../src/observe/log.ts";
import { load } from "../../src/runtime/load.ts";
import { createServices } from "../../src/runtime/services.ts";
import { withFolder } from "../cli/cli.ts";
import { withInboxFiles } from "../end-to-end/inbox-files.ts";
import type { InboxRouter } from "../end-to-end/inbox-router.ts";
import { handle } from "../handler/forward-tools.ts";
import { certFile, readCert } from "../tls/certs.ts";
import type { Broker, Kept } from "./brokers/broker.ts";
import { type BrokerProxy, startProxy } from "./proxy.ts";

/**
 * Describes what every broker has to do. Without a program of the broker the tests are skipped by name.
 *
 * @param more adds tests of this broker alone, which share it. Default: none
 * @param hasOwnTls true for a protocol that becomes encrypted on the way, which no proxy can end. Its TLS has tests of its own
 */
export function describeBroker<B extends Broker>(
	name: string,
	program: string | undefined,
	start: (program: string) => Promise<B>,
	{
		more,
		hasOwnTls = false,
	}: {
		readonly more?: (
			site: () => { readonly broker: B; readonly proxy: BrokerProxy },
		) => void;
		readonly hasOwnTls?: boolean;
	} = {},
): void {
	describe(`publish to ${name}`, () => {
		let broker: B;
		let proxy: BrokerProxy;
		before(async function () {
			if (program === undefined) {
				this.skip();
				return;
			}
			broker = await start(program);
			proxy = await startProxy(() => broker.port());
			broker.advertise?.(proxy.port);
		});
		after(async () => {
			await proxy?.close();
			await broker?.stop();
		});

		afterEach(() => proxy?.release());

		const use = (to: string, work: (router: InboxRouter) => Promise<void>) =>
			withBroker({ broker, proxy, to }, work);

		it("counts an event as delivered when the broker keeps it, with its id, key, headers and JSON", async () => {
			const to = await broker.makeTarget("kept");
			await use(to, async (router) => {
				await router.sms("/sms", { text: "first" });
				await router.sms("/sms", { text: "second", messageId: "0A02" });
				await delivered(router, 2);
				const [first, second] = await broker.read(to);
				const ids = (await router.kept()).map(({ id }) => id);
				expect([first?.id, second?.id]).to.deep.equal(ids);
				expect(first?.key).to.equal("447700900001");
				expect(first?.headers).to.include({
					"switchhook-event-id": ids[0],
					"switchhook-kind": "sms.inbound",
					"switchhook-level": "account",
					"x-to": "447700900000",
				});
				// Loading a client for the first time may cost an attempt.
				expect(first?.headers["switchhook-attempt"]).to.match(/^\d+$/);
				const body = JSON.parse(first?.body ?? "");
				expect(body).to.include({
					id: ids[0],
					kind: "sms.inbound",
					route: "sms",
				});
				expect(body.payload.text).to.equal("first");
			});
		});

		it("keeps each of many events that are under way at once", async () => {
			const to = await broker.makeTarget("many");
			await use(to, async (router) => {
				const numbers = Array.from(
					{ length: 60 },
					(_, at) => `4477009${10000 + at}`,
				);
				await Promise.all(
					numbers.map((msisdn) =>
						router.sms("/sms", { msisdn, messageId: msisdn }),
					),
				);
				await delivered(router, 60);
				expectInOrder(await broker.read(to), await router.kept());
			});
		});

		it("sends an event again with the same id, in the order of its key, when the confirmation is late", async () => {
			const to = await broker.makeTarget("late");
			await use(to, async (router) => {
				await router.sms("/sms", { messageId: "0B00" });
				await delivered(router, 1);
				proxy.hold();
				await router.sms("/sms", { messageId: "0B01" });
				await router.sms("/sms", { messageId: "0B02" });
				const [line] = await router.logs({
					msg: "delivery",
					outcome: "waiting",
				});
				expect(line?.reason).to.match(
					/no confirmation within 400 ms|no connection/,
				);
				proxy.release();
				await delivered(router, 3);
				expectInOrder(await broker.read(to), await router.kept());
			});
		});

		it("survives a broker that is killed in the middle: events wait, a circuit spares it, and none is lost or out of order", async () => {
			const to = await broker.makeTarget("killed");
			await use(to, async (router) => {
				const keys = ["447700900001", "447700900002", "447700900003"];
				const send = (from: number, count: number) =>
					Promise.all(
						Array.from({ length: count }, (_, index) =>
							router.sms("/sms", {
								msisdn: keys[(from + index) % 3],
								messageId: `0C${from + index}`,
							}),
						),
					);
				await send(0, 6);
				await delivered(router, 3);
				await broker.kill();
				await send(6, 6);
				await router.logs({ msg: "delivery", outcome: "waiting" });
				await router.logs({
					msg: "the upstream fails again and again: it is given a rest, then probed",
				});
				await broker.start();
				await delivered(router, 12);
				await router.logs({ msg: "the upstream answers again" });
				const kept = await router.kept();
				expect(kept.map(({ state }) => state)).to.deep.equal(
					Array(12).fill("delivered"),
				);
				expectInOrder(await broker.read(to), kept);
			});
		});

		it("has an event wait that the broker refuses, until it takes it", async () => {
			const { to, relent } = await broker.makeRefusing();
			await use(to, async (router) => {
				await router.sms("/sms");
				await router.logs({ msg: "delivery", outcome: "waiting" });
				await relent();
				await delivered(router, 1);
			});
		});

		it("has an event wait while the broker is full", async () => {
			const to = await broker.makeTarget("full");
			await use(to, async (router) => {
				await router.sms("/sms", { messageId: "0D00" });
				await delivered(router, 1);
				const end = await broker.fill(to);
				await router.sms("/sms", { messageId: "0D01" });
				await router.sms("/sms", { messageId: "0D02" });
				await router.logs({ msg: "delivery", outcome: "waiting" });
				await end();
				await delivered(router, 3);
				expectInOrder(await broker.read(to), await router.kept());
			});
		});

		it("keeps its connection over a reload, and closes it when no route uses it", async () => {
			const to = await broker.makeTarget("reload");
			await withFolder({}, async (folder) => {
				const services = createServices();
				const swap = async (handler: string) => {
					await writeFile(
						join(folder, "routes.yaml"),
						routesOf(handler, "none"),
					);
					const { runtime, findings } = await load({
						configFile: join(folder, "routes.yaml"),
						env: { BROKER: urlOf(broker, proxy) },
						setup: { log: QUIET, open: async () => services },
					});
					if (runtime === undefined) throw new Error(findings[0]?.what);
					return runtime;
				};
				const opened = proxy.total();
				const first = await swap(publishTo(broker, to));
				await handle(handlerOf(first));
				const connections = proxy.total() - opened;
				const next = await swap(`${publishTo(broker, to)} `);
				await first.close();
				await handle(handlerOf(next));
				expect(proxy.total() - opened).to.equal(connections);
				const last = await swap("none");
				await next.close();
				while (proxy.open() > 0)
					await new Promise((done) => setTimeout(done, 5));
				await last.close();
			});
		});

		if (!hasOwnTls)
			it("speaks TLS with a certificate of its own, and trusts only the authority that is named", async () => {
				const scheme = broker.tlsScheme ?? "";
				const to = await broker.makeTarget("secure");
				const secure = await startProxy(() => broker.port(), {
					cert: readCert("first.crt"),
					key: readCert("first.key"),
					ca: readCert("authority.crt"),
					requestCert: true,
				});
				broker.advertise?.(secure.port);
				const useTls = (ca: string, work: Parameters<typeof use>[1]) => {
					const tls = `tls: { ca: ${certFile(ca)}, cert: ${certFile("client.crt")}, key: ${certFile("client.key")} }`;
					const settings = [broker.settings, tls].filter(Boolean).join(", ");
					const site = { ...broker, scheme, settings };
					return withBroker({ broker: site, proxy: secure, to }, work);
				};
				try {
					await useTls("authority.crt", async (router) => {
						await router.sms("/sms");
						await delivered(router, 1);
					});
					await useTls("stranger.crt", async (router) => {
						await router.sms("/sms");
						const [line] = await router.logs({
							msg: "delivery",
							outcome: "waiting",
						});
						expect(line?.reason).to.match(
							/certificate|no connection|no confirmation/i,
						);
					});
					expect(await broker.read(to)).to.have.length(1);
				} finally {
					await secure.close();
					broker.advertise?.(proxy.port);
				}
			});

		it("shows the password nowhere: not in logs, reasons, routes or findings", async () => {
			const to = await broker.makeTarget("masked");
			const wrong = { ...broker, password: `wrong-${broker.password}` };
			await withBroker({ broker: wrong, proxy, to }, async (router) => {
				await router.sms("/sms");
				if (broker.password !== "") await router.logs({ msg: "delivery" });
				const [route] = router.runtime.routes;
				const texts = [
					JSON.stringify(router.lines),
					route?.describe("handler", (path) => path) ?? "",
					JSON.stringify(await router.kept()),
				].join("\n");
				for (const secret of [
					wrong.password,
					encodeURIComponent(wrong.password),
				])
					expect(texts).to.not.include(secret);
			});
		});
		more?.(() => ({ broker, proxy }));
	});
}

// --- helpers ---

const QUIET = createLog({ destination: { write() {} } });

export interface Site {
	readonly broker: Broker;
	readonly proxy: BrokerProxy;
	/** Absent for an exchange in the settings. */
	readonly to?: string;
}

function urlOf(
	{ scheme, user, password, path = "" }: Broker,
	{ port }: BrokerProxy,
): string {
	return `${scheme}://${user}:${password}@127.0.0.1:${port}${path}`;
}

/** Runs a router with an inbox whose only route publishes to a target. */
export function withBroker(
	{ broker, proxy, to }: Site,
	work: (router: InboxRouter) => Promise<void>,
): Promise<void> {
	const env = { BROKER: urlOf(broker, proxy) };
	const routes = routesOf(publishTo(broker, to), "memory");
	return withInboxFiles(routes, env, async (start) => {
		const router = await start();
		await work(router);
		expect(JSON.stringify(router.lines)).to.not.include(broker.password);
		await router.stop();
	});
}

function publishTo({ settings }: Broker, to: string | undefined): string {
	const target = to === undefined ? "" : ` to: ${to},`;
	const more = settings === undefined ? "" : `, ${settings}`;
	return `{ publish: { url: "\${BROKER}",${target} headers: { x-to: "{{ payload.to }}" }, timeout: 400ms${more} } }`;
}

function routesOf(handler: string, store: string): string {
	const retry = Array(60).fill("50ms").join(", ");
	return `version: 1
server: { listen: "127.0.0.1:0" }
inbox: { store: ${store} }
defaults: { firewall: [loopback], signature: none, retry: [${retry}] }
routes:
  - { name: sms, path: /sms, kind: sms.inbound, level: account, ${store === "none" ? "" : "orderBy: msisdn, "}handler: ${handler} }
`;
}

export async function delivered(
	router: InboxRouter,
	count: number,
): Promise<void> {
	await router.logs({ msg: "delivery", outcome: "delivered" }, count);
}

/** Expects that the broker keeps each event, and the first copies of each key in the order of arrival. */
function expectInOrder(
	messages: readonly Kept[],
	events: readonly {
		readonly id: string;
		readonly orderKey?: string | undefined;
	}[],
): void {
	const ids = [...new Set(messages.map(({ id }) => id))];
	expect([...ids].sort()).to.deep.equal(events.map(({ id }) => id).sort());
	for (const key of new Set(events.map(({ orderKey }) => orderKey))) {
		const own = events
			.filter((event) => event.orderKey === key)
			.map(({ id }) => id);
		expect(ids.filter((id) => own.includes(id))).to.deep.equal(own);
	}
}

function handlerOf({
	routes: [route],
}: Awaited<ReturnType<typeof load>>["runtime"] & object) {
	if (route === undefined) throw new Error("no route");
	return route.handler;
}
