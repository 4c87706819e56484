import { expect } from "chai";
import pg from "pg";
import type { Lease } from "../../src/inbox/port/queue.ts";
import type { Driver } from "../../src/inbox/postgres/connections.ts";
import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { usePostgres } from "../postgres.ts";
import { delivery, settlement, wait } from "./contract/ground.ts";

const HOUR = 3_600_000;

describe("the hot statements", () => {
	const server = usePostgres();

	it("put, claim and settle by index alone, however the tables grow", async () => {
		const recorder = recording();
		const url = await server().createDatabase();
		const store = await openPostgres(url, {
			quarantine: { maxCount: 10, maxBytes: 1000 },
			loadDriver: () => Promise.resolve({ default: recorder.driver }),
		});
		const batch = (size: number) =>
			Array.from({ length: size }, (_, at) =>
				delivery({ dedupeKey: `${Math.random()}`, orderKey: `${at % 7}` }),
			);
		await store.put(batch(300));
		const leases = await store.lease([{ route: "sms", max: 5 }], HOUR);
		await store.extend(leases, HOUR);
		await store.due();
		await store.put([
			{ ...(batch(1)[0] as ReturnType<typeof delivery>) },
			delivery({ state: "quarantined", reason: "FIREWALL_DENIED: no" }),
		]);
		const again = batch(1);
		await store.put(again);
		await store.put(again);
		await store.settle([
			...leases.slice(1).map((lease) => settlement(lease)),
			settlement(leases[0] as Lease, wait(5)),
		]);
		const [probe] = await store.lease(
			[{ route: "sms", max: 1, avoid: [] }],
			HOUR,
		);
		const aside = { ...wait(5), stepsAside: true } as const;
		await store.settle([settlement(probe as Lease, aside)]);
		await store.prune({ deliveredMs: 0, deadMs: 0, bodyMs: 0, max: 5 });
		await store.close();
		expect([...recorder.statements.keys()]).to.include.members([
			"put",
			"find",
			"doubt",
			"trim",
			"lease",
			"lease-probe",
			"step-aside",
			"extend",
			"due",
			"settle",
			"promote",
			"demote",
		]);
		const client = new pg.Client({ connectionString: url });
		await client.connect();
		try {
			await client.query(recorder.settings());
			for (const [name, text] of recorder.statements) {
				const { rows } = await client.query(`explain (generic_plan) ${text}`);
				const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
				expect(plan, name).to.not.match(
					/Seq Scan|hashed|Hash (?!Agg)|Merge Join|Bitmap/,
				);
				expect(plan, name).to.match(/Scan using|Insert on/);
			}
		} finally {
			await client.end();
		}
	});
});

// --- helpers ---

/** The driver, noting the prepared statements and what the hot sessions are set to. */
function recording() {
	const statements = new Map<string, string>();
	let settings = "";
	class Client extends pg.Client {
		override query = ((...args: Parameters<pg.Client["query"]>) => {
			const [first] = args as unknown[];
			if (typeof first === "string" && first.includes("enable_seqscan"))
				settings = first;
			const { name, text } = first as { name?: string; text: string };
			if (name !== undefined && /delivery/.test(text))
				statements.set(name, text);
			return super.query(...args);
		}) as pg.Client["query"];
	}
	class Pool extends pg.Pool {
		constructor(config: pg.PoolConfig) {
			super({ ...config, Client });
		}
	}
	return {
		driver: { ...pg, Client, Pool } as unknown as Driver,
		statements,
		settings: () => settings,
	};
}
