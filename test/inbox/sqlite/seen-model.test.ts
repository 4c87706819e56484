import { randomUUID } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import type { ExportedDelivery } from "../../../src/inbox/port/delivery.ts";
import type { NewDelivery } from "../../../src/inbox/port/store.ts";
import type { SeenOptions } from "../../../src/inbox/sqlite/seen.ts";
import { delivery, idsOf, START } from "../contract/ground.ts";
import {
	createSeenGround,
	type SeenGround,
	type SeenHandle,
} from "./seen-ground.ts";

/** What is done, and by which of two processes. */
type Step = { readonly by: 0 | 1; readonly fails: boolean } & (
	| {
			readonly do: "put" | "import";
			readonly batch: readonly {
				readonly key: number;
				readonly route: string;
				readonly state: "delivered" | "received" | "quarantined";
				/** An id that was used before. */
				readonly again: number | undefined;
			}[];
	  }
	| { readonly do: "drop"; readonly places: readonly number[] }
	| { readonly do: "drop newest"; readonly count: number }
	| { readonly do: "prune"; readonly max: number }
	| { readonly do: "release"; readonly place: number; readonly key: number }
	| { readonly do: "reopen" }
);

/** One row as the plain model keeps it, in order of arrival. */
interface Row {
	readonly id: string;
	readonly route: string;
	readonly key: string | undefined;
	readonly state: "delivered" | "received" | "quarantined";
}

describe("Seen, against a plain model", () => {
	it("gives the same answers, whatever comes in which order", async function () {
		this.timeout(120_000);
		await fc.assert(
			fc.asyncProperty(
				PACES,
				fc.array(STEP, { maxLength: 60 }),
				async (paces, steps) => {
					const ground = await createSeenGround();
					const run = new Run(ground, paces);
					try {
						for (const step of steps) run.step(step);
						run.checkAll();
					} finally {
						run.close();
						await ground.remove();
					}
				},
			),
			{ numRuns: 60, interruptAfterTimeLimit: 60_000 },
		);
	});
});

// --- helpers ---

const MAX_HELD = 4;

/** Few keys, so that they meet; 0 is none. */
const KEY = fc.integer({ min: 0, max: 30 });
/** One that merges often, one that hardly ever does. */
const PACE_OF_ONE = fc.record({
	generation: fc.constantFrom(6, 6, 16, 1000),
	every: fc.constantFrom(1, 2),
});
const PACES = fc.tuple(PACE_OF_ONE, PACE_OF_ONE);
const STEP: fc.Arbitrary<Step> = fc
	.tuple(
		fc.record({
			by: fc.constantFrom<(0 | 1)[]>(0, 0, 1),
			fails: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
		}),
		fc.oneof(
			{
				weight: 8,
				arbitrary: fc.record({
					do: fc.constantFrom<("put" | "import")[]>("put", "put", "import"),
					batch: fc.array(
						fc.record({
							key: KEY,
							route: fc.constantFrom("a", "a", "b"),
							state: fc.constantFrom<Row["state"][]>(
								"delivered",
								"received",
								"received",
								"quarantined",
							),
							again: fc.option(fc.nat(), { nil: undefined, freq: 8 }),
						}),
						{ maxLength: 8 },
					),
				}),
			},
			fc.record({
				do: fc.constant("drop" as const),
				places: fc.array(fc.nat(), { maxLength: 5 }),
			}),
			fc.record({
				do: fc.constant("drop newest" as const),
				count: fc.integer({ min: 1, max: 12 }),
			}),
			fc.record({ do: fc.constant("prune" as const), max: fc.nat(20) }),
			{
				weight: 2,
				arbitrary: fc.record({
					do: fc.constant("release" as const),
					place: fc.nat(),
					key: KEY,
				}),
			},
			fc.record({ do: fc.constant("reopen" as const) }),
		),
	)
	.map(([who, what]) => ({ ...who, ...what }));

/** Both at once: each step is done to the file and to the model, and their answers are compared. */
class Run {
	readonly #ground: SeenGround;
	readonly #paces: readonly [SeenOptions, SeenOptions];
	readonly #handles: SeenHandle[];
	#rows: Row[] = [];
	#used: string[] = [];

	constructor(ground: SeenGround, paces: readonly [SeenOptions, SeenOptions]) {
		this.#ground = ground;
		this.#paces = paces;
		this.#handles = [this.#start(0), this.#start(1)];
	}

	step(step: Step): void {
		const handle = this.#handles[step.by] as SeenHandle;
		if (step.do === "reopen") {
			handle.close();
			this.#handles[step.by] = this.#start(step.by);
			return;
		}
		// The bound of the quarantine counts what the other one did only once it has looked.
		handle.core.poll(START);
		const rows = [...this.#rows];
		const [act, expected] = this.#plan(step, handle, rows);
		if (step.fails) {
			handle.isFailing = true;
			expect(act).to.throw(/not this one/);
			handle.isFailing = false;
			return;
		}
		expect(act(), JSON.stringify(step)).to.deep.equal(expected);
		this.#rows = rows;
	}

	/** Every key is where the model has it, for both processes, and nowhere else. */
	checkAll(): void {
		for (const { core } of this.#handles)
			for (let key = 1; key <= 30; key++) {
				const dedupeKey = toKey(key) as string;
				const { found } = core.read(START, ({ look }) =>
					look.list({ dedupeKey }, undefined, 1000),
				);
				const expected = this.#rows.filter((row) => row.key === dedupeKey);
				expect(idsOf(found)).to.deep.equal(idsOf(expected).toReversed());
				for (const route of ["a", "b"]) {
					const twin = holderOf(this.#rows, route, dedupeKey);
					const [receipt] = core.put(
						[delivery({ dedupeKey, route, state: "delivered" })],
						START,
					).value;
					expect(receipt?.isDuplicate).to.equal(twin !== undefined);
					if (twin !== undefined) expect(receipt?.id).to.equal(twin.id);
					else
						this.#rows.push({
							id: receipt?.id ?? "",
							route,
							key: dedupeKey,
							state: "delivered",
						});
				}
			}
	}

	close(): void {
		for (const handle of this.#handles) handle.close();
	}

	#start(by: 0 | 1): SeenHandle {
		return this.#ground.start({
			isOwner: by === 0,
			pace: this.#paces[by],
			maxHeld: MAX_HELD,
		});
	}

	/** What is to be done, and the answer it should have; `rows` as they are afterwards. */
	#plan(
		step: Exclude<Step, { readonly do: "reopen" }>,
		{ core }: SeenHandle,
		rows: Row[],
	): readonly [act: () => unknown, expected: unknown] {
		switch (step.do) {
			case "put":
			case "import": {
				const batch = step.batch.map(({ key, again, ...rest }) =>
					delivery({
						...rest,
						reason: "FIREWALL_DENIED: no",
						dedupeKey: toKey(key),
						id: at(this.#used, again) ?? randomUUID(),
					}),
				);
				this.#used.push(...idsOf(batch));
				const answers = batch.map((one) => insert(rows, one));
				boundHeld(rows);
				return step.do === "put"
					? [
							() =>
								core
									.put(batch, START)
									.value.map(({ id, isDuplicate }) => [id, isDuplicate]),
							answers,
						]
					: [
							() => core.import(batch.map(toExported), START).count,
							answers.filter(([, isDuplicate]) => !isDuplicate).length,
						];
			}
			case "drop":
			case "drop newest": {
				const ids =
					step.do === "drop"
						? step.places.flatMap((place) => at(rows, place)?.id ?? [])
						: idsOf(rows.slice(-step.count));
				const gone = new Set(ids);
				removeWhere(rows, ({ id }) => gone.has(id));
				return [() => core.drop({ ids: [...gone] }, START).count, gone.size];
			}
			case "prune": {
				let left = step.max;
				removeWhere(rows, ({ state }) => state === "delivered" && left-- > 0);
				const count = this.#rows.length - rows.length;
				const rules = { deliveredMs: 0, deadMs: 0, bodyMs: undefined };
				return [
					() => core.prune({ ...rules, max: step.max }, START + 1),
					count,
				];
			}
			case "release": {
				const held = rows.filter(({ state }) => state === "quarantined");
				const one = at(held, step.place);
				const key = toKey(step.key);
				const isFree =
					key === undefined || holderOf(rows, "a", key) === undefined;
				const isDone = one !== undefined && isFree;
				if (isDone)
					rows[rows.indexOf(one)] = {
						id: one.id,
						route: "a",
						key,
						state: "received",
					};
				const as = { route: "a", kind: "k", orderKey: undefined };
				return [
					() =>
						core.release(one?.id ?? "", { ...as, dedupeKey: key }, START).value,
					isDone,
				];
			}
		}
	}
}

function toKey(key: number): string | undefined {
	return key === 0 ? undefined : `key ${key}`;
}

function at<T>(list: readonly T[], place: number | undefined): T | undefined {
	return place === undefined ? undefined : list[place % list.length];
}

function holderOf(
	rows: readonly Row[],
	route: string,
	key: string,
): Row | undefined {
	return rows.find(
		(row) =>
			row.key === key && row.route === route && row.state !== "quarantined",
	);
}

function insert(
	rows: Row[],
	{ id, route, dedupeKey, state }: NewDelivery,
): readonly [id: string, isDuplicate: boolean] {
	const twin =
		rows.find((row) => row.id === id) ??
		(dedupeKey === undefined || state === "quarantined"
			? undefined
			: holderOf(rows, route, dedupeKey));
	if (twin !== undefined) return [twin.id, true];
	rows.push({ id, route, key: dedupeKey, state: state as Row["state"] });
	return [id, false];
}

function boundHeld(rows: Row[]): void {
	let over =
		rows.filter(({ state }) => state === "quarantined").length - MAX_HELD;
	removeWhere(rows, ({ state }) => state === "quarantined" && over-- > 0);
}

function removeWhere(rows: Row[], isGone: (row: Row) => boolean): void {
	const kept = rows.filter((row) => !isGone(row));
	rows.splice(0, rows.length, ...kept);
}

function toExported(one: NewDelivery): ExportedDelivery {
	return {
		...one,
		state: one.state,
		attempts: 0,
		dueAt: undefined,
		updatedAt: START,
		sizeBytes: 10,
		isBlocked: false,
		history: [],
		doubts: one.quarantine?.doubts ?? [],
	};
}
