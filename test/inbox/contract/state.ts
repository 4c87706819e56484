import { expect } from "chai";
import type { StateWrite } from "../../../src/inbox/port/state.ts";
import type { InboxFixture } from "./ground.ts";

/** The durable state of plugins. */
export function describeState(inbox: InboxFixture): void {
	describe("state", () => {
		it("reads what was written last, and nothing after a delete", async () => {
			expect(await inbox.store.readState("p", "k")).to.equal(undefined);
			await inbox.store.writeState([write("k", "1"), write("k", '{"a":"ü"}')]);
			expect(await inbox.store.readState("p", "k")).to.equal('{"a":"ü"}');
			await inbox.store.writeState([write("k", undefined)]);
			expect(await inbox.store.readState("p", "k")).to.equal(undefined);
			await inbox.store.writeState([]);
		});

		it("keeps the plugins apart", async () => {
			await inbox.store.writeState([
				write("k", "1"),
				{ ...write("k", "2"), plugin: "q" },
			]);
			expect(await inbox.store.readState("p", "k")).to.equal("1");
			expect(await inbox.store.listState("q", "", 10)).to.deep.equal([
				{ key: "k", value: "2" },
			]);
		});

		it("lists by prefix, by key, up to a bound", async () => {
			const keys = ["b:1", "a:2", "a:1", "a", "a%", "a_2", "A:1", "a:3"];
			await inbox.store.writeState(keys.map((key) => write(key, `"${key}"`)));
			expect(await inbox.store.listState("p", "a:", 10)).to.deep.equal([
				{ key: "a:1", value: '"a:1"' },
				{ key: "a:2", value: '"a:2"' },
				{ key: "a:3", value: '"a:3"' },
			]);
			const found = async (prefix: string, max: number) =>
				(await inbox.store.listState("p", prefix, max)).map(({ key }) => key);
			expect(await found("a:", 2)).to.deep.equal(["a:1", "a:2"]);
			expect(await found("a%", 10)).to.deep.equal(["a%"]);
			expect(await found("a_", 10)).to.deep.equal(["a_2"]);
			expect(await found("", 20)).to.have.length(8);
			expect(await found("zzz", 10)).to.deep.equal([]);
		});

		it("lists only what is of the prefix, however much stands behind it", async () => {
			const others = Array.from({ length: 500 }, (_, at) => `b/${at}`);
			// The first is the least key that follows all keys of the prefix.
			const keys = ["a0", "a/2", "a", "a/1", "a/\u{1f600}", ...others];
			await inbox.store.writeState(keys.map((key) => write(key, "1")));
			const found = await inbox.store.listState("p", "a/", 1000);
			expect(found.map(({ key }) => key)).to.deep.equal([
				"a/1",
				"a/2",
				"a/\u{1f600}",
			]);
		});

		it("forgets what has expired, and keeps what was written again", async () => {
			await inbox.store.writeState([
				{ ...write("a", "1"), expiresAfterMs: 1000 },
				{ ...write("b", "2"), expiresAfterMs: 1000 },
				{ ...write("c", "3"), expiresAfterMs: 1000 },
			]);
			await inbox.store.writeState([
				write("b", "2"),
				{ ...write("c", "4"), expiresAfterMs: 5000 },
			]);
			inbox.advance(999);
			expect(await inbox.store.readState("p", "a")).to.equal("1");
			inbox.advance(1);
			expect(await inbox.store.readState("p", "a")).to.equal(undefined);
			expect(await inbox.store.listState("p", "", 10)).to.deep.equal([
				{ key: "b", value: "2" },
				{ key: "c", value: "4" },
			]);
			await inbox.store.prune({
				deliveredMs: 1,
				deadMs: 1,
				bodyMs: undefined,
				max: 100,
			});
			expect(await inbox.store.listState("p", "", 10)).to.have.length(2);
			inbox.advance(4000);
			expect(await inbox.store.listState("p", "", 10)).to.deep.equal([
				{ key: "b", value: "2" },
			]);
		});

		it("fills a list up past what has expired", async () => {
			await inbox.store.writeState([
				{ ...write("a", "1"), expiresAfterMs: 10 },
				write("b", "2"),
				write("c", "3"),
			]);
			inbox.advance(10);
			expect(await inbox.store.listState("p", "", 2)).to.have.length(2);
		});

		it("survives an end and a new start", async () => {
			await inbox.store.writeState([write("k", "1")]);
			await inbox.reopen();
			expect(await inbox.store.readState("p", "k")).to.equal("1");
		});
	});
}

// --- helpers ---

function write(key: string, value: string | undefined): StateWrite {
	return { plugin: "p", key, value, expiresAfterMs: undefined };
}
