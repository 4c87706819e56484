import { AdminProblem } from "../../admin/problem.ts";
import { createReadiness } from "../../admin/readiness.ts";
import type {
	AdminLog,
	AdminRouter,
	ServingFiles,
} from "../../admin/router.ts";
import type { Settings } from "../../config/settings.ts";
import type { Finding } from "../../finding/finding.ts";
import { createMemoryHistory } from "../../inbox/memory-history.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import type { PauseView } from "../../inbox/worker/pauses.ts";
import type { KindCatalog } from "../../kind/kind.ts";
import { createMetricsReport } from "../../observe/metrics/report.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { samplesOf } from "../request/sample.ts";
import { createCounts } from "./counts.ts";
import { explainWebhook } from "./explain.ts";

/** The configuration beside an inbox. */
export interface InboxConfiguration {
	readonly settings: Settings;
	/** Not set up: it serves nothing and calls no handler. */
	readonly runtime: Runtime;
	readonly findings: readonly Finding[];
	/** Returns its files, and what differs on disk. */
	readonly files: () => Promise<ServingFiles>;
}

/** The parts of an inbox that is shown without a router. */
export interface InboxRouterParts {
	/** Called for each use, because the files may be read again. */
	readonly configuration: () => InboxConfiguration;
	/** Returns undefined if there is no inbox. */
	readonly store: () => InboxStore | undefined;
	/** The present pauses of the store. */
	readonly pauses: PauseView;
	readonly log: AdminLog;
	readonly version: string;
	/** The store of events, for people. */
	readonly inbox: string;
	/** Checks the configuration on disk. */
	readonly check: () => Promise<readonly Finding[]>;
	readonly loadKinds: () => Promise<KindCatalog>;
}

/**
 * Creates the router that the admin API sees where none runs: it has the configuration and the store, and everything else is
 * `unavailable`. A router may run in another process meanwhile, and handles what is replayed here.
 */
export function createInboxRouter({
	configuration,
	store,
	pauses,
	log,
	version,
	inbox,
	check,
	loadKinds,
}: InboxRouterParts): AdminRouter {
	const empty = createMemoryHistory();
	const startedAt = Math.round(performance.timeOrigin);
	const about: AdminRouter["about"] = () => ({
		...{ mode: "inbox", version, startedAt, pid: process.pid, inbox },
		...{ addresses: [], workers: 0 },
	});
	/** Only a caller that skips the check of operations comes here. */
	const refuse = (): never => {
		throw new AdminProblem("unavailable", "No router runs in this process.");
	};
	return {
		settings: () => configuration().settings,
		runtime: () => ({ ...configuration().runtime, pauses }),
		get store() {
			return store();
		},
		get history() {
			return store() ?? empty;
		},
		// Leases end with a router, so none are given here.
		pulls: undefined,
		log,
		about,
		findings: () => configuration().findings,
		check,
		reload: async () => refuse(),
		lastReload: () => undefined,
		files: () => configuration().files(),
		drift: () => ({ state: "off" }),
		tallies: async () => new Map(),
		stream: refuse,
		copies: refuse,
		kinds: loadKinds,
		samplesOf: (kind) => samplesOf(kind, new Date()),
		// Nobody can watch, so nobody is told.
		tell: () => {},
		send: async () => refuse(),
		explain: (webhook) => {
			const { settings, runtime } = configuration();
			return explainWebhook(webhook, {
				...{ settings, runtime, store: store(), socket: "" },
				// A kind without a route has no path to be explained.
				loadKinds: async () => new Map(),
			});
		},
		get phone() {
			return refuse();
		},
		metrics: () =>
			createMetricsReport(configuration().runtime.metrics).render(),
		counts: createCounts(store),
		readiness: createReadiness({
			isServing: () => true,
			store: store(),
			full: () => undefined,
		}),
	};
}
