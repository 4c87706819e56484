import { expect } from "chai";
import { follow } from "../../src/cli/inbox/list/follow.ts";
import type { Io } from "../../src/cli/io.ts";
import type { DeliveryRow } from "../../src/inbox/port/delivery.ts";
import { DEAD, leaseOne, put, settle, wait } from "../inbox/contract/ground.ts";
import { runInbox, withStopped, withStore } from "./inbox-ground.ts";

/** A person who reads line by line, and may press Ctrl-C. */
function createReader() {
	const end = new AbortController();
	let text = "";
	let wake = () => {};
	return {
		stdout: {
			write(more: string) {
				text += more;
				wake();
			},
		},
		interrupted: () => end.signal,
		press: () => end.abort(),
		lines: () => text.split("\n").slice(0, -1),
		/** Resolves with all lines once one fits. */
		async until(pattern: RegExp): Promise<readonly string[]> {
			while (!pattern.test(text))
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			return text.split("\n").slice(0, -1);
		},
	};
}

describe("switchhook inbox list --follow", () => {
	it("shows the latest, then each that comes and each change, beside a running router, until Ctrl-C", () =>
		withStopped(
			(store) => put(store, { id: "old-1", state: "delivered" }),
			(folder) =>
				withStore(folder, async (store) => {
					const { press, until, lines, ...person } = createReader();
					const ran = runInbox(folder, ["list", "--follow"], person);
					await until(/^old-1 /m);
					await put(store, { id: "new-1" });
					await until(/^new-1 +received /m);
					const first = await leaseOne(store);
					await until(/^new-1 +leased /m);
					await settle(store, first, wait(0));
					await until(
						/^new-1 +waiting +.* 1 +next attempt .*HANDLER_FAILED: not now/m,
					);
					await settle(store, await leaseOne(store), DEAD);
					await until(/^new-1 +dead +.* 2 +HANDLER_FAILED: never/m);
					await store.replay({ ids: ["new-1", "old-1"] });
					await until(/^old-1 +received /m);
					press();
					expect((await ran).code).to.equal(0);
					const ids = lines().map((line) => line.split(" ")[0]);
					expect(ids.slice(0, 5)).to.deep.equal([
						"ID",
						"old-1",
						"new-1",
						"new-1",
						"new-1",
					]);
				}),
		));

	it("writes a line of JSON for each with --json, with the filters of a list", () =>
		withStopped(
			(store) => put(store, { id: "a" }),
			(folder) =>
				withStore(folder, async (store) => {
					const { press, until, ...person } = createReader();
					const args = ["list", "--follow", "--json", "--state", "dead"];
					const ran = runInbox(folder, args, person);
					await put(store, { id: "b", route: "other" });
					await settle(store, await leaseOne(store), DEAD);
					await until(/\n/);
					await put(store, { id: "c", state: "dead", reason: "no" });
					const lines = await until(/\n.*\n/s);
					press();
					await ran;
					expect(
						lines.map((line) => {
							const { id, state, attempts } = JSON.parse(line);
							return [id, state, attempts];
						}),
					).to.deep.equal([
						["a", "dead", 1],
						["c", "dead", 0],
					]);
				}),
		));

	it("goes forward only", () =>
		withStopped(
			async () => {},
			async (folder) => {
				const { code, err } = await runInbox(folder, [
					"list",
					"-f",
					"--after",
					"5",
				]);
				expect(code).to.equal(2);
				expect(err).to.contain("cannot be used together");
			},
		));

	it("ends at once where it is told so before", async () => {
		const { press, lines, ...person } = createReader();
		press();
		await run([[]], person);
		expect(lines()).to.have.length(1);
	});

	it("shows more than a page that changed at one time, each once, and what an earlier change brings later", async () => {
		const { press, until, lines, ...person } = createReader();
		const many = Array.from({ length: 1200 }, (_, at) => row(`id-${at}`, 5000));
		const late = row("late", 4000);
		const done = run([many, [...many, late], [row("last", 9000)]], person);
		await until(/^last /m);
		press();
		await done;
		const ids = lines()
			.slice(1)
			.map((line) => line.split(" ")[0]);
		expect(ids).to.deep.equal([...many.map(({ id }) => id), "late", "last"]);
	});
});

function row(id: string, updatedAt: number): DeliveryRow {
	return {
		id,
		route: "sms",
		kind: "sms.inbound",
		state: "received",
		attempts: 0,
		dedupeKey: undefined,
		orderKey: undefined,
		receivedAt: 0,
		dueAt: 0,
		updatedAt,
		reason: undefined,
		sizeBytes: 0,
		isBlocked: false,
	};
}

/** Follows a store that holds one state of things after the other, each until all of it was asked for. */
async function run(
	states: readonly (readonly DeliveryRow[])[],
	person: Pick<Io, "stdout" | "interrupted">,
): Promise<void> {
	let at = 0;
	const io = { ...person, isTTY: false, env: {} } as unknown as Io;
	await follow(
		io,
		{
			get: async () => undefined,
			scan: async () => ({ rows: [], next: undefined }),
			list: async () => ({ rows: [], next: undefined }),
			async changes(_filter, since, max) {
				const all = (states[at] ?? []).filter(
					({ updatedAt }) => updatedAt >= since,
				);
				const sorted = all.toSorted((a, b) => a.updatedAt - b.updatedAt);
				if (sorted.length < max && at < states.length - 1) at += 1;
				return sorted.slice(0, max);
			},
		},
		{
			filter: { rows: {}, tests: [] },
			latest: 10,
			isJson: false,
			show: (text) => text,
			keysOf: (one) => one,
			everyMs: 0,
		},
	);
}
