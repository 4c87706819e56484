import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { run } from "../../src/cli/program.ts";
import type { NewDelivery } from "../../src/inbox/port/queue.ts";
import { delivery, START } from "../inbox/contract/ground.ts";
import {
	post,
	runInbox,
	withRouter,
	withStopped,
	withStore,
} from "./inbox-ground.ts";

const SMS = {
	msisdn: "447700123456",
	to: "447700900000",
	messageId: "A1",
	text: "hello",
	type: "text",
	price: "0.0333",
	"message-timestamp": "2026-01-15 12:00:00",
};

/** A stored webhook of the route `sms`. */
function sms(
	fields: Record<string, unknown>,
	changed: Partial<NewDelivery> = {},
): NewDelivery {
	return delivery({
		state: "dead",
		reason: "UPSTREAM_FAILED: it answered 500",
		envelope:
			'{"method":"POST","path":"/sms","headers":{"content-type":"application/json"}}',
		body: Buffer.from(JSON.stringify({ ...SMS, ...fields })),
		...changed,
	});
}

const idsIn = async (folder: string, ...args: string[]) => {
	const { out } = await runInbox(folder, ["list", "--json", ...args]);
	const { deliveries } = JSON.parse(out) as { deliveries: { id: string }[] };
	return deliveries.map(({ id }) => id);
};

/** Runs a service that notes the requests and answers with a status. */
async function withService<T>(
	status: number,
	use: (
		origin: string,
		heard: { url: string; body: string; headers: IncomingMessage["headers"] }[],
	) => Promise<T>,
): Promise<T> {
	const heard: {
		url: string;
		body: string;
		headers: IncomingMessage["headers"];
	}[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			const { url = "", headers } = request;
			heard.push({ url, body: Buffer.concat(chunks).toString(), headers });
			response.writeHead(status).end();
		});
	});
	await new Promise<void>((done) => {
		server.listen(0, "127.0.0.1", done);
	});
	try {
		const { port } = server.address() as AddressInfo;
		return await use(`http://127.0.0.1:${port}`, heard);
	} finally {
		server.closeAllConnections();
		await new Promise((done) => server.close(done));
	}
}

describe("the filters of switchhook inbox", () => {
	const a = sms({ price: "0.2", text: "Stop please" }, { id: "a" });
	const b = sms({ price: "0.05", msisdn: "+44 7700 900777" }, { id: "b" });
	const c = delivery({
		id: "c",
		route: "denied",
		envelope:
			'{"method":"GET","path":"/denied","query":"msisdn=447700900777&text=hi&price=1"}',
		body: new Uint8Array(0),
	});
	const d = delivery({ id: "d", route: "paid", body: Buffer.from("nothing") });
	const all = [a, b, c, d];
	const found = (...args: string[]) =>
		withStopped(
			(store) => store.put(all),
			(folder) => idsIn(folder, ...args),
		);

	it("compare fields of the payload", async () => {
		expect(await found("--where", "payload.price > 0.1")).to.deep.equal([
			"c",
			"a",
		]);
		const both = ["--where", "price < 1", "--route", "sms"];
		expect(await found(...both)).to.deep.equal(["b", "a"]);
	});

	it("find a text, and a number anywhere", async () => {
		expect(await found("--text", "STOP")).to.deep.equal(["a"]);
		expect(await found("--number", "+447700900777")).to.deep.equal(["c", "b"]);
		expect(await found("--number", "47700900777")).to.deep.equal([]);
	});

	it("choose by level and outcome", async () => {
		expect(await found("--level", "account")).to.have.length(4);
		expect(await found("--level", "number")).to.deep.equal([]);
		expect(await found("--outcome", "failed")).to.deep.equal(["b", "a"]);
		expect(await found("--outcome", "upstream_failed")).to.have.length(2);
	});

	it("continue on the next page", () =>
		withStopped(
			(store) =>
				store.put(
					Array.from({ length: 700 }, (_, at) =>
						sms({ price: at % 7 === 0 ? "1" : "0" }, { id: `n${at}` }),
					),
				),
			async (folder) => {
				const seen: string[] = [];
				let after: string[] = [];
				for (;;) {
					const { out } = await runInbox(folder, [
						"list",
						"--json",
						"--max",
						"30",
						"--where",
						"price = 1",
						...after,
					]);
					const { deliveries, next } = JSON.parse(out) as {
						deliveries: { id: string }[];
						next: string | null;
					};
					seen.push(...deliveries.map(({ id }) => id));
					if (next === null) break;
					after = ["--after", next];
				}
				const wanted = Array.from({ length: 100 }, (_, at) => `n${at * 7}`);
				expect(seen).to.deep.equal(wanted.reverse());
			},
		));

	it("mark a mistake in an expression", () =>
		withStopped(
			async () => {},
			async (folder) => {
				const args = ["list", "--where", "price > ten"];
				const { code, err } = await runInbox(folder, args);
				expect(code).to.equal(2);
				expect(err).to.contain("--where: column 9: `ten` is not in quotes");
				expect(err).to.contain("    price > ten\n            ^^^\n");
			},
		));
});

describe("switchhook inbox replay, further", () => {
	it("keeps who did it and why", () =>
		withStopped(
			(store) => store.put([sms({}, { id: "a" })]),
			async (folder) => {
				const args = ["replay", "a", "--reason", "the service is back"];
				const env = { USER: "ann" };
				expect((await runInbox(folder, args, { env })).code).to.equal(0);
				const { out } = await runInbox(folder, ["show", "a"]);
				expect(out).to.match(/replayed by ann: the service is back/);
			},
		));

	it("shows what it would do, and does nothing", () =>
		withStopped(
			(store) =>
				store.put([sms({}, { id: "a" }), sms({}, { id: "b", route: "old" })]),
			async (folder) => {
				const args = [
					"replay",
					"--state",
					"dead",
					"--dry-run",
					"--rate",
					"1/min",
				];
				const { code, out } = await runInbox(folder, args);
				expect(code).to.equal(0);
				expect(out).to.contain(
					"Would replay 2 deliveries at 1/min, which takes about 2m.",
				);
				expect(out).to.contain("2 failed: UPSTREAM_FAILED");
				expect(out).to.contain("Nothing was changed.");
				const { out: json } = await runInbox(folder, [...args, "--json"]);
				expect(JSON.parse(json)).to.deep.include({ chosen: 2, dryRun: true });
				expect(await idsIn(folder, "--state", "dead")).to.have.length(2);
			},
		));

	it("stops in the middle, and goes on when it is run again", () =>
		withStopped(
			(store) =>
				store.put(
					Array.from({ length: 1200 }, (_, at) => sms({}, { id: `d${at}` })),
				),
			async (folder) => {
				const stop = new AbortController();
				const progress = {
					write: () => stop.abort(),
				};
				const args = ["replay", "--state", "dead", "--yes", "--rate", "2000/s"];
				const first = await runInbox(folder, args, {
					progress,
					interrupted: () => stop.signal,
				});
				expect(first.code).to.equal(1);
				expect(first.err).to.match(/Stopped: \d+ deliveries left/);
				const left = (await idsIn(folder, "--state", "dead", "--max", "2000"))
					.length;
				expect(left).to.be.within(1, 1199);
				const again = await runInbox(folder, [
					"replay",
					"--state",
					"dead",
					"--yes",
				]);
				expect(again.out).to.equal(`replayed ${left} deliveries\n`);
			},
		));

	it("sends copies, and changes no state", () =>
		withService(200, (origin, heard) =>
			withStopped(
				(store) => store.put([sms({ text: "one" }, { id: "a" })]),
				async (folder) => {
					const args = ["replay", "a", "--to", `${origin}/try?x=1`];
					const { code, out, err } = await runInbox(folder, args);
					expect(err).to.equal("");
					expect(out).to.equal(`sent 1 delivery to ${origin}\n`);
					expect(code).to.equal(0);
					expect(heard).to.have.length(1);
					expect(heard[0]?.url).to.equal("/try?x=1");
					expect(JSON.parse(heard[0]?.body ?? "")).to.include({ text: "one" });
					expect(heard[0]?.headers).to.include({
						"switchhook-event-id": "a",
						"switchhook-route": "sms",
					});
					expect(await idsIn(folder, "--state", "dead")).to.deep.equal(["a"]);
					const shown = await runInbox(folder, ["show", "a"]);
					expect(shown.out).to.contain("copied");
				},
			),
		));

	it("says why a service did not take a copy", () =>
		withService(400, (origin) =>
			withStopped(
				(store) => store.put([sms({}, { id: "a" })]),
				async (folder) => {
					const args = ["replay", "a", "--to", origin];
					const { code, out } = await runInbox(folder, args);
					expect(code).to.equal(1);
					expect(out).to.match(/a not sent: .*400/);
					const bad = ["replay", "a", "--to", "ftp://x"];
					expect((await runInbox(folder, bad)).err).to.contain(
						"--to: it is not an HTTP URL",
					);
				},
			),
		));

	it("makes a new event of an edited one, twice where it is edited twice", () =>
		withStopped(
			(store) => store.put([sms({}, { id: "a", dedupeKey: '["A1"]' })]),
			async (folder) => {
				const args = ["replay", "a", "--edit", "text=changed", "--json"];
				const made: string[] = [];
				for (let times = 0; times < 2; times += 1) {
					const { code, out } = await runInbox(folder, args);
					expect(code).to.equal(0);
					const report = JSON.parse(out);
					expect(report).to.deep.include({ chosen: 1, edited: 1 });
					made.push(report.made[0].event);
				}
				expect(new Set(made).size).to.equal(2);
				const received = await idsIn(folder, "--state", "received");
				expect(received.sort()).to.deep.equal([...made].sort());
				const args2 = ["show", made[0] ?? "", "--payloads", "--json"];
				const shown = JSON.parse((await runInbox(folder, args2)).out);
				expect(shown).to.include({ editedFrom: "a", route: "sms" });
				expect(shown.payload).to.include({ text: "changed", messageId: "A1" });
				await withStore(folder, async (store) => {
					expect((await store.get("a"))?.state).to.equal("dead");
				});
			},
		));

	it("refuses an edit that the schema refuses, and one whose key is taken", () =>
		withStopped(
			(store) =>
				store.put([
					sms({}, { id: "a", dedupeKey: '["A1"]' }),
					sms({ messageId: "B2" }, { id: "b", dedupeKey: '["B2"]' }),
				]),
			async (folder) => {
				const wrong = ["replay", "a", "--edit", "msisdn:=null"];
				const refused = await runInbox(folder, wrong);
				expect(refused.code).to.equal(1);
				expect(refused.out).to.match(/a not edited: PAYLOAD_/);
				const dry = await runInbox(folder, [...wrong, "--dry-run"]);
				expect(dry.out).to.match(/ {2}a: PAYLOAD_/);
				const same = ["replay", "a", "--edit", "messageId=B2"];
				const taken = await runInbox(folder, same);
				expect(taken.code).to.equal(1);
				expect(taken.out).to.contain("already holds b");
				const missing = ["replay", "a", "--edit", "none.json"];
				expect((await runInbox(folder, missing)).err).to.contain(
					"there is no file none.json",
				);
			},
		));

	it("recovers the dead of some time after a look at them", () =>
		withStopped(
			(store) => store.put([sms({}, { id: "a" })]),
			async (folder) => {
				const bare = await runInbox(folder, ["recover", "--route", "sms"]);
				expect(bare.err).to.contain("--since");
				const since = ["--since", new Date(START - 1).toISOString()];
				const args = ["recover", ...since, "--route", "sms"];
				const asked: string[] = [];
				const { out, err } = await runInbox(folder, args, {
					ask: async (question) => {
						asked.push(question);
						return "y";
					},
				});
				expect(err).to.contain("Would replay 1 delivery at 20/s.");
				expect(asked).to.deep.equal(["Replay 1 delivery? [y/N] "]);
				expect(out).to.equal("replayed 1 delivery\n");
			},
		));
});

describe("switchhook inbox redact", () => {
	it("removes a number from deliveries and plugin state, and leaves the rest", () =>
		withStopped(
			async (store) => {
				await store.put([
					sms({}, { id: "a" }),
					sms({ msisdn: "447700900777" }, { id: "b" }),
					sms({ messageId: "w" }, { id: "w", state: "received" }),
				]);
				await store.writeState([
					{
						plugin: "p",
						key: "447700123456",
						value: "1",
						expiresAfterMs: undefined,
					},
				]);
			},
			async (folder) => {
				const args = ["redact", "--number", "447700123456", "--yes"];
				const { code, out, err } = await runInbox(folder, [
					...args,
					"--reason",
					"case 17",
				]);
				expect(code).to.equal(1);
				expect(out).to.equal("redacted 1 delivery\n");
				expect(err).to.contain("1 delivery not redacted: not handled yet");
				expect(err).to.contain("removed 1 entry of plugin state");
				const file = await readFile(join(folder, "inbox.db"));
				expect(file.toString("latin1").split("447700123456")).to.have.length(2);
				const named = await runInbox(folder, ["redact", "w", "--yes"]);
				expect(named.code).to.equal(1);
				expect(named.err).to.contain("Name their state with --state");
				const forced = [...args, "--state", "received"];
				expect((await runInbox(folder, forced)).out).to.equal(
					"redacted 1 delivery\n",
				);
				const after = await readFile(join(folder, "inbox.db"));
				expect(after.includes("447700123456")).to.equal(false);
				const again = await runInbox(folder, ["replay", "a"]);
				expect(again.code).to.equal(1);
				const shown = await runInbox(folder, ["show", "a", "--payloads"]);
				expect(shown.out).to.match(/redacted.*: case 17/);
			},
		));
});

describe("switchhook inbox show --save", () => {
	it("writes a test that passes, and that send sends", () =>
		withRouter(async (router) => {
			const { folder, heard } = router;
			const first = heard();
			const text = "call 447700123456";
			expect(await post(router, "/sms", { ...SMS, text })).to.equal(200);
			const { id } = await first;
			for (const file of ["tests/saved.json", "tests/saved.yaml"]) {
				const saved = await runInbox(folder, ["show", id, "--save", file]);
				expect(saved).to.deep.include({ code: 0, out: `saved as ${file}\n` });
				const written = await readFile(join(folder, file), "utf8");
				expect(written).to.not.contain("447700123456");
				expect(written).to.contain("447700900");
				let out = "";
				const code = await run(["test", "--json"], {
					stdout: { write: (part: string) => (out += part) },
					stderr: { write: (part: string) => (out += part) },
					env: {},
					cwd: folder,
					isTTY: false,
				});
				expect(code, out).to.equal(0);
			}
			const twice = ["show", id, "--save", "tests/saved.json"];
			expect((await runInbox(folder, twice)).err).to.contain("already exists");
			const next = heard();
			let out = "";
			const code = await run(
				[
					"send",
					"--file",
					"tests/saved.json",
					"--set",
					"messageId=B2",
					"--url",
					`${router.origin}/sms`,
				],
				{
					stdout: { write: (part: string) => (out += part) },
					stderr: { write: (part: string) => (out += part) },
					env: {},
					cwd: folder,
					isTTY: false,
				},
			);
			expect(code, out).to.equal(0);
			expect(await next).to.include({ route: "sms" });
		}));
});
