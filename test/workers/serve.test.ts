import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { useBuild } from "../build.ts";
import { runCli } from "../cli/cli.ts";
import { until } from "../crash/site.ts";
import { ask } from "../http/router.ts";
import {
	CALL,
	call,
	callEach,
	createSite,
	isAlive,
	type Running,
	readNotes,
	type Site,
	sign,
	sms,
	toRoutes,
} from "./site.ts";

// The workers of a process are found in /proc.
(process.platform === "linux" ? describe : describe.skip)(
	"serve with workers",
	() => {
		const main = useBuild();
		let site: Site;
		beforeEach(async () => {
			site = await createSite(main());
		});
		afterEach(() => site.remove());

		const notes = () => readNotes(site);

		const has = ({ lines }: Running, line: object): boolean =>
			lines().some((one) =>
				Object.entries(line).every(([key, value]) => one[key] === value),
			);

		it("serves one port and one inbox with all of them, in one log with the number of each", async () => {
			const router = await site.start();
			const callers = await callEach(router.url);
			expect(callers.map(({ pid }) => pid).sort()).to.deep.equal(
				[...(await router.pids())].sort(),
			);
			for (const [at, caller] of callers.entries()) {
				const first = await caller.post("/sms", sms(`m${at}`, `${at}`));
				expect(first.status).to.equal(200);
				// The other one knows it too.
				const other = callers[1 - at];
				const again = await other?.post("/sms", sms(`m${at}`, `${at}`));
				expect(again?.status).to.equal(200);
			}
			await until("both are handled", async () => (await notes()).length >= 2);
			const isLogged = () =>
				router.lines().filter(({ outcome }) => outcome === "delivered")
					.length === 2;
			await until("both are logged", isLogged);
			expect([...(await notes())].sort()).to.deep.equal(["0", "1"]);
			const webhooks = router.lines().filter(({ line }) => line === "webhook");
			expect(new Set(webhooks.map(({ worker }) => worker))).to.deep.equal(
				new Set([1, 2]),
			);
			const duplicates = webhooks.filter(
				({ outcome }) => outcome === "duplicate",
			);
			expect(duplicates).to.have.length(2);
			expect(has(router, { line: "start", workers: 2 })).to.equal(true);
			router.command.child.kill("SIGTERM");
			expect(await router.command.ended).to.equal(0);
			expect(existsSync(join(site.folder, "data/inbox.db.workers"))).to.equal(
				false,
			);
		});

		it("serves several addresses, unix sockets and the control socket", async () => {
			await site.write(
				"routes.yaml",
				toRoutes({
					server:
						'listen: ["127.0.0.1:0", "unix:./hooks.sock", "127.0.0.1:0"], workers: 2',
				}),
			);
			const router = await site.start();
			const start = router.lines().find((line) => "addresses" in line);
			const addresses = start?.addresses as readonly string[];
			expect(addresses).to.have.length(3);
			const socketPath = join(site.folder, "hooks.sock");
			for (const url of [addresses[0], addresses[2]])
				expect((await ask(`${url}/text?${CALL}`)).body).to.include("one");
			const unix = await ask(`http://localhost/text?${CALL}`, { socketPath });
			expect(unix.body).to.include("one");
			const sent = await runCli(["send", "sms.inbound"], site.folder);
			expect(sent.out).to.match(/^received: /m);
		});

		it("refuses a signed webhook that another worker has accepted, also at the same moment", async () => {
			const router = await site.start();
			const [one, two] = await callEach(router.url);
			if (one === undefined || two === undefined)
				throw new Error("one is gone");
			const body = { text: "first" };
			const headers = sign(body);
			expect((await one.post("/signed", body, headers)).status).to.equal(200);
			expect((await two.post("/signed", body, headers)).status).to.equal(200);
			expect((await one.post("/signed", body, headers)).status).to.equal(200);
			const both = { text: "both" };
			const same = sign(both);
			const answers = await Promise.all(
				[one, two].map((caller) => caller.post("/signed", both, same)),
			);
			expect(answers.map(({ status }) => status)).to.deep.equal([200, 200]);
			await until("both are handled", async () => (await notes()).length >= 2);
			const outcomes = () =>
				router
					.lines()
					.filter(
						({ route, line, path }) =>
							line === "webhook" && (route === "signed" || path === "/signed"),
					)
					.map(({ outcome }) => outcome);
			await until("all are logged", () => outcomes().length === 5);
			expect([...outcomes()].sort()).to.deep.equal([
				"duplicate",
				"duplicate",
				"duplicate",
				"received",
				"received",
			]);
			expect(await notes()).to.deep.equal(["first", "both"]);
		});

		it("keeps a mark free that a killed worker had claimed", async () => {
			const router = await site.start();
			const [one, two] = await callEach(router.url);
			if (one === undefined || two === undefined)
				throw new Error("one is gone");
			// It blocks the worker after the claim: the first of two requests on one connection is under way.
			const body = { text: "mark" };
			const headers = sign(body);
			const blocked = one.get(
				`/who?${CALL.replace("447700900002", "447700900666")}`,
			);
			blocked.catch(() => {});
			process.kill(one.pid, "SIGKILL");
			await until("the worker is gone", async () => !(await isAlive(one.pid)));
			expect((await two.post("/signed", body, headers)).status).to.equal(200);
			await until("it is handled", async () => (await notes()).length === 1);
		});

		it("reloads all of them, or none", async () => {
			const router = await site.start();
			const callers = await callEach(router.url);
			const texts = () =>
				Promise.all(
					callers.map(async ({ get }) => (await get(`/text?${CALL}`)).body),
				);
			const reload = async (count: number) => {
				router.command.child.kill("SIGHUP");
				await until("it is reported", () => {
					const { length } = router
						.lines()
						.filter(({ line }) => line === "reload");
					return length >= count;
				});
				return router.lines().filter(({ line }) => line === "reload")[
					count - 1
				];
			};
			await site.write("routes.yaml", toRoutes({ text: "two" }));
			expect(await reload(1)).to.include({ severity: "info", changed: 1 });
			await until("all serve it", async () =>
				(await texts()).every((text) => text.includes("two")),
			);
			await site.write("routes.yaml", `${toRoutes({ text: "three" })}oops: [`);
			expect(await reload(2)).to.include({ severity: "error" });
			// The `setup` of only one of them succeeds.
			await site.write("only-one", "");
			await site.write("routes.yaml", toRoutes({ text: "four" }));
			const refused = await reload(3);
			expect(refused).to.include({ severity: "error" });
			expect(JSON.stringify(refused?.findings)).to.include("EEXIST");
			for (const text of await texts()) expect(text).to.include("two");
			await site.write("only-one.lock", "");
			await rm(join(site.folder, "only-one"));
			expect(await reload(4)).to.include({ severity: "info" });
			await until("all serve it", async () =>
				(await texts()).every((text) => text.includes("four")),
			);
			expect(await router.pids()).to.have.members(
				callers.map(({ pid }) => pid),
			);
		});

		it("finishes the requests under way at SIGTERM, and at a second one does not wait", async () => {
			const slow = CALL.replace("447700900002", "447700900003");
			const router = await site.start();
			const callers = await callEach(router.url);
			const pids = await router.pids();
			const answers = callers.map(({ get }) => get(`/who?${slow}`));
			await until(
				"they are under way",
				() => router.command.child.connected !== true,
			);
			// The requests are on their way before the signal, and are read before the drain.
			await call(router.url).then((caller) => caller.close());
			router.command.child.kill("SIGTERM");
			for (const answer of await Promise.all(answers))
				expect(answer.status).to.equal(200);
			expect(await router.command.ended).to.equal(0);
			for (const pid of pids) expect(await isAlive(pid)).to.equal(false);

			await site.write(
				"routes.yaml",
				toRoutes({
					server: "listen: 127.0.0.1:0, workers: 2, drainTimeout: 10m",
				}),
			);
			await site.write(
				"plugins/who.mjs",
				`export default { on: { "voice.answer": ({ payload }, { signal }) => payload.from === "447700900003" ? new Promise(() => {}) : [{ action: "talk", text: String(process.pid) }] } };`,
			);
			const next = await site.start();
			const [caller] = await callEach(next.url);
			const hanging = caller?.get(`/who?${slow}`);
			hanging?.catch(() => {});
			await call(next.url).then((other) => other.close());
			next.command.child.kill("SIGTERM");
			await next.command.says(/stopping\./);
			next.command.child.kill("SIGTERM");
			expect(await next.command.ended).to.equal(0);
		});

		it("ends with its supervisor, even while a handler blocks, and loses nothing", async () => {
			const router = await site.start();
			const callers = await callEach(router.url);
			for (const [at, caller] of callers.entries())
				expect(
					(await caller.post("/sms", sms(`k${at}`, `kept ${at}`))).status,
				).to.equal(200);
			const pids = await router.pids();
			const blocked = callers[0]?.get(
				`/who?${CALL.replace("447700900002", "447700900666")}`,
			);
			blocked?.catch(() => {});
			router.command.child.kill("SIGKILL");
			await router.command.ended;
			await until("the workers are gone", async () => {
				const alive = await Promise.all(pids.map(isAlive));
				return !alive.includes(true);
			});
			await site.start();
			await until("all is handled", async () => {
				const all = await notes();
				return all.includes("kept 0") && all.includes("kept 1");
			});
		});

		it("starts a worker that crashes again and again ever later, while the other serves", async () => {
			const router = await site.start();
			const [one, two] = await callEach(router.url);
			if (one === undefined || two === undefined)
				throw new Error("one is gone");
			await site.write("crash", "");
			process.kill(one.pid, "SIGKILL");
			const delays = () =>
				router
					.lines()
					.filter(({ msg }) => msg.startsWith("a worker could not start"))
					.map(({ retryInMs }) => retryInMs);
			await until("it has failed twice", () => delays().length >= 2, 120_000);
			// The kill counts as the first failure, if it came within a second.
			const [first, second] = delays();
			expect(first).to.be.oneOf([250, 500]);
			expect(second).to.equal(2 * Number(first));
			expect((await two.get(`/text?${CALL}`)).status).to.equal(200);
			for (let at = 0; at < 4; at += 1)
				expect((await ask(`${router.url}/text?${CALL}`)).status).to.equal(200);
			await rm(join(site.folder, "crash"));
			await until("it serves again", () =>
				has(router, { msg: "the worker serves again" }),
			);
		});

		it("does not start with a configuration that a worker cannot set up", async () => {
			await site.write("only-one", "");
			const command = site.launch();
			expect(await command.ended).to.equal(1);
			expect(command.stderr()).to.match(/EEXIST/);
			expect(command.stderr()).to.match(/The router was not started/);
		});

		it("is not disturbed by a second router of its folder, which cannot start", async () => {
			const router = await site.start();
			const second = site.launch();
			expect(await second.ended).to.equal(2);
			expect(second.stderr()).to.contain("another router");
			const [pid = 0] = await router.pids();
			process.kill(pid, "SIGKILL");
			await until("it is replaced", () =>
				has(router, { msg: "the worker serves again" }),
			);
			const [caller] = await callEach(router.url);
			await caller?.post("/sms", sms("m1", "stored"));
			await until("it is handled", async () => (await notes()).length === 1);
		});

		it("says which handler blocked the event loop of a worker", async () => {
			await site.write(
				"plugins/who.mjs",
				`export default { on: { "voice.answer": () => {
	for (const end = Date.now() + 1500; Date.now() < end; );
	return [{ action: "talk", text: String(process.pid) }];
} } };`,
			);
			const router = await site.start();
			await ask(`${router.url}/who?${CALL}`);
			await until("it is logged", () =>
				router
					.lines()
					.some(
						({ at, worker }) =>
							typeof worker === "number" &&
							String(at).startsWith("plugins/who.mjs:2"),
					),
			);
		});

		it("does not start where the port is taken, or a worker crashes", async () => {
			const router = await site.start();
			const { port } = new URL(router.url);
			const other = await createSite(main());
			try {
				const command = other.launch(["--listen", `127.0.0.1:${port}`]);
				expect(await command.ended).to.equal(2);
				expect(command.stderr()).to.match(/Another program uses the port/);
				await other.write("crash", "");
				const crashing = other.launch();
				expect(await crashing.ended).to.equal(2);
				expect(crashing.stderr()).to.match(
					/ended before it served \(SIGKILL\)/,
				);
			} finally {
				await other.remove();
			}
		});
	},
);
