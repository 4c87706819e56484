import { expect } from "chai";
import { PAUSES } from "../../src/admin/api/pauses.ts";
import type { AdminAnswer, AdminRequest } from "../../src/admin/operation.ts";
import { AdminProblem } from "../../src/admin/problem.ts";
import type { AdminRouter } from "../../src/admin/router.ts";
import type { InboxStore } from "../../src/inbox/port/store.ts";
import { openMemory } from "../../src/inbox/sqlite/thread/memory.ts";
import { createLog } from "../../src/observe/log.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";

const ROUTES = [
	{ name: "receipts", mode: "accept" },
	{ name: "answer", mode: "reply" },
];

describe("the pauses of the admin API", () => {
	let store: InboxStore;
	let now = 1_000_000;
	const lines: Record<string, unknown>[] = [];

	beforeEach(async () => {
		now = 1_000_000;
		lines.length = 0;
		store = await openMemory({
			quarantine: { maxCount: 10, maxBytes: 1000 },
			clock: () => now,
		});
	});
	afterEach(() => store.close());

	const call = async (
		id: string,
		body?: unknown,
		{
			isStored = true,
			query = {},
		}: { readonly isStored?: boolean; readonly query?: object } = {},
	): Promise<AdminAnswer> => {
		const operation = PAUSES.find((one) => one.id === id);
		if (operation === undefined) throw new Error(`no operation ${id}`);
		const router = {
			store: isStored ? store : undefined,
			runtime: () => ({ routes: ROUTES }) as unknown as Runtime,
			log: createLog({
				destination: { write: (line) => lines.push(JSON.parse(line)) },
			}),
		} as unknown as AdminRouter;
		return operation.handle({
			...{ router, body, query },
			actor: "ops",
		} as AdminRequest);
	};
	const problemOf = (made: Promise<unknown>): Promise<AdminProblem> =>
		made.then(
			() => {
				throw new Error("it was met");
			},
			(error: unknown) => {
				if (error instanceof AdminProblem) return error;
				throw error;
			},
		);

	it("pauses, lists and resumes, and logs who did", async () => {
		const why = "the CRM is down";
		const body = { routes: ["receipts"], forMs: 5000, why };
		const pauses = [
			{ route: "receipts", since: 1_000_000, until: 1_005_000, why },
		];
		expect((await call("pauseRoutes", body)).body).to.deep.equal({
			now,
			pauses,
		});
		now += 1000;
		expect((await call("listPauses")).body).to.deep.equal({ now, pauses });
		const resumed = await call("resumeRoutes", { routes: ["receipts"] });
		expect(resumed.body).to.deep.equal({ resumed: ["receipts"] });
		expect((await call("listPauses")).body).to.deep.equal({ now, pauses: [] });
		expect(lines.map(({ actor }) => actor)).to.deep.equal(["ops", "ops"]);
	});

	it("counts what waits only where it is asked", async () => {
		await call("pauseRoutes", { routes: ["receipts"] });
		const waiting = async (query: object): Promise<unknown> => {
			const { body } = await call("listPauses", undefined, { query });
			return (body as { pauses: { waiting?: number }[] }).pauses[0]?.waiting;
		};
		expect(await waiting({ waiting: false })).to.equal(undefined);
		expect(await waiting({ waiting: true })).to.equal(0);
	});

	it("refuses what cannot be paused, and pauses nothing then", async () => {
		const unknown = await problemOf(
			call("pauseRoutes", { routes: ["receipts", "recepits"] }),
		);
		expect(unknown).to.include({ code: "not-found" });
		expect(unknown.message).to.contain("Did you mean `receipts`?");
		const reply = await problemOf(call("pauseRoutes", { routes: ["answer"] }));
		expect(reply).to.include({ code: "conflict" });
		expect(reply.message).to.contain("cannot be paused");
		expect((await store.pauses()).all).to.deep.equal([]);
	});

	it("resumes a paused route that the configuration lost, and no other unknown one", async () => {
		await store.pause(["gone"], {});
		const { body } = await call("resumeRoutes", { routes: ["gone"] });
		expect(body).to.deep.equal({ resumed: ["gone"] });
		const problem = await problemOf(
			call("resumeRoutes", { routes: ["other"] }),
		);
		expect(problem.code).to.equal("not-found");
	});

	it("says so where nothing is stored", async () => {
		const none = { isStored: false };
		const { body } = await call("listPauses", undefined, none);
		expect(body).to.deep.include({ pauses: [] });
		const routes = ["receipts"];
		const problem = await problemOf(call("pauseRoutes", { routes }, none));
		expect(problem.code).to.equal("conflict");
	});
});
