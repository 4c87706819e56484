import { expect } from "chai";
import pg from "pg";
import type { DeliveryFilter } from "../../src/inbox/port/delivery.ts";
import type { Lease } from "../../src/inbox/port/queue.ts";
import type { Driver } from "../../src/inbox/postgres/connect/driver.ts";
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

describe("the lists of the desk", () => {
	const server = usePostgres();
	const COUNT = 12_000;

	/** Lists in a table without statistics, and explains the statements that read it. */
	async function plansOf(filter: DeliveryFilter) {
		const recorder = recording();
		const url = await server().createDatabase();
		const store = await openPostgres(url, {
			quarantine: { maxCount: 10, maxBytes: 100_000 },
			loadDriver: () => Promise.resolve({ default: recorder.driver }),
		});
		for (let done = 0; done < COUNT; done += 500)
			await store.put(
				Array.from({ length: 500 }, (_, at) =>
					delivery({ dedupeKey: `key-${done + at}`, state: "delivered" }),
				),
			);
		await store.put([
			delivery({
				dedupeKey: "key-7",
				state: "quarantined",
				reason: "FIREWALL_DENIED: no",
			}),
		]);
		recorder.reads.length = 0;
		const { rows } = await store.list(filter, { max: 50 });
		const reads = [...recorder.reads];
		await store.close();
		const client = new pg.Client({ connectionString: url });
		await client.connect();
		try {
			const plans: string[] = [];
			for (const { text, values } of reads) {
				const found = await client.query(`explain (analyze) ${text}`, [
					...values,
				]);
				plans.push(found.rows.map((row) => row["QUERY PLAN"]).join("\n"));
			}
			const widths = reads.map(
				({ values: [from, upTo] }) => Number(upTo) - Number(from),
			);
			return { rows, plans, widths };
		} finally {
			await client.end();
		}
	}

	it("find a key by its index, the quarantined too", async () => {
		const { rows, plans } = await plansOf({ dedupeKey: "key-7" });
		expect(rows.map(({ state }) => state)).to.deep.equal([
			"quarantined",
			"delivered",
		]);
		expect(plans).to.have.lengthOf(1);
		expect(plans[0]).to.not.match(/Seq Scan/);
		expect(plans[0]).to.match(/delivery_dedupe/);
		expect(examinedBy(plans)).to.be.at.most(10);
	});

	it("read no more than a small window for a common match", async () => {
		const { rows, plans, widths } = await plansOf({ route: "sms" });
		expect(rows).to.have.lengthOf(50);
		expect(widths).to.have.lengthOf(1);
		expect(widths[0]).to.be.at.most(1000);
		expect(plans[0]).to.not.match(/Seq Scan/);
	});

	it("read each row at most once for a rare match", async () => {
		const { rows, plans } = await plansOf({ kind: "voice.event" });
		expect(rows).to.deep.equal([]);
		expect(plans.join("\n")).to.not.match(/Seq Scan/);
		expect(examinedBy(plans)).to.be.within(COUNT, COUNT + 1);
	});
});

// --- helpers ---

/** The number of rows that plans read and did not return. */
function examinedBy(plans: readonly string[]): number {
	const removed = plans.join("\n").matchAll(/Rows Removed by Filter: (\d+)/g);
	return [...removed].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** The driver, noting the prepared statements and what the hot sessions are set to. */
function recording() {
	const statements = new Map<string, string>();
	const reads: {
		readonly text: string;
		readonly values: readonly unknown[];
	}[] = [];
	let settings = "";
	class Client extends pg.Client {
		override query = ((...args: Parameters<pg.Client["query"]>) => {
			const [first] = args as unknown[];
			if (typeof first === "string" && first.includes("enable_seqscan"))
				settings = first;
			const { name, text } = first as { name?: string; text: string };
			if (typeof first === "string" && first.includes("order by d.seq desc"))
				reads.push({ text: first, values: args[1] as unknown[] });
			if (name !== undefined && /delivery/.test(text))
				statements.set(name, text);
			return super.query(...args);
		}) as pg.Client["query"];
	}
	return {
		driver: { ...pg, Client } as unknown as Driver,
		statements,
		reads,
		settings: () => settings,
	};
}
