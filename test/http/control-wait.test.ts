import { expect } from "chai";
import { describeOutcome, readOutcome } from "../../src/cli/request/outcome.ts";
import { tellOutcome } from "../../src/http/control.ts";
import { NO_PAUSES } from "../../src/inbox/worker/pauses.ts";
import { type Answer, EMPTY_OK } from "../../src/runtime/request/answer.ts";
import { servedRoute } from "../runtime/served.ts";

describe("what a command is told of a stored event", () => {
	const told = (delayMs: number | undefined, restMs: number): string => {
		const route = servedRoute({ mode: "accept", delayMs });
		const answer: Answer = {
			reply: EMPTY_OK,
			outcome: "received",
			error: undefined,
			reports: [],
			route,
			event: undefined,
		};
		const pauses = { ...NO_PAUSES, restMs: () => restMs };
		const client = { address: undefined, found: "test" };
		const { headers = {} } = tellOutcome(answer, client, { pauses });
		const sent = readOutcome({ headers } as never);
		if (sent === undefined) throw new Error("no outcome");
		return describeOutcome(sent).join("\n");
	};

	it("says when its handler runs", () => {
		expect(told(undefined, 0)).to.contain("its handler runs now");
		expect(told(90_000, 0)).to.contain("its handler runs in 1m30s");
		expect(told(90_000, Infinity)).to.contain(
			"its handler waits until the route is resumed",
		);
	});
});
