import { expect } from "chai";
import { useBuild } from "../build.ts";
import { until } from "../crash/site.ts";
import { parseScrape } from "../observe/metrics/scrape.ts";
import { usePostgres } from "../postgres.ts";
import { callEach, createSite, type Site, sms, toRoutes } from "./site.ts";

// The workers of a process are found in /proc.
(process.platform === "linux" ? describe : describe.skip)(
	"serve with workers on PostgreSQL",
	() => {
		const main = useBuild();
		const server = usePostgres();
		let site: Site;
		beforeEach(async () => {
			site = await createSite(main());
			const store = await server().createDatabase();
			await site.write("routes.yaml", toRoutes({ store }));
		});
		afterEach(() => site.remove());

		const notes = async (): Promise<readonly string[]> =>
			(await site.read("notes.txt").catch(() => ""))
				.split("\n")
				.filter(Boolean)
				.map((line) => (JSON.parse(line) as [number, string])[1]);

		it("stores and handles in all of them, goes on without one, pauses, counts and drains", async () => {
			const router = await site.start();
			const callers = await callEach(router.url);
			for (const [at, caller] of callers.entries()) {
				const { status } = await caller.post("/sms", sms(`m${at}`, `${at}`));
				expect(status).to.equal(200);
				// The other one knows it too.
				await callers[1 - at]?.post("/sms", sms(`m${at}`, `${at}`));
			}
			await until("both are handled", async () => (await notes()).length === 2);
			const [first, second] = callers;
			process.kill(first?.pid ?? 0, "SIGKILL");
			await second?.post("/sms", sms("m2", "2"));
			await until("it is handled", async () => (await notes()).includes("2"));
			await until("it is replaced", () =>
				router.lines().some(({ msg }) => msg === "the worker serves again"),
			);
			const change = (path: string) =>
				router.admin(path, {
					method: "POST",
					body: JSON.stringify({ routes: ["sms"] }),
				});
			const others = await callEach(router.url);
			expect((await change("/api/v1/pauses")).status).to.equal(200);
			for (const [at, caller] of others.entries())
				await caller.post("/sms", sms(`p${at}`, `p${at}`));
			expect((await notes()).length).to.equal(3);
			await change("/api/v1/pauses/resume");
			await until("all are handled", async () => (await notes()).length === 5);
			expect([...(await notes())].sort()).to.deep.equal(
				["0", "1", "2", "p0", "p1"].sort(),
			);
			await until("all are counted", async () => {
				const { value } = parseScrape((await router.admin("/metrics")).text);
				const stored = value("switchhook_inbox_deliveries", {
					...{ route: "sms", state: "delivered" },
				});
				return stored === 5 && value("switchhook_inbox_up") === 1;
			});
			router.command.child.kill("SIGTERM");
			expect(await router.command.ended, router.command.stdout()).to.equal(0);
			expect(router.lines().at(-1)?.msg).to.equal("stopped");
		}).timeout(90_000);
	},
);
