import { expect } from "chai";
import { Retired } from "../../src/cli/serve/reload/retired.ts";
import { Occupancy } from "../../src/runtime/occupancy.ts";

describe("a configuration that was replaced", () => {
	it("is closed at once when nothing runs in it", async () => {
		const { runtime, log } = fakeRuntime();
		const retired = new Retired();
		retired.add(runtime);
		await turn();
		expect(log).to.deep.equal(["closed"]);
		await retired.close();
		expect(log).to.deep.equal(["closed"]);
	});

	it("is closed when the last of its requests and deliveries ends, and once", async () => {
		const { runtime, log } = fakeRuntime();
		runtime.occupancy.enter();
		runtime.occupancy.enter();
		const retired = new Retired();
		retired.add(runtime);
		await turn();
		runtime.occupancy.leave();
		await turn();
		expect(log).to.deep.equal([]);
		runtime.occupancy.leave();
		await turn();
		expect(log).to.deep.equal(["closed"]);
		await retired.close();
		expect(log).to.deep.equal(["closed"]);
	});

	it("is closed after the longest timeout of its routes, whatever still runs", async () => {
		const { runtime, log } = fakeRuntime({ timeoutMs: 1 });
		runtime.occupancy.enter();
		const retired = new Retired({ spareMs: 1 });
		retired.add(runtime);
		while (log.length === 0) await turn();
		expect(log).to.deep.equal(["closed"]);
		runtime.occupancy.leave();
		await retired.close();
		expect(log).to.deep.equal(["closed"]);
	});

	it("is aborted with the router, and closed before the router ends", async () => {
		const { runtime, log } = fakeRuntime();
		runtime.occupancy.enter();
		const retired = new Retired();
		retired.add(runtime);
		retired.abort(new Error("the router stops"));
		await retired.close();
		expect(log).to.deep.equal(["the router stops", "closed"]);
	});
});

// --- helpers ---

function turn(): Promise<void> {
	return new Promise((done) => setImmediate(done));
}

function fakeRuntime({ timeoutMs = 60_000 } = {}) {
	const log: string[] = [];
	const runtime = {
		routes: [{ timeoutMs }],
		occupancy: new Occupancy(),
		abort: (reason: Error) => void log.push(reason.message),
		async close() {
			log.push("closed");
		},
	};
	return { runtime, log };
}
