import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ERRORS } from "../../src/errors.ts";
import { DELIVERY_STATES } from "../../src/inbox/port/delivery.ts";
import {
	ATTEMPT_OUTCOMES,
	WEBHOOK_OUTCOMES,
} from "../../src/observe/metrics/route-meters.ts";
import type { Scrape } from "../observe/metrics/scrape.ts";
import { withMonitored } from "./ground.ts";
import { findPrometheus, promtool, startPrometheus } from "./prometheus.ts";
import {
	alertQueries,
	dashboardQueries,
	FOLDER,
	groupingsOf,
	selectorsOf,
	withoutThreshold,
} from "./queries.ts";

const QUERIES = [...dashboardQueries(), ...alertQueries()];

/** The labels that Prometheus adds to each series of a target. */
const OF_TARGET = ["job", "instance"];

/** The values that a label may have, where they are fixed. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
	code: Object.keys(ERRORS),
	outcome: [...WEBHOOK_OUTCOMES, ...ATTEMPT_OUTCOMES],
	state: DELIVERY_STATES,
};

/** Returns the labels of a metric in a scrape. Throws for one that is not there. */
function labelsIn({ labels }: Scrape, metric: string): readonly string[] {
	if (metric === "up") return OF_TARGET;
	const all = labels(metric);
	if (all.length === 0) throw new Error(`no scrape has ${metric}`);
	return [...new Set([...OF_TARGET, ...all.flatMap(Object.keys)])];
}

describe("the dashboard and the alert rules", () => {
	it("name only metrics, labels and values that a real scrape has", () =>
		withMonitored(async ({ scrape }) => {
			const found = await scrape();
			expect(QUERIES.length).to.be.above(60);
			for (const { where, expr } of QUERIES) {
				const selectors = selectorsOf(expr);
				expect(selectors, where).not.to.be.empty;
				const known = selectors.map(({ metric }) => labelsIn(found, metric));
				for (const [at, { metric, matchers }] of selectors.entries())
					for (const { label, value, operator } of matchers) {
						expect(known[at], `${where}: ${metric}`).to.include(label);
						const values = VALUES[label];
						const isRegex = operator.endsWith("~");
						const fits = new RegExp(
							`^(?:${isRegex ? value : value.replaceAll(".", "\\.")})$`,
						);
						if (values !== undefined)
							expect(
								values.some((one) => fits.test(one)),
								`${where}: ${label}=${value}`,
							).to.equal(true);
					}
				for (const label of groupingsOf(expr))
					expect(known.flat(), where).to.include(label);
			}
		}));

	describe("with Prometheus of Debian", function () {
		this.timeout(120_000);
		const bin = findPrometheus();
		const folder = fileURLToPath(FOLDER);

		it("have rules that promtool accepts", function () {
			if (bin === undefined) return this.skip();
			const { code, words } = promtool(bin, [
				"check",
				"rules",
				join(folder, "alerts.yaml"),
			]);
			expect(code, words).to.equal(0);
		});

		it("have rules that fire when they should", function () {
			if (bin === undefined) return this.skip();
			const args = ["test", "rules", "alerts.test.yaml"];
			const { code, words } = promtool(bin, args, { cwd: folder });
			expect(code, words).to.equal(0);
		});

		it("come with metrics that promtool accepts", async function () {
			if (bin === undefined) return this.skip();
			await withMonitored(async ({ url }) => {
				const input = await (await fetch(url)).text();
				const { words } = promtool(bin, ["check", "metrics"], { input });
				// It has opinions on the names of prom-client's own metrics, and none on ours.
				const ours = words
					.split("\n")
					.filter((line) => line.startsWith("switchhook_"));
				expect(ours).to.deep.equal([]);
				expect(words).not.to.match(/error while linting|parse/);
			});
		});

		it("have queries that all find something in a real Prometheus", async function () {
			if (bin === undefined) return this.skip();
			const data = await mkdtemp(join(tmpdir(), "switchhook-prometheus-"));
			try {
				await withMonitored(async ({ url, play }) => {
					const prometheus = await startPrometheus(bin, data, {
						target: new URL(url).host,
						rules: join(folder, "alerts.yaml"),
					});
					try {
						const has = async (expr: string) =>
							(await prometheus.query(expr)).length > 0;
						await until(() => has("switchhook_routes"));
						await play();
						const late = "increase(switchhook_attempts_total[1m]) > 0";
						await until(() => has(late));
						const none: string[] = [];
						for (const query of QUERIES) {
							const { where, expr } = withoutThreshold(query);
							if (!(await has(expr))) none.push(`${where}: ${expr}`);
						}
						expect(none).to.deep.equal([]);
						for (const { expr } of alertQueries()) await prometheus.query(expr);
						const fired = ["SwitchhookDeadDeliveries", "SwitchhookQuarantined"];
						const isTold = async () => {
							const alerts = await prometheus.alerts();
							return fired.every((name) => alerts.includes(name));
						};
						await until(isTold);
						expect(await prometheus.alerts()).to.include.members([
							"SwitchhookCircuitOpen",
							"SwitchhookRepliesFail",
						]);
					} finally {
						await prometheus.stop();
					}
				});
			} finally {
				await rm(data, { recursive: true });
			}
		});
	});
});

/** Waits until a condition holds. Throws after a minute, so that nothing is asked for ever. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
	for (let left = 600; !(await isSo()); left--) {
		if (left === 0) throw new Error("it did not come within a minute");
		await new Promise((done) => setTimeout(done, 100));
	}
}
