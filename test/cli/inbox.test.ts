import { expect } from "chai";
import { delivery, put, START } from "../inbox/contract/ground.ts";
import { withFolder } from "./cli.ts";
import { runInbox, withStopped } from "./inbox-ground.ts";

describe("switchhook inbox", () => {
	const NAMES = [
		"list",
		"show",
		"replay",
		"release",
		"drop",
		"stats",
		"export",
		"import",
	];
	for (const name of NAMES) {
		it(`ends the help of ${name} with an example, and lists it`, async () => {
			const { code, out } = await runInbox("/", [name, "--help"]);
			expect(out).to.contain("Documentation: switchhook help inbox-commands");
			expect(code).to.equal(0);
			expect(out).to.contain(`$ switchhook inbox ${name} `.trimEnd());
			expect(out).to.contain("--config").and.to.contain("--store");
			const all = await runInbox("/", ["--help"]);
			expect(all.out).to.match(new RegExp(`^ {2}${name}\\b`, "m"));
		});
	}

	it("could not run where there is no configuration, no inbox, or none of both", () =>
		withFolder({}, async (folder) => {
			for (const [args, why] of [
				[["list"], "no file ./routes.yaml"],
				[["list", "--store", "sqlite:none.db"], "there is no inbox"],
				[["stats", "--store", "mysql://u:pass@h"], "--store: not an inbox"],
				[["list", "--since", "yesterday"], "2h"],
				[["list", "--state", "asleep"], "quarantined"],
				[["list", "--max", "0"], "at least 1"],
			] as const) {
				const { code, out, err } = await runInbox(folder, args);
				expect(code, err).to.equal(2);
				expect(out).to.equal("");
				expect(err).to.contain(why === "2h" ? "duration" : why);
				expect(err).to.not.contain("pass@");
				expect(err).to.not.match(/^\s+at /m);
			}
		}));
});

describe("switchhook inbox list", () => {
	it("lists the newest first, with numbers masked", () =>
		withStopped(
			async (store) => {
				await put(store, { id: "one", orderKey: '["447700900001"]' });
				await put(store, {
					id: "two",
					state: "dead",
					reason: "HANDLER_FAILED: 447700900001 is busy",
				});
			},
			async (folder) => {
				const { code, out } = await runInbox(folder, ["list"]);
				expect(code).to.equal(0);
				const [head, ...rows] = out.trimEnd().split("\n");
				expect(head).to.match(/^ID +STATE/);
				expect(rows.map((row) => row.split(/ +/)[0])).to.deep.equal([
					"two",
					"one",
				]);
				expect(out).to.contain("44********01 is busy");
				expect(out).to.not.contain("447700900001");
				const json = await runInbox(folder, ["list", "--json"]);
				expect(json.out).to.not.contain("447700900001");
				const bare = await runInbox(folder, ["list", "--json", "--payloads"]);
				const { deliveries, next } = JSON.parse(bare.out);
				expect(next).to.equal(null);
				expect(deliveries[1]).to.deep.include({
					id: "one",
					state: "received",
					isBlocked: false,
					attempts: 0,
					orderKey: '["447700900001"]',
					dedupeKey: null,
					receivedAt: new Date(START).toISOString(),
				});
			},
		));

	it("filters by state, route, kind, key and time", () =>
		withStopped(
			async (store) => {
				await put(store, { id: "a", dedupeKey: '["m1"]', orderKey: '["x"]' });
				await put(store, { id: "b", orderKey: '["x"]', route: "other" });
				await put(store, { id: "c", state: "dead", kind: "sms.dlr" });
				await put(store, { id: "d", receivedAt: Date.now() - 60_000 });
			},
			async (folder) => {
				const time = new Date(START).toISOString();
				for (const [args, ids] of [
					[["--state", "dead"], "c"],
					[["--state", "dead,received", "--kind", "sms.inbound"], "dba"],
					[["--route", "other"], "b"],
					[["--kind", "sms.dlr"], "c"],
					[["--key", "m1"], "a"],
					[["--key", "x"], "ba"],
					[["--key", '["x"]', "--route", "sms"], "a"],
					[["--since", "2h"], "d"],
					[["--until", "2h"], "cba"],
					[["--until", time], ""],
					[["--since", time, "--until", "2026-01-16"], "cba"],
					[["--since", "2026-01-15T12:00", "--until", "2026-01-16"], "cba"],
					[["--since", "2026-01-15T12:01", "--until", "2026-01-16"], ""],
				] as const) {
					const ran = await runInbox(folder, ["list", "--json", ...args]);
					const { deliveries } = JSON.parse(ran.out);
					const found = deliveries.map(({ id }: { id: string }) => id).join("");
					expect(found, args.join(" ")).to.equal(ids);
				}
			},
		));

	it("goes on where it ended", () =>
		withStopped(
			(store) => store.put([delivery({ id: "a" }), delivery({ id: "b" })]),
			async (folder) => {
				const first = await runInbox(folder, ["list", "--json", "--max", "1"]);
				const { deliveries, next } = JSON.parse(first.out);
				expect(deliveries[0].id).to.equal("b");
				const args = ["list", "--json", "--max", "1", "--after", next];
				const second = JSON.parse((await runInbox(folder, args)).out);
				expect(second.deliveries[0].id).to.equal("a");
				expect(second.next).to.equal(null);
				const bad = await runInbox(folder, ["list", "--after", "x"]);
				expect(bad.code).to.equal(2);
			},
		));
});
