import { expect } from "chai";
import { REDIS, startRedis } from "./brokers/redis.ts";
import { delivered, describeBroker, withBroker } from "./contract.ts";

describeBroker("Redis", REDIS, startRedis, {
	more(site) {
		it("says how the server keeps what it confirms", async () => {
			const { broker, proxy } = site();
			const sync = async (appendfsync: string): Promise<void> => {
				await broker.client().config("SET", "appendfsync", appendfsync);
			};
			for (const [appendfsync, severity] of [
				["always", "info"],
				["everysec", "warn"],
			] as const) {
				await sync(appendfsync);
				await withBroker({ broker, proxy, to: "said" }, async (router) => {
					await router.sms("/sms");
					await delivered(router, 1);
					const [line] = await router.logs({ appendfsync });
					expect(line).to.include({ appendonly: "yes", severity });
				});
			}
			await sync("always");
		});

		it("trims a stream to about its length", async () => {
			const { broker, proxy } = site();
			const settings = "maxLength: 100";
			await withBroker(
				{ broker: { ...broker, settings }, proxy, to: "short" },
				async (router) => {
					for (let count = 0; count < 260; count++)
						await broker.client().xadd("short", "*", "id", String(count));
					await router.sms("/sms");
					await delivered(router, 1);
					expect(await broker.client().xlen("short")).to.be.below(260);
				},
			);
		});
	},
});
