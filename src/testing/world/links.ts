import { BrokerFault, type Connection } from "../../handler/publish/driver.ts";
import { createLinks, type Links } from "../../handler/publish/links.ts";
import type { World } from "./world.ts";

/**
 * Creates the connections to brokers of a world: nothing connects, and each message is recorded. It is confirmed, unless a stub for its
 * URL, the broker and the target, answers with an error or a status from 400.
 */
export function createWorldLinks(world: World): Links {
	return createLinks({
		now: () => world.clock.nowMs(),
		// In the middle of the jitter, so that a pause is as long each time.
		random: () => 0.5,
		async connect({ url: { name } }): Promise<Connection> {
			return {
				async send({ to, exchange, key, headers, contentType, body }) {
					const target = [exchange, to].filter(Boolean).join("/");
					const answer = world.outgoing.send({
						by: "publish",
						method: "PUBLISH",
						url: `${name}/${target}`,
						headers: {
							...headers,
							"content-type": contentType,
							...(key !== undefined && { "switchhook-key": key }),
						},
						body,
					});
					if (answer === undefined) return;
					if ("error" in answer)
						throw new BrokerFault(`the test lets it fail: ${answer.error}`);
					if (answer.status >= 400)
						throw new BrokerFault(`the test refuses it: ${answer.status}`);
				},
				async close() {},
			};
		},
	});
}
