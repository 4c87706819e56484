import { expect } from "chai";
import {
	createPluginStore,
	type StateKeeper,
} from "../../src/handler/plugin/store.ts";
import type { StateWrite } from "../../src/inbox/port/state.ts";
import { createMemoryState } from "../../src/runtime/inbox/memory-state.ts";

/** What a call throws, at once or later. */
const errorOf = async (work: () => Promise<unknown>): Promise<unknown> => {
	try {
		await work();
	} catch (error) {
		return error;
	}
	return undefined;
};

describe("createPluginStore", () => {
	let keeper: StateKeeper;
	let now = 0;
	beforeEach(() => {
		now = 1000;
		keeper = createMemoryState(() => now);
	});

	it("writes at once where nothing is pending, each plugin to its own", async () => {
		const [one, other] = ["one", "other"].map((name) =>
			createPluginStore(name, keeper),
		);
		await one?.put("a", { n: 1 });
		expect(await one?.get("a")).to.deep.equal({ n: 1 });
		expect(await other?.get("a")).to.equal(undefined);
		expect(await other?.list()).to.deep.equal([]);
		await one?.delete("a");
		expect(await one?.get("a")).to.equal(undefined);
	});

	it("forgets what is over its time", async () => {
		const store = createPluginStore("one", keeper);
		await store.put("a", 1, { expiresAfterMs: 10 });
		now += 9;
		expect(await store.get("a")).to.equal(1);
		now += 1;
		expect(await store.get("a")).to.equal(undefined);
		expect(await store.list()).to.deep.equal([]);
	});

	it("holds back what is pending, and reads it over what is kept", async () => {
		await createPluginStore("one", keeper).put("a/1", "kept");
		await createPluginStore("one", keeper).put("a/2", "kept");
		const pending: StateWrite[] = [];
		const store = createPluginStore("one", keeper, pending);
		await store.delete("a/1");
		await store.put("a/2", "mine");
		await store.put("a/0", null);
		await store.put("b", "mine");
		expect(await store.get("a/1")).to.equal(undefined);
		expect(await store.list("a/")).to.deep.equal([
			{ key: "a/0", value: null },
			{ key: "a/2", value: "mine" },
		]);
		expect(await keeper.readState("one", "a/2")).to.equal('"kept"');
		expect(pending).to.have.length(4);
		await keeper.writeState(pending);
		expect(await createPluginStore("one", keeper).list()).to.have.length(3);
	});

	it("lists at most so many, those that are deleted here not counted", async () => {
		const direct = createPluginStore("one", keeper);
		for (const key of ["a", "b", "c", "d"]) await direct.put(key, key);
		const store = createPluginStore("one", keeper, []);
		await store.delete("a");
		const two = await store.list("", { max: 2 });
		expect(two.map(({ key }) => key)).to.deep.equal(["b", "c"]);
	});

	it("refuses keys, values and times that cannot be kept", async () => {
		const store = createPluginStore("one", keeper);
		for (const work of [
			() => store.put("", 1),
			() => store.put("x".repeat(501), 1),
			() => store.put("a", undefined),
			() => store.put("a", () => {}),
			() => store.put("a", 1, { expiresAfterMs: 0 }),
			() => store.put("a", 1, { expiresAfterMs: Number.NaN }),
		])
			expect(await errorOf(work)).to.be.instanceOf(TypeError);
		expect(await store.list()).to.deep.equal([]);
	});

	it("says whether what is kept outlives the router", () => {
		expect(createPluginStore("one", keeper).isDurable).to.equal(false);
		const { isVolatile, ...inbox } = keeper;
		expect(isVolatile).to.equal(true);
		expect(createPluginStore("one", inbox).isDurable).to.equal(true);
	});
});
