import { expect } from "chai";
import { until } from "../crash/site.ts";
import { runCli, withFolder } from "./cli.ts";
import { INBOX_FILES, post, withRouter, withStore } from "./inbox-ground.ts";

const FILES = {
	...INBOX_FILES,
	"routes.yaml": `${INBOX_FILES["routes.yaml"]}
  - name: answer
    path: /answer
    kind: voice.answer
    level: app
    handler: { ncco: [{ action: talk, text: Hello }] }
  - name: slow
    path: /slow
    schema: paid.json
    rate: 300/min
    delay: 30s
    retry: none
    handler: { plugin: listener }
`,
};

/** A folder whose inbox exists, and whose router does not run. */
function withPlace(use: (folder: string) => Promise<void>): Promise<void> {
	return withFolder(FILES, async (folder) => {
		await withStore(folder, async () => {});
		await use(folder);
	});
}

describe("switchhook pause, resume and pauses", () => {
	it("pauses routes, lists them and resumes them", () =>
		withPlace(async (folder) => {
			const none = await runCli(["pauses"], folder);
			expect(none.out).to.equal("No route is paused.\n");
			const paused = await runCli(
				["pause", "sms", "paid", "--for", "2h", "--why", "the CRM is down"],
				folder,
			);
			expect(paused).to.include({ code: 0, err: "" });
			expect(paused.out).to.match(
				/^sms is paused until \S+Z \(in 2h\): the CRM is down\n/m,
			);
			expect(paused.out).to.match(/^paid is paused until/m);
			const listed = await runCli(["pauses"], folder);
			expect(listed.out.split("\n")[0]).to.match(
				/^ROUTE +SINCE +PAUSED +WAITING +WHY$/,
			);
			expect(listed.out).to.match(/^sms .* 0 +the CRM is down$/m);
			const resumed = await runCli(["resume", "sms", "slow"], folder);
			expect(resumed).to.include({
				code: 0,
				out: "sms is resumed\nslow was not paused\n",
			});
			const json = JSON.parse((await runCli(["pauses", "--json"], folder)).out);
			expect(json).to.have.length(1);
			expect(json[0]).to.include({
				route: "paid",
				why: "the CRM is down",
				waiting: 0,
				isServed: true,
			});
		}));

	it("pauses until somebody resumes, and takes another end and reason", () =>
		withPlace(async (folder) => {
			const first = await runCli(["pause", "sms"], folder);
			expect(first.out).to.equal("sms is paused until somebody resumes it\n");
			const second = JSON.parse(
				(await runCli(["pause", "sms", "--for", "30m", "--json"], folder)).out,
			);
			expect(second).to.have.length(1);
			expect(second[0].until).to.match(/Z$/);
		}));

	it("refuses a route that does not exist, with the one that was meant", () =>
		withPlace(async (folder) => {
			const { code, err } = await runCli(["pause", "payd", "sms"], folder);
			expect(code).to.equal(2);
			expect(err).to.contain('There is no route "payd". Did you mean `paid`?');
			expect((await runCli(["pauses"], folder)).out).to.contain(
				"No route is paused.",
			);
			const resumed = await runCli(["resume", "smss"], folder);
			expect(resumed.code).to.equal(2);
			expect(resumed.err).to.contain("Did you mean `sms`?");
		}));

	it("refuses a reply route, by its kind too", () =>
		withPlace(async (folder) => {
			const { code, err } = await runCli(["pause", "answer"], folder);
			expect(code).to.equal(2);
			expect(err).to.contain(
				'The route "answer" cannot be paused, because its callers wait for the answer.',
			);
		}));

	it("refuses an inbox that keeps nothing", () =>
		withFolder(
			{
				...FILES,
				"routes.yaml": (INBOX_FILES["routes.yaml"] as string)
					.replace("sqlite:inbox.db", "none")
					.replace("    onDenied: quarantine\n", ""),
			},
			async (folder) => {
				const { code, err } = await runCli(["pause", "sms"], folder);
				expect(code).to.equal(2);
				expect(err).to.contain("`none`, so nothing is stored");
			},
		));

	it("refuses what is no duration", () =>
		withPlace(async (folder) => {
			for (const text of ["2", "soon", "0s"]) {
				const { code, err } = await runCli(
					["pause", "sms", "--for", text],
					folder,
				);
				expect(code).to.equal(2);
				expect(err).to.contain("a duration such as");
			}
		}));

	it("still lists and resumes a route that the configuration lost", () =>
		withPlace(async (folder) => {
			await withStore(folder, (store) => store.pause(["gone"], {}));
			const listed = await runCli(["pauses"], folder);
			expect(listed.out).to.match(/^gone /m);
			expect(listed.err).to.contain("The configuration has no route gone.");
			const resumed = await runCli(["resume", "gone"], folder);
			expect(resumed.out).to.equal("gone is resumed\n");
		}));

	it("keeps hidden characters of a reason off the terminal", () =>
		withPlace(async (folder) => {
			const why = "down\u001b[2J\nsms is fine";
			const { out } = await runCli(["pause", "sms", "--why", why], folder);
			expect(out).to.not.contain("\u001b");
			expect(out.trim().split("\n")).to.have.length(1);
		}));

	it("is shown by routes, explain and inbox stats", () =>
		withPlace(async (folder) => {
			await runCli(["pause", "sms", "--why", "the CRM is down"], folder);
			const routes = await runCli(["routes"], folder);
			expect(routes.out.split("\n")[0]).to.contain("PACE");
			expect(routes.out).to.match(/^sms .* paused /m);
			expect(routes.out).to.match(/^slow .* 5\/s, 30s after arrival /m);
			const rows = JSON.parse((await runCli(["routes", "--json"], folder)).out);
			expect(rows[0].paused).to.include({ route: "sms", until: null });
			expect(rows[1].paused).to.equal(undefined);
			expect(rows[4]).to.include({ rate: "5/s", delayMs: 30_000 });
			const explained = await runCli(["explain", "sms.inbound"], folder);
			expect(explained.out).to.contain(
				"The route is paused, so the handler waits until somebody resumes it: the CRM is down.",
			);
			const report = JSON.parse(
				(await runCli(["explain", "sms.inbound", "--json"], folder)).out,
			);
			expect(report.paused).to.include({ route: "sms" });
			const stats = await runCli(["inbox", "stats"], folder);
			expect(stats.out).to.contain(
				"sms is paused until somebody resumes it: the CRM is down",
			);
			const counts = JSON.parse(
				(await runCli(["inbox", "stats", "--json"], folder)).out,
			);
			expect(counts.paused).to.have.length(1);
		}));

	it("makes no inbox to show pauses", () =>
		withFolder(FILES, async (folder) => {
			expect((await runCli(["routes"], folder)).code).to.equal(0);
			expect((await runCli(["explain", "sms.inbound"], folder)).code).to.equal(
				0,
			);
			const stats = await runCli(["inbox", "stats"], folder);
			expect(stats.code).to.equal(2);
		}));

	it("is obeyed by the router that runs, and intake goes on", () =>
		withRouter(async (router) => {
			const { folder } = router;
			let isHeard = false;
			const first = router.heard().then(() => {
				isHeard = true;
			});
			await runCli(["pause", "paid"], folder);
			await until("the pause", () => router.paused().includes("paid"));
			expect(await post(router, "/paid", { id: 1 })).to.equal(200);
			expect(await post(router, "/paid", { id: 2 })).to.equal(200);
			expect(isHeard).to.equal(false);
			await until("two events that wait", async () => {
				const { out } = await runCli(["pauses", "--json"], folder);
				return JSON.parse(out)[0].waiting === 2;
			});
			expect(isHeard).to.equal(false);
			await runCli(["resume", "paid"], folder);
			await first;
		}));
});
