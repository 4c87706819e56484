import { expect } from "chai";
import { publishSeen } from "../../src/cli/workers/crew-view.ts";
import { createFeedSwitch } from "../../src/cli/workers/feed-switch.ts";
import { createFeed, type FeedEvent } from "../../src/observe/feed.ts";
import type { FromWorker, SeenByWorker } from "../../src/workers/protocol.ts";

describe("the events that a worker tells its supervisor", () => {
	/** The feed of a worker, and the messages that it sends. */
	function worker() {
		const feed = createFeed();
		const sent: SeenByWorker[] = [];
		const hear = createFeedSwitch(feed, {
			send: (message: FromWorker) => void sent.push(message as SeenByWorker),
		});
		/** Does what an observer does, `count` times. */
		const see = (count: number, at: number): void => {
			for (let index = 0; index < count; index++)
				if (feed.isWatched && feed.wants("delivery", at))
					feed.publish(delivery(`${index}`, at));
		};
		return { feed, sent, hear, see };
	}

	it("are none while nobody watches", () => {
		const { sent, hear, see } = worker();
		see(1, 0);
		hear("all");
		see(1, 0);
		hear(undefined);
		see(1, 0);
		expect(sent).to.have.length(1);
	});

	it("are as many as a client without a filter gets, with the number of the others", () => {
		const { sent, hear, see } = worker();
		hear("some");
		see(1200, 1000);
		expect(sent).to.have.length(1000);
		see(3, 1004);
		expect(sent).to.have.length(1002);
		expect(sent.at(-2)).to.include({ skipped: 200 });
		expect(sent.at(-1)).to.include({ skipped: 0 });
	});

	it("are all if a client has a filter", () => {
		const { sent, hear, see } = worker();
		hear("all");
		see(1200, 1000);
		expect(sent).to.have.length(1200);
	});

	it("are passed on and counted by the supervisor", () => {
		const feed = createFeed();
		const told: (string | number)[] = [];
		feed.watch(({ type }) => told.push(type), {
			wants: () => true,
			skip: (count) => told.push(count),
		});
		const event = delivery("a", 0);
		const copies = { publish() {} } as never;
		publishSeen({ type: "seen", event, skipped: 0 }, { feed, copies });
		publishSeen({ type: "seen", event, skipped: 7 }, { feed, copies });
		expect(told).to.deep.equal(["delivery", 7, "delivery"]);
	});
});

// --- helpers ---

function delivery(id: string, at: number): FeedEvent {
	return {
		...{ type: "delivery", at, id, route: "one" },
		...{ kind: "sms.inbound", outcome: "delivered" },
	} as FeedEvent;
}
