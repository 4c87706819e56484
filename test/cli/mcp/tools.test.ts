import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { delivery, put } from "../../inbox/contract/ground.ts";
import { withFolder } from "../cli.ts";
import { INBOX_FILES, withStopped, withStore } from "../inbox-ground.ts";
import { withTools } from "./client.ts";

const SECRET = "447700900123";

const dead = (id: string, more: Parameters<typeof delivery>[0] = {}) =>
	delivery({
		id,
		state: "dead",
		kind: "sms.inbound",
		reason: `HANDLER_FAILED: no customer ${SECRET}`,
		body: Buffer.from(
			JSON.stringify({ msisdn: SECRET, to: "447700900001", text: "a secret" }),
		),
		...more,
	});

describe("the tools of switchhook mcp", () => {
	it("are those that read, unless others are asked for, and say so to the client", () =>
		withFolder(INBOX_FILES, async (folder) => {
			const names: string[][] = [];
			for (const write of [undefined, true] as const)
				await withTools(folder, write ? { write } : {}, async (_, client) => {
					const { tools } = await client.listTools();
					names.push(tools.map(({ name }) => name));
					for (const { name, annotations, description } of tools) {
						expect(description, name).to.match(/^[A-Z].*\.$/);
						expect(annotations?.readOnlyHint, name).to.equal(
							!CHANGING.includes(name),
						);
						expect(annotations?.destructiveHint, name).to.equal(
							["replay", "release"].includes(name),
						);
					}
				});
			const [reading = [], all = []] = names;
			expect(reading).to.not.include.members(["replay"]);
			expect(
				all.filter((name) => !reading.includes(name)).sort(),
			).to.deep.equal(CHANGING);
		}));

	it("check the files as they are now, and name what is wrong", () =>
		withFolder(INBOX_FILES, (folder) =>
			withTools(folder, {}, async (tool) => {
				expect((await tool("check")).data).to.include({ errors: 0 });
				const file = join(folder, "routes.yaml");
				const text = INBOX_FILES["routes.yaml"] ?? "";
				await writeFile(
					file,
					text.replace("kind: sms.inbound", "kind: sms.in"),
				);
				const broken = await tool("check");
				expect(broken.data.errors).to.equal(1);
				expect(broken.data.findings[0]).to.include({
					file: "routes.yaml",
					line: 8,
				});
				expect(broken.text).to.contain("routes.yaml:8:");
				// The routes cannot be shown while the file is wrong, and are again after the fix.
				expect((await tool("routes")).data.total).to.equal(0);
				await writeFile(file, text);
				expect((await tool("routes")).data.total).to.equal(3);
			}),
		));

	it("show deliveries masked, page by page, however they are searched", () =>
		withStopped(
			(store) => store.put(["a", "b", "c"].map((id) => dead(id))),
			(folder) =>
				withTools(folder, { write: true }, async (tool) => {
					const stats = await tool("inbox_stats");
					expect(stats.data.byState).to.include({ dead: 3 });
					expect(stats.text).to.contain("sms: 3 dead");
					const first = await tool("list_deliveries", { max: 2 });
					expect(first.data.deliveries).to.have.length(2);
					const rest = await tool("list_deliveries", {
						max: 2,
						after: first.data.next,
					});
					expect(rest.data.deliveries).to.have.length(1);
					const shown = await tool("show_delivery", { id: "a" });
					expect(shown.data).to.include({ id: "a", state: "dead" });
					for (const { data, text } of [first, rest, shown])
						expect(JSON.stringify(data) + text).to.not.contain(SECRET);
					for (const where of [`msisdn = "${SECRET}"`, 'text ~ "secret"']) {
						const found = await tool("list_deliveries", { where });
						expect(found.data.deliveries, where).to.have.length(0);
					}
					const revealed = await tool("list_deliveries", { reveal: true });
					expect(revealed.isError).to.equal(true);
					expect(revealed.text).to.contain('The argument "reveal" is unknown');
				}),
		));

	it("replay, release and pause, with the reason and the name in the history", () =>
		withStopped(
			async (store) => {
				await store.put(["a", "b"].map((id) => dead(id)));
				await put(store, { id: "d", state: "delivered" });
			},
			async (folder) => {
				await withTools(folder, { write: true }, async (tool) => {
					const filter = { state: ["dead"], route: ["sms"] };
					const reason = "the plugin is fixed";
					const dry = await tool("replay", { filter, reason, dryRun: true });
					expect(dry.data).to.include({ chosen: 2 });
					expect(dry.text).to.contain("Would replay: 2.");
					const one = await tool("replay", { ids: ["a"], reason });
					expect(one.data.job).to.include({ state: "done", done: 1 });
					const job = await tool("show_job", { id: one.data.job.id });
					expect(job.data.job.id).to.equal(one.data.job.id);
					const rest = await tool("replay", { filter, reason, max: 1 });
					expect(rest.data).to.include({ chosen: 1 });
					expect(rest.text).to.contain('That is the "max"');
					const paused = await tool("pause", {
						routes: ["sms"],
						for: "30m",
						why: "the CRM is down",
					});
					expect(paused.text).to.contain("sms is paused until");
					expect((await tool("list_pauses")).text).to.contain("(2 waiting)");
					const resumed = await tool("resume", { routes: ["sms"] });
					expect(resumed.data.resumed).to.deep.equal(["sms"]);
				});
				await withStore(folder, async (store) => {
					for (const id of ["a", "b"])
						expect(await store.get(id)).to.include({ state: "received" });
					const [action] = (await store.get("a"))?.actions ?? [];
					expect(action).to.include({
						actor: "ann (mcp)",
						reason: "the plugin is fixed",
					});
				});
			},
		));

	it("answer mistakes with advice", () =>
		withStopped(
			(store) => store.put([dead("a")]),
			(folder) =>
				withTools(folder, { write: true }, async (tool) => {
					for (const [name, args, says] of [
						["replay", { reason: "x" }, 'Name "ids" or a "filter"'],
						["replay", { ids: ["a"] }, 'The argument "reason" is missing'],
						[
							"replay",
							{ ids: ["none"], reason: "x" },
							"holds no delivery none",
						],
						["release", { ids: ["a"], reason: "x" }, ""],
						["show_delivery", { id: "none" }, "holds no delivery none"],
						["list_deliveries", { where: "to ~" }, '"where"'],
						["list_deliveries", { max: 1000 }, 'The argument "max" must be'],
						["list_deliveries", { limit: 5 }, "Known are: state, route"],
						[
							"pause",
							{ routes: ["sms"], why: "x", for: "soon" },
							'"for" is not',
						],
						["pause", { routes: ["smss"], why: "x" }, "smss"],
						["show_job", { id: "none" }, "There is no job none"],
						["reload", {}, "Only a running router does this"],
						["sample", { kind: "sms.inbond" }, "Did you mean `sms.inbound`?"],
						["schema", { name: "routes", path: "x" }, 'There is no "x"'],
						["read_docs", { page: "docs/mach.md" }, "Did you mean"],
						["read_docs", { page: "docs/match.md", heading: "x" }, "It has:"],
					] as const) {
						const { isError, text } = await tool(name, args);
						if (says !== "") expect(isError, `${name}: ${text}`).to.equal(true);
						expect(text, name).to.contain(says);
					}
				}),
		));

	it("say what is missing where there is no inbox, and do the rest", () =>
		withFolder(INBOX_FILES, (folder) =>
			withTools(folder, {}, async (tool) => {
				const listed = await tool("list_deliveries");
				expect(listed.isError).to.equal(true);
				expect(listed.text).to.match(/^There is no inbox .*inbox\.db/);
				expect((await tool("routes")).data.total).to.equal(3);
				// The router has made it meanwhile.
				await withStore(folder, (store) => store.put([dead("a")]));
				const again = await tool("list_deliveries");
				expect(again.data.deliveries).to.have.length(1);
			}),
		));

	it("explain a webhook with the files as they are now, from an example or a payload", () =>
		withFolder(INBOX_FILES, (folder) =>
			withTools(folder, {}, async (tool) => {
				const example = await tool("explain", {
					kind: "sms.inbound",
					set: { text: "STOP" },
				});
				expect(example.data).to.include({ route: "sms" });
				expect(example.text)
					.to.contain("won: sms")
					.and.contain("firewall: passed");
				const payload = { id: 1 };
				const paid = await tool("explain", { payload, to: "/paid" });
				expect(paid.data).to.include({ route: "paid" });
				const denied = await tool("explain", {
					...{ kind: "sms.inbound", to: "sms", from: "198.51.100.7" },
				});
				expect(denied.text).to.contain("firewall: refused");
				for (const [args, says] of [
					[{}, 'Name a "kind" or give a "payload"'],
					[{ kind: "sms.inbond" }, "Did you mean `sms.inbound`?"],
					[{ kind: "sms.inbound", to: "smss" }, "no route is named `smss`"],
				] as const) {
					const { isError, text } = await tool("explain", args);
					expect(isError, text).to.equal(true);
					expect(text).to.contain(says);
				}
			}),
		));

	it("find and read the documentation", () =>
		withFolder({}, (folder) =>
			withTools(folder, {}, async (tool) => {
				for (const [query, page] of [
					["onUnsigned quarantine", "docs/signatures.md"],
					["telephone numbers prefix match", "docs/match.md"],
					["SIGNATURE_MISSING", "docs/errors.md"],
					["pause a route", "docs/pace.md"],
				] as const) {
					const { data } = await tool("search_docs", { query });
					const pages = data.hits.map((hit: { page: string }) => hit.page);
					expect(pages.slice(0, 3), query).to.include(page);
				}
				const nothing = await tool("search_docs", { query: "zzzz qqqq" });
				expect(nothing.data.hits).to.deep.equal([]);
				const page = await tool("read_docs", { page: "docs/match.md" });
				expect(page.data).to.include({ title: "Matching" });
				expect(page.data.next).to.be.a("number");
				const more = await tool("read_docs", {
					page: "docs/match.md",
					offset: page.data.next,
				});
				expect(more.data.text).to.not.equal(page.data.text);
				const heading = "Fields";
				const part = await tool("read_docs", {
					page: "docs/match.md",
					heading,
				});
				expect(part.data.text).to.match(/^## Fields/);
				const { data } = await tool("read_docs");
				expect(data.pages).to.include("docs/agents.md");
				expect(data.pages).to.not.include("docs/ARCHITECTURE.md");
			}),
		));

	it("make samples, and show schemas whole or in part", () =>
		withFolder(INBOX_FILES, (folder) =>
			withTools(folder, {}, async (tool) => {
				const sample = await tool("sample", {
					kind: "sms.inbound",
					set: { text: "STOP now" },
					unset: ["keyword"],
				});
				expect(sample.data.payload).to.include({ text: "STOP now" });
				expect(sample.data.payload).to.not.have.property("keyword");
				const kinds = await tool("list_kinds", { search: "ncco", max: 2 });
				expect(kinds.data.kinds).to.have.length(2);
				expect(kinds.text).to.contain('"offset": 2');
				const whole = await tool("schema", { name: "routes" });
				expect(JSON.stringify(whole.data).length).to.be.below(40_000);
				expect(whole.text).to.contain('Name one with "path"');
				const path = "$defs.server.properties.listen";
				const part = await tool("schema", { name: "routes", path });
				expect(part.data.keys).to.include("description");
			}),
		));
});

const CHANGING = [
	"cancel_job",
	"pause",
	"release",
	"reload",
	"replay",
	"resume",
];
