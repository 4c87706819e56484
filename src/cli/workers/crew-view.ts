import {
	type CopyStream,
	createCopyStream,
} from "../../admin/copies/stream.ts";
import { createEventStream } from "../../admin/event-stream.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import type { CopyChoice } from "../../observe/event-copy.ts";
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
import type { ServedRoute } from "../../runtime/served-route.ts";
import type { Crew } from "../../workers/crew.ts";
import type { SeenByWorker } from "../../workers/protocol.ts";
import type { Observer } from "../admin/observer.ts";
import type { Hearing } from "./feed-switch.ts";

/** The parts of a view. */
export interface CrewViewOptions {
	readonly crew: Pick<Crew, "ask">;
	/** Notes what the supervisor itself sees. */
	readonly observer: Pick<Observer, "feed" | "copies" | "tallies">;
	/** The counters of the supervisor. */
	readonly metrics: Metrics;
	/** The inbox. Undefined if nothing is stored. */
	readonly store: InboxStore | undefined;
	/** The routes that are served. */
	readonly routes: () => readonly ServedRoute[];
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
	#isFiltered = false;
	#choices: readonly CopyChoice[] = [];
	readonly stream: ReturnType<typeof createEventStream>["stream"];
	readonly copies: CopyStream["stream"];

	constructor(options: CrewViewOptions) {
		this.#options = options;
		this.#report = createMetricsReport(options.metrics);
		const { feed, copies } = options.observer;
		const { stream } = createEventStream(
			{
				watch: (watcher, gate) => {
					const end = feed.watch(watcher, gate);
					this.#watch(true);
					return () => {
						end();
						this.#watch(false);
					};
				},
			},
			{
				onFiltered: (isFiltered) => {
					this.#isFiltered = isFiltered;
					this.#watch(this.#isWatched);
				},
			},
		);
		this.stream = stream;
		this.copies = createCopyStream({
			choose: (choices) => this.#choose(choices),
			watch: copies.watch,
			store: options.store,
			routes: options.routes,
		}).stream;
	}

	/** Tells workers that have just started whether somebody watches. */
	welcome(): void {
		if (this.#isWatched) this.#watch(true);
		if (this.#choices.length > 0) this.#choose(this.#choices);
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
		const served = new Set(this.#options.routes().map(({ name }) => name));
		const past = [...this.#past].filter(([route]) => served.has(route));
		// The supervisor itself hands events out to services that fetch them.
		const own = this.#options.observer.tallies.read();
		return sumTallies([...this.#tallies.values(), new Map(past), own]);
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

	#choose(choices: readonly CopyChoice[]): void {
		this.#choices = choices;
		void this.#options.crew.ask("copies", choices);
	}

	#watch(isWatched: boolean): void {
		this.#isWatched = isWatched;
		const wanted: Hearing = this.#isFiltered ? "all" : "some";
		void this.#options.crew.ask("watch", isWatched ? wanted : undefined);
	}
}

/** Passes on what a worker has seen. */
export function publishSeen(
	seen: SeenByWorker,
	{ feed, copies }: Pick<Observer, "feed" | "copies">,
): void {
	if ("copy" in seen) {
		copies.publish(seen.copy);
		return;
	}
	if (seen.skipped > 0) feed.skip(seen.skipped);
	feed.publish(seen.event);
}

// --- helpers ---

type Tallies = ReadonlyMap<string, RouteTally>;

const SUPERVISOR = "supervisor";
