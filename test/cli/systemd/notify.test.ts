import { expect } from "chai";
import { createNotifier } from "../../../src/cli/systemd/notify.ts";

const PID = 42;
const SOCKET = { NOTIFY_SOCKET: "/run/systemd/notify" };

describe("the notifier of systemd", () => {
	it("says nothing where no manager listens, and still reloads", async () => {
		const { notifier, sent } = create({});
		notifier.ready("serving");
		let reloads = 0;
		await notifier.reloading(async () => void reloads++);
		notifier.stopping();
		await notifier.close();
		expect(sent).to.deep.equal([]);
		expect(reloads).to.equal(1);
	});

	it("tells the start, each reload with its time, and the stop, in their order", async () => {
		const { notifier, sent } = create(SOCKET);
		notifier.ready("serving 3 routes");
		const before = process.hrtime.bigint() / 1000n;
		await notifier.reloading(async () => {});
		await notifier
			.reloading(() => Promise.reject(new Error("broken")))
			.catch(() => {});
		notifier.stopping();
		await notifier.close();
		const [, us = "0"] = /MONOTONIC_USEC=(\d+)$/.exec(sent[1] ?? "") ?? [];
		expect(BigInt(us) >= before).to.equal(true);
		expect(sent.map((one) => one.replace(/\d{5,}/, "…"))).to.deep.equal([
			"READY=1 STATUS=serving 3 routes",
			"RELOADING=1 MONOTONIC_USEC=…",
			"READY=1",
			"RELOADING=1 MONOTONIC_USEC=…",
			"READY=1",
			"STOPPING=1",
		]);
	});

	it("reports to the watchdog of the unit, twice in its time", async () => {
		const env = { ...SOCKET, WATCHDOG_USEC: "4000", WATCHDOG_PID: "42" };
		const { notifier, sent, more } = create(env);
		notifier.ready("serving");
		while (sent.length < 4) await more();
		await notifier.close();
		expect(sent.slice(1, 4)).to.deep.equal(Array(3).fill("WATCHDOG=1"));
	});

	it("leaves the watchdog of another process alone", async () => {
		const env = { ...SOCKET, WATCHDOG_USEC: "2000", WATCHDOG_PID: "41" };
		const { notifier, sent } = create(env);
		notifier.ready("serving");
		for (let turn = 0; turn < 20; turn++)
			await new Promise((done) => setTimeout(done, 1));
		await notifier.close();
		expect(sent).to.have.length(1);
	});

	it("warns once that the manager cannot be told, and goes on", async () => {
		const missing = Object.assign(new Error("spawn"), { code: "ENOENT" });
		const { notifier, sent, warnings } = create(SOCKET, missing);
		notifier.ready("serving");
		notifier.stopping();
		await notifier.close();
		expect(sent).to.have.length(2);
		expect(warnings).to.deep.equal([
			"the command systemd-notify is not installed",
		]);
	});
});

// --- helpers ---

function create(env: Record<string, string>, fault?: Error) {
	const sent: string[] = [];
	const warnings: string[] = [];
	let onMore = (): void => {};
	const notifier = createNotifier({
		env,
		pid: PID,
		log: {
			warn: ({ reason }: { reason: string }) => void warnings.push(reason),
		} as never,
		async send(variables) {
			sent.push(variables.join(" "));
			onMore();
			if (fault !== undefined) throw fault;
		},
	});
	return {
		notifier,
		sent,
		warnings,
		more: () =>
			new Promise<void>((done) => {
				onMore = done;
			}),
	};
}
