import { expect } from "chai";
import { RABBITMQ, startRabbitmq } from "./brokers/rabbitmq.ts";
import { delivered, describeBroker, withBroker } from "./contract.ts";

describeBroker("RabbitMQ", RABBITMQ, startRabbitmq, {
	more(site) {
		it("publishes to an exchange by a routing key, and has a message wait that no queue takes", async () => {
			const { broker, proxy } = site();
			await broker.use(async (model) => {
				const channel = await model.createChannel();
				await channel.assertExchange("webhooks", "topic", { durable: true });
				await channel.assertQueue("of-webhooks", { durable: true });
				await channel.close();
			});
			const settings = 'exchange: webhooks, routingKey: "sms.{{ payload.to }}"';
			await withBroker(
				{ broker: { ...broker, settings }, proxy },
				async (router) => {
					await router.sms("/sms");
					const [line] = await router.logs({
						msg: "delivery",
						outcome: "waiting",
					});
					expect(line?.reason).to.include("no queue takes it (312 NO_ROUTE)");
					await broker.use(async (model) => {
						const channel = await model.createChannel();
						await channel.bindQueue(
							"of-webhooks",
							"webhooks",
							"sms.447700900000",
						);
						await channel.close();
					});
					await delivered(router, 1);
					expect(await broker.read("of-webhooks")).to.have.length(1);
				},
			);
		});

		it("names what is wrong with an exchange or a queue, without harm to other routes", async () => {
			const { broker, proxy } = site();
			const wrong = { ...broker, settings: "exchange: nowhere" };
			await withBroker({ broker: wrong, proxy }, async (router) => {
				await router.sms("/sms");
				const [line] = await router.logs({
					msg: "delivery",
					outcome: "waiting",
				});
				expect(line?.reason).to.include("no exchange 'nowhere'");
			});
			await broker.use(async (model) => {
				const channel = await model.createChannel();
				await channel.assertQueue("plain", { durable: true });
				await channel.close();
			});
			await withBroker({ broker, proxy, to: "plain" }, async (router) => {
				await router.sms("/sms");
				const [line] = await router.logs({
					msg: "delivery",
					outcome: "waiting",
				});
				expect(line?.reason).to.include(
					"write `declare: false` to use it as it is",
				);
			});
			const given = { ...broker, settings: "declare: false" };
			await withBroker(
				{ broker: given, proxy, to: "plain" },
				async (router) => {
					await router.sms("/sms");
					await delivered(router, 1);
				},
			);
		});
	},
});
