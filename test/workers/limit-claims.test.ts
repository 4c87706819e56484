import { expect } from "chai";
import { SupervisorLimits } from "../../src/workers/limit-claims.ts";
import type { FromWorker } from "../../src/workers/protocol.ts";

describe("SupervisorLimits", () => {
	it("asks for all requests of a turn in one message, and tells each its own wait", async () => {
		const sent: FromWorker[] = [];
		const limits = new SupervisorLimits({
			send: (message) => void sent.push(message),
		});
		const rate = { intervalMs: 100, burst: 3 };
		const waits = [limits.take("a", rate, 1), limits.take("b", rate, 2)];
		await new Promise(setImmediate);
		expect(sent).to.deep.equal([
			{
				type: "limits",
				claims: [
					{ id: 1, bucket: "a", rate, now: 1 },
					{ id: 2, bucket: "b", rate, now: 2 },
				],
			},
		]);
		limits.hear([
			{ id: 2, waitMs: 7 },
			{ id: 1, waitMs: 0 },
			{ id: 9, waitMs: 1 },
		]);
		expect(await Promise.all(waits)).to.deep.equal([0, 7]);
	});
});
