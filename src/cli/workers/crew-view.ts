import { createEventStream } from "../../admin/event-stream.ts";
import { createEnsemble } from "../../observe/metrics/ensemble.ts";
import type { Metrics } from "../../observe/metrics/metrics.ts";
import { createMetricsReport } from "../../observe/metrics/report.ts";
import type { Snapshot } from "../../observe/metrics/snapshot.ts";
import type { MetricsText } from "../../observe/metrics/text.ts";
import {
	type RouteTally,
	sumTallies,
	withoutRecent,
} from "../../observe/tally.ts";
import type { Crew } from "../../workers/crew.ts";
import type { Observer } from "../admin/observer.ts";

/** The parts of a view. */
export interface CrewViewOptions {
	readonly crew: Pick<Crew, "ask">;
	/** Notes what the supervisor itself sees. */
	readonly observer: Pick<Observer, "feed">;
	/** The counters of the supervisor. */
	readonly metrics: Metrics;
	/** The names of the routes that are served. */
	readonly routes: () => ReadonlySet<string>;
}

/** All workers of a router as one, for its admin listener. */
export class CrewView {
	readonly #options: CrewViewOptions;
	readonly #report: ReturnType<typeof createMetricsReport>;
	readonly #ensemble = createEnsemble();
	/** The latest tallies of each process. */
	readonly #tallies = new Map<number | undefined, Tallies>();
	/** The sums of the processes that ended. */
	#past: Tallies = new Map();
	#isWatched = false;
	readonly stream: ReturnType<typeof createEventStream>["stream"];

	constructor(options: CrewViewOptions) {
		this.#options = options;
		this.#report = createMetricsReport(options.metrics);
		const { feed } = options.observer;
		const { stream } = createEventStream({
			watch: (watcher) => {
				const end = feed.watch(watcher);
				this.#watch(true);
				return () => {
					end();
					this.#watch(false);
				};
			},
		});
		this.stream = stream;
	}

	/** Tells workers that have just started whether somebody watches. */
	welcome(): void {
		if (this.#isWatched) this.#watch(true);
	}

	/** Keeps the counts of a process that ended, as they were told last. */
	ended(pid: number | undefined): void {
		this.#ensemble.end(pid ?? "");
		const last = this.#tallies.get(pid);
		this.#tallies.delete(pid);
		if (last !== undefined)
			this.#past = sumTallies([
				this.#past,
				new Map([...last].map(([route, one]) => [route, withoutRecent(one)])),
			]);
	}

	/** Adds up the tallies of all processes. */
	async tallies(): Promise<Tallies> {
		const answers = await this.#options.crew.ask("tallies");
		for (const { pid, value } of answers)
			this.#tallies.set(pid, value as Tallies);
		const served = this.#options.routes();
		const past = [...this.#past].filter(([route]) => served.has(route));
		return sumTallies([...this.#tallies.values(), new Map(past)]);
	}

	/** Merges the metrics of all processes. */
	async metrics(): Promise<MetricsText> {
		const ofWorkers = this.#options.crew.ask("metrics").then((answers) => {
			// At once: a process that ends from now on is taken out again.
			for (const { pid, value } of answers)
				this.#ensemble.take(pid ?? "", value as Snapshot);
		});
		this.#ensemble.take(SUPERVISOR, await this.#report.snapshot());
		await ofWorkers;
		return this.#ensemble.render();
	}

	#watch(isWatched: boolean): void {
		this.#isWatched = isWatched;
		void this.#options.crew.ask("watch", isWatched);
	}
}

// --- helpers ---

type Tallies = ReadonlyMap<string, RouteTally>;

const SUPERVISOR = "supervisor";
