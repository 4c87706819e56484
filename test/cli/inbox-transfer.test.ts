import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import {
	DEAD,
	delivery,
	leaseOne,
	put,
	settle,
} from "../inbox/contract/ground.ts";
import { usePostgres } from "../postgres.ts";
import { ROOM, runInbox, withStopped, withStore } from "./inbox-ground.ts";

const TRY = { attempt: 3, startedAt: 1, durationMs: 1, outcome: "waiting" };

const COPY = ["--store", "sqlite:copy.db"];

describe("switchhook inbox export and import", () => {
	it("carries an inbox over, bodies and attempts with it, and skips what is known", () =>
		withStopped(
			async (store) => {
				await put(store, { id: "a", body: Buffer.from([0, 255, 10, 128]) });
				await settle(store, await leaseOne(store), DEAD);
				await put(store, { id: "b", body: new Uint8Array(0) });
			},
			async (folder) => {
				const args = ["export", "--out", "all.jsonl"];
				const first = await runInbox(folder, args);
				expect(first.out).to.equal("exported 2 deliveries to all.jsonl\n");
				const file = join(folder, "all.jsonl");
				expect((await stat(file)).mode & 0o777).to.equal(0o600);
				const again = await runInbox(folder, args);
				expect(again.code).to.equal(2);
				expect(again.err).to.contain("all.jsonl already exists");
				const taken = await runInbox(folder, ["import", "all.jsonl", ...COPY]);
				expect(taken.out, taken.err).to.equal("imported 2 deliveries\n");
				const twice = await runInbox(folder, ["import", "all.jsonl", ...COPY]);
				expect(twice.out).to.equal(
					"imported 0 deliveries, skipped 2 known ones\n",
				);
				const copy = await runInbox(folder, ["export", ...COPY]);
				expect(copy.out).to.equal(await readFile(file, "utf8"));
			},
		));

	it("exports what the filter chooses, to standard output", () =>
		withStopped(
			(store) => store.put([delivery({ id: "a", route: "x" }), delivery()]),
			async (folder) => {
				const { out, err } = await runInbox(folder, ["export", "--route", "x"]);
				const lines = out.trimEnd().split("\n");
				expect(lines).to.have.length(1);
				expect(JSON.parse(lines[0] ?? "")).to.include({
					id: "a",
					switchhook: 1,
				});
				expect(err).to.equal("exported 1 delivery\n");
			},
		));

	it("refuses garbage by its line number, keeping what stands before", () =>
		withStopped(
			(store) => store.put([delivery({ id: "a" }), delivery({ id: "b" })]),
			async (folder) => {
				const { out } = await runInbox(folder, ["export"]);
				const [a = "", b = ""] = out.split("\n");
				for (const [bad, why] of [
					["garbage", "not valid JSON"],
					["[]", "not a JSON object"],
					['{"id":"x"}', "not a delivery that `switchhook inbox export` wrote"],
					[b.replace('"switchhook":1', '"switchhook":2'), "version 2"],
					[b.replace('"received"', '"asleep"'), "`state` is not valid"],
					[b.replace(/"body":"[^"]*"/, '"body":"a*b"'), "`body` is not valid"],
					[
						b.replace('"attempts":0', '"attempts":-1'),
						"`attempts` is not valid",
					],
					[
						b.replace(
							'"history":[]',
							`"history":[${[TRY, TRY].map((one) => JSON.stringify(one)).join()}]`,
						),
						"`history` is not valid. Expected only one attempt with the number 3",
					],
					[b.slice(0, -20), "not valid JSON"],
				] as const) {
					await writeFile(join(folder, "bad.jsonl"), `${a}\n\n${bad}\n${b}\n`);
					const ran = await runInbox(folder, ["import", "bad.jsonl", ...COPY]);
					expect(ran.code, bad).to.equal(1);
					expect(ran.err, bad).to.contain(`bad.jsonl:3: ${why}`.slice(0, 13));
					expect(ran.err, bad).to.contain(why);
				}
				await withStore(
					folder,
					async (store) => {
						expect((await store.get("a"))?.state).to.equal("received");
						expect(await store.get("b")).to.equal(undefined);
					},
					"copy.db",
				);
			},
		));

	it("reads standard input, in whatever pieces it comes", () =>
		withStopped(
			(store) => store.put([delivery({ id: "ä" }), delivery({ id: "b" })]),
			async (folder) => {
				const { out } = await runInbox(folder, ["export"]);
				const bytes = Buffer.from(out.replaceAll("\n", "\r\n"));
				async function* readInput() {
					for (const byte of bytes) yield Buffer.from([byte]);
				}
				const ran = await runInbox(folder, ["import", "-", ...COPY, "--json"], {
					readInput,
				});
				expect(JSON.parse(ran.out)).to.deep.equal({
					taken: 2,
					known: 0,
					bad: null,
				});
				const none = await runInbox(folder, ["import", "none", ...COPY]);
				expect(none.code).to.equal(2);
				expect(none.err).to.equal("error: there is no file none\n");
			},
		));

	describe("between engines", () => {
		const server = usePostgres();

		it("moves to PostgreSQL, where every command works as well", () =>
			withStopped(
				async (store) => {
					await put(store, { id: "a" });
					const stack = "Error: never\n    at f (plugins/x.ts:3:42)";
					await settle(store, await leaseOne(store), {
						as: "dead",
						reason: "HANDLER_FAILED: never",
						stack,
					});
					await put(store, { id: "b", dedupeKey: '["m"]' });
				},
				async (folder) => {
					const url = await server().createDatabase();
					const there = ["--store", url];
					await runInbox(folder, ["export", "--out", "all.jsonl"]);
					const taken = await runInbox(folder, [
						"import",
						"all.jsonl",
						...there,
					]);
					expect(taken.out, taken.err).to.equal("imported 2 deliveries\n");
					const listed = await runInbox(folder, [
						"list",
						"--json",
						"--key",
						"m",
						...there,
					]);
					expect(JSON.parse(listed.out).deliveries[0].id).to.equal("b");
					const shown = await runInbox(folder, ["show", "a", ...there]);
					expect(shown.out).to.contain("HANDLER_FAILED: never");
					expect(shown.out).to.contain("at f (plugins/x.ts:3:42)");
					const replayed = await runInbox(folder, ["replay", "a", ...there]);
					expect(replayed.out).to.equal("replayed 1 delivery\n");
					const dropped = await runInbox(folder, ["drop", "b", "-y", ...there]);
					expect(dropped.out).to.equal("dropped 1 delivery\n");
					const stats = await runInbox(folder, ["stats", "--json", ...there]);
					expect(JSON.parse(stats.out)).to.deep.include({ engine: "postgres" });
					const store = await openPostgres(url, { quarantine: ROOM });
					try {
						expect((await store.stats()).byState).to.include({
							received: 0,
							waiting: 1,
						});
					} finally {
						await store.close();
					}
				},
			));

		it("says that a database cannot be reached, without its password", () =>
			withStopped(
				(store) => put(store),
				async (folder) => {
					const url = "postgres://u:s3cret@127.0.0.1:1/none";
					const ran = await runInbox(folder, ["stats", "--store", url]);
					expect(ran.code).to.equal(2);
					expect(ran.err).to.not.contain("s3cret");
					expect(ran.err).to.not.match(/^\s+at /m);
				},
			));
	});
});
