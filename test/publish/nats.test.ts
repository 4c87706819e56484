import { StorageType } from "@nats-io/jetstream";
import { expect } from "chai";
import { certFile } from "../tls/certs.ts";
import { NATS, type NatsBroker, startNats } from "./brokers/nats.ts";
import { delivered, describeBroker, withBroker } from "./contract.ts";
import { type BrokerProxy, startProxy } from "./proxy.ts";

describeBroker("NATS", NATS, startNats, { hasOwnTls: true });

describe("publish to NATS over TLS, and what its confirmation means", () => {
	let broker: NatsBroker;
	let proxy: BrokerProxy;
	before(async function () {
		if (NATS === undefined) {
			this.skip();
			return;
		}
		broker = await startNats(NATS, { sync: "2m", isSecure: true });
		proxy = await startProxy(() => broker.port());
	});
	after(async () => {
		await proxy?.close();
		await broker?.stop();
	});

	const use = (
		settings: string,
		to: string,
		work: Parameters<typeof withBroker>[1],
	) => {
		const tls = `tls: { ca: ${certFile("authority.crt")}, cert: ${certFile("client.crt")}, key: ${certFile("client.key")} }`;
		const site = { ...broker, scheme: "tls", settings: `${settings}, ${tls}` };
		return withBroker({ broker: site, proxy, to }, work);
	};

	it("refuses a server that does not sync each message, and says what to do", async () => {
		const to = await broker.makeTarget("unsynced");
		await use(broker.settings ?? "", to, async (router) => {
			await router.sms("/sms");
			const [line] = await router.logs({ msg: "delivery", outcome: "waiting" });
			expect(line?.reason).to.include(
				"the server confirms messages before they are on disk: set `sync_interval: always` in its `jetstream`, or write `durability: replicated`",
			);
			expect(await broker.read(to)).to.deep.equal([]);
		});
	});

	it("refuses a server whose monitoring does not answer", async () => {
		const to = await broker.makeTarget("unknown");
		await use('monitor: "http://127.0.0.1:9"', to, async (router) => {
			await router.sms("/sms");
			const [line] = await router.logs({ msg: "delivery", outcome: "waiting" });
			expect(line?.reason).to.include(
				"its monitoring at http://127.0.0.1:9 does not answer",
			);
		});
	});

	it("relies on replicas where that is written, and warns of too few", async () => {
		const to = await broker.makeTarget("replicated");
		await use("durability: replicated", to, async (router) => {
			await router.sms("/sms");
			await delivered(router, 1);
			const [line] = await router.logs({ stream: to });
			expect(line).to.include({
				replicas: 1,
				storage: "file",
				severity: "warn",
			});
		});
	});

	it("does not trust a stream in memory", async () => {
		const synced = NATS === undefined ? undefined : await startNats(NATS);
		if (synced === undefined) return;
		const front = await startProxy(() => synced.port());
		try {
			await synced.manager().streams.add({
				name: "memory",
				subjects: ["memory"],
				storage: StorageType.Memory,
			});
			await withBroker(
				{ broker: synced, proxy: front, to: "memory" },
				async (router) => {
					await router.sms("/sms");
					const [line] = await router.logs({
						msg: "delivery",
						outcome: "waiting",
					});
					expect(line?.reason).to.include("the stream memory is in memory");
				},
			);
		} finally {
			await front.close();
			await synced.stop();
		}
	});
});
