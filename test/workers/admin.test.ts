import { expect } from "chai";
import { useBuild } from "../build.ts";
import { until } from "../crash/site.ts";
import { parseScrape } from "../observe/metrics/scrape.ts";
import {
	callEach,
	createSite,
	isAlive,
	type Running,
	readNotes,
	type Site,
	sms,
	toRoutes,
} from "./site.ts";

// The workers of a process are found in /proc.
(process.platform === "linux" ? describe : describe.skip)(
	"the admin listener of a router with workers",
	() => {
		const main = useBuild();
		let site: Site;
		beforeEach(async () => {
			site = await createSite(main());
		});
		afterEach(() => site.remove());

		const notes = () => readNotes(site);

		/** What the router counts for the route `sms`, in `/metrics` and in `/api/v1/routes`. */
		async function countsOf(router: Running): Promise<object> {
			const { value } = parseScrape((await router.admin("/metrics")).text);
			const route = "sms";
			const { paths } = (await router.admin("/api/v1/routes")).json() as {
				readonly paths: readonly Path[];
			};
			const counts = paths
				.flatMap(({ kinds }) => kinds)
				.flatMap(({ levels }) => levels)
				.flatMap(({ routes }) => routes)
				.find(({ name }) => name === route)?.counts;
			return {
				received: value("switchhook_webhooks_total", {
					...{ route, kind: "sms.inbound", level: "account" },
					outcome: "received",
				}),
				delivered: value("switchhook_attempts_total", {
					...{ route, outcome: "delivered" },
				}),
				stored: value("switchhook_inbox_deliveries", {
					...{ route, state: "delivered" },
				}),
				up: value("switchhook_inbox_up"),
				routes: value("switchhook_routes"),
				counts: [counts?.webhooks, counts?.attempts],
			};
		}

		it("hands out the events of a fan-out to services, and counts them", async () => {
			const token = "token-of-the-service-0123456789";
			await site.write(
				"routes.yaml",
				`${toRoutes()}  - { name: fan, path: /fan, kind: sms.inbound, level: account, handler: { all: [{ name: erp, pull: { token: ${token} } }, { name: notes, plugin: notes }] } }\n`,
			);
			const router = await site.start();
			const [first, second] = await callEach(router.url);
			const call = async (path: string, body: object) => {
				const sent = JSON.stringify(body);
				const headers = { "content-type": "application/json" };
				const options = { method: "POST", token, headers, body: sent };
				return router.admin(`/pull/fan/erp${path}`, options);
			};
			const waiting = call("", { wait: "30s" });
			await first?.post("/fan", sms("f1", "a"));
			const { events } = (await waiting).json() as {
				readonly events: readonly { readonly lease: string }[];
			};
			expect((await call("/ack", { lease: events[0]?.lease })).status).to.equal(
				204,
			);
			// A repetition at the other worker makes no second delivery.
			await second?.post("/fan", sms("f1", "a"));
			await until("the other target", async () => (await notes()).length === 1);
			const { value } = parseScrape((await router.admin("/metrics")).text);
			const route = "fan/erp";
			expect(
				value("switchhook_attempts_total", { route, outcome: "delivered" }),
			).to.equal(1);
			const tree = (await router.admin("/api/v1/routes")).json() as {
				readonly internal: readonly Path["kinds"][0]["levels"][0]["routes"][0][];
			};
			const erp = tree.internal.find(({ name }) => name === route);
			expect(erp?.counts.attempts).to.deep.equal({ delivered: 1 });
		});

		it("adds up what all workers count, also of one that ended", async () => {
			const router = await site.start();
			const [first, second] = await callEach(router.url);
			const expected = (count: number): object => ({
				...{ received: count, delivered: count, stored: count },
				...{ up: 1, routes: 4 },
				counts: [{ received: count }, { delivered: count }],
			});
			for (let at = 0; at < 3; at++)
				await first?.post("/sms", sms(`a${at}`, "a"));
			for (let at = 0; at < 2; at++)
				await second?.post("/sms", sms(`b${at}`, "b"));
			await until("all are counted", async () => (await notes()).length === 5);
			await until("it adds up", async () => isSame(await countsOf(router), 5));
			expect(await countsOf(router)).to.deep.equal(expected(5));
			const victim = first?.pid ?? 0;
			process.kill(victim, "SIGKILL");
			await until("it is replaced", async () =>
				router.lines().some(({ msg }) => msg === "the worker serves again"),
			);
			expect(await isAlive(victim)).to.equal(false);
			await second?.post("/sms", sms("b2", "b"));
			const [, other] = (await callEach(router.url)).filter(
				({ pid }) => pid !== second?.pid,
			);
			await other?.post("/sms", sms("c0", "c"));
			const sum = other === undefined ? 6 : 7;
			await until("it adds up", async () =>
				isSame(await countsOf(router), sum),
			);
			expect(await countsOf(router)).to.deep.equal(expected(sum));
			const about = await router.admin("/api/v1/router");
			expect(about.json()).to.include({ workers: 2 });
		});

		it("keeps what all workers counted when they stop, and marks each start once", async () => {
			const before = await site.start();
			const [first, second] = await callEach(before.url);
			for (let at = 0; at < 3; at++)
				await first?.post("/sms", sms(`a${at}`, "a"));
			for (let at = 0; at < 2; at++)
				await second?.post("/sms", sms(`b${at}`, "b"));
			await until("all are counted", async () => (await notes()).length === 5);
			before.command.child.kill("SIGTERM");
			await before.command.ended;
			const after = await site.start();
			const totals = await after.admin("/api/v1/history/totals");
			const { kept, all, routes } = totals.json() as unknown as HistoryTotals;
			expect(kept).to.equal("inbox");
			expect(all.attempts).to.deep.equal({ delivered: 5 });
			expect(
				routes.find(({ route }) => route === "sms")?.webhooks,
			).to.deep.equal({ received: 5 });
			const history = await after.admin("/api/v1/history");
			const { marks } = history.json() as unknown as HistoryMarks;
			expect(marks.map(({ kind }) => kind)).to.deep.equal(["start", "start"]);
		});

		it("pauses and resumes a route in all of them", async () => {
			const router = await site.start();
			const callers = await callEach(router.url);
			const change = async (path: string, body: object): Promise<number> =>
				(
					await router.admin(path, {
						method: "POST",
						body: JSON.stringify(body),
					})
				).status;
			expect(
				await change("/api/v1/pauses", { routes: ["sms"], why: "works" }),
			).to.equal(200);
			// It counts from the answer on: the store leases nothing of a paused route.
			for (const [at, caller] of callers.entries())
				expect(
					(await caller.post("/sms", sms(`p${at}`, "paused"))).status,
				).to.equal(200);
			await until("it is logged", () =>
				router.lines().some(({ line }) => line === "pause"),
			);
			expect(await notes()).to.deep.equal([]);
			expect(
				await change("/api/v1/pauses/resume", { routes: ["sms"] }),
			).to.equal(200);
			await until("both are handled", async () => (await notes()).length === 2);
			const lines = () => router.lines().filter(({ line }) => line === "pause");
			await until("both are logged", () => lines().length >= 2);
			// The workers hear of it too, and only the supervisor writes it.
			expect(
				lines().map(({ outcome, worker }) => [outcome, worker]),
			).to.deep.equal([
				["paused", undefined],
				["resumed", undefined],
			]);
		});

		it("raises one alert for a burst of refusals that is spread over them", async () => {
			const alerts = "alerts: { denied: 4 }\n";
			const internal =
				"  - { name: watch, kind: router.denied, handler: { plugin: notes } }\n";
			const text = `${toRoutes({ alerts })}${internal}`;
			await site.write("routes.yaml", text);
			const router = await site.start();
			for (const caller of await callEach(router.url))
				for (let at = 0; at < 2; at++)
					expect((await caller.post("/signed", {})).status).to.equal(401);
			await until("it is raised", async () => (await notes()).length === 1);
			expect((await notes())[0]).to.equal(
				"4 requests of `signed` were refused: SIGNATURE_MISSING",
			);
		});

		it("reloads all of them, and says why if it cannot", async () => {
			const router = await site.start();
			const callers = await callEach(router.url);
			const texts = async (): Promise<readonly boolean[]> => {
				const answers = await Promise.all(
					callers.map(({ get }) => get(`/text?${QUERY}`)),
				);
				return answers.map(({ body }) => body.includes("two"));
			};
			const reload = async () => {
				const answer = await router.admin("/api/v1/reload", { method: "POST" });
				return (answer.json() as { readonly reload: { outcome: string } })
					.reload;
			};
			await site.write("routes.yaml", toRoutes({ text: "two" }));
			expect(await reload()).to.include({ outcome: "reloaded" });
			await until("both serve it", async () =>
				(await texts()).every((isTwo) => isTwo),
			);
			await site.write("routes.yaml", "version: 2\n");
			expect(await reload()).to.include({ outcome: "refused" });
			expect(await texts()).to.deep.equal([true, true]);
			const { value } = parseScrape((await router.admin("/metrics")).text);
			const count = (outcome: string) =>
				value("switchhook_reloads_total", { outcome });
			expect([count("ok"), count("refused")]).to.deep.equal([1, 1]);
			expect(value("switchhook_reload_last_ok")).to.equal(0);
		});

		it("streams the webhooks of all of them, also of one that replaces another", async () => {
			const router = await site.start();
			const stream = await router.events();
			const copies = await router.events("/copies?route=sms");
			await copies.next("hello");
			const nextCopy = async (): Promise<string> => {
				const { delivery } = (await copies.next("copy")).data as {
					readonly delivery: { readonly body: string };
				};
				const text = Buffer.from(delivery.body, "base64").toString();
				return JSON.parse(text).messageId;
			};
			const [first, second] = await callEach(router.url);
			try {
				await first?.post("/sms", sms("s1", "1"));
				await second?.post("/sms", sms("s2", "2"));
				const seen = new Set<unknown>();
				while (seen.size < 2) {
					const { data } = await stream.next("delivery");
					if (data.outcome === "delivered") seen.add(data.id);
				}
				const ids = [await nextCopy(), await nextCopy()];
				expect(ids.sort()).to.deep.equal(["s1", "s2"]);
				process.kill(first?.pid ?? 0, "SIGKILL");
				await until("it is replaced", () =>
					router.lines().some(({ msg }) => msg === "the worker serves again"),
				);
				const again = (await callEach(router.url)).find(
					({ pid }) => pid !== second?.pid,
				);
				await again?.post("/sms", sms("s3", "3"));
				for (;;) {
					const { data } = await stream.next("webhook");
					if (data.route === "sms" && data.outcome === "received") break;
				}
				expect(await nextCopy()).to.equal("s3");
			} finally {
				copies.close();
				stream.close();
			}
		});
	},
);

// --- helpers ---

interface HistoryTotals {
	readonly kept: string;
	readonly all: { readonly attempts: object };
	readonly routes: readonly {
		readonly route: string;
		readonly webhooks: object;
	}[];
}

interface HistoryMarks {
	readonly marks: readonly { readonly kind: string }[];
}

interface Path {
	readonly kinds: readonly {
		readonly levels: readonly {
			readonly routes: readonly {
				readonly name: string;
				readonly counts: Readonly<Record<string, unknown>>;
			}[];
		}[];
	}[];
}

const QUERY = new URLSearchParams({
	to: "447700900001",
	from: "447700900002",
	uuid: "63f61863-4a51-4f6b-86e1-46edebcf0002",
	conversation_uuid: "CON-f972836a-550f-45fa-956c-12a2ab5b0002",
}).toString();

/** The samples of the inbox are kept for some seconds, so the stored ones come last. */
function isSame(counts: object, count: number): boolean {
	const { received, delivered, stored } = counts as Record<string, unknown>;
	return [received, delivered, stored].every((one) => one === count);
}
