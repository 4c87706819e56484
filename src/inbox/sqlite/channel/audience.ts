import type { FillReport } from "../tally.ts";
import type { News } from "../thread/wire.ts";

/** One listener to the news of a file: the router's own process, or one of its workers. */
export interface Listener {
	/** Gets news that no answer carried. */
	tell(news: News): void;
	/** False while it has not read what was sent before. Its news are collected meanwhile. */
	isReading(): boolean;
	/** Evicted deliveries are logged once, so only one listener gets them. */
	readonly logsEvictions: boolean;
	/** Milliseconds that news of the fill level may wait for an answer that carries them. */
	readonly patienceMs: number;
}

/**
 * Passes the news of a file to several listeners. The core reports each change once, and each listener must get all of them: with
 * its next answer, or soon on their own if they announce work.
 */
export class Audience {
	readonly #members = new Map<Listener, Pending>();
	#isNear = false;

	/** Adds a listener, which has been told everything up to now. */
	join(listener: Listener): void {
		this.#members.set(listener, nothing());
	}

	leave(listener: Listener): void {
		clearTimeout(this.#members.get(listener)?.timer);
		this.#members.delete(listener);
	}

	/** Keeps the news for all listeners. Returns those that one of them gets with its answer now. */
	share(news: News, answered: Listener | undefined): News {
		for (const [listener, pending] of this.#members) {
			collect(pending, news, listener.logsEvictions);
			if (listener !== answered) this.#schedule(listener, pending);
		}
		const pending = answered && this.#members.get(answered);
		if (pending === undefined) return { fill: [] };
		// Each commit is counted once: by the process whose request was answered first.
		const { commit } = news;
		return { ...take(pending), ...(commit !== undefined && { commit }) };
	}

	#schedule(listener: Listener, pending: Pending): void {
		if (!isUrgent(pending)) {
			pending.timer ??= setTimeout(
				() => this.#tell(listener, pending),
				listener.patienceMs,
			).unref();
			return;
		}
		if (this.#isNear) return;
		this.#isNear = true;
		// All requests of this turn announce their work together.
		setImmediate(() => {
			this.#isNear = false;
			for (const [each, its] of this.#members)
				if (isUrgent(its)) this.#tell(each, its);
		});
	}

	#tell(listener: Listener, pending: Pending): void {
		clearTimeout(pending.timer);
		pending.timer = undefined;
		if (!pending.isFresh || !this.#members.has(listener)) return;
		if (listener.isReading()) listener.tell(take(pending));
		else
			pending.timer = setTimeout(
				() => this.#tell(listener, pending),
				listener.patienceMs,
			).unref();
	}
}

// --- helpers ---

/** The news that a listener has not got yet. */
interface Pending {
	isFresh: boolean;
	sums: FillReport;
	readonly fill: Map<string, readonly [count: number, bytes: number]>;
	readonly routes: Set<string>;
	evicted: NonNullable<News["evicted"]>;
	pauses: boolean;
	timer: NodeJS.Timeout | undefined;
}

function nothing(): Pending {
	return {
		isFresh: false,
		sums: [],
		fill: new Map(),
		routes: new Set(),
		evicted: [],
		pauses: false,
		timer: undefined,
	};
}

/** Returns true for news that somebody acts on. The fill level alone can wait. */
function isUrgent({ routes, evicted, pauses }: Pending): boolean {
	return routes.size > 0 || evicted.length > 0 || pauses;
}

/** The sums at the start of a report. The routes follow, three values each. */
const SUMS = 4;

function collect(
	pending: Pending,
	{ fill, routes = [], evicted = [], pauses = false }: News,
	logsEvictions: boolean,
): void {
	pending.isFresh = true;
	if (fill.length > 0) pending.sums = fill.slice(0, SUMS);
	for (let at = SUMS; at < fill.length; at += 3)
		pending.fill.set(fill[at] as string, [
			fill[at + 1] as number,
			fill[at + 2] as number,
		]);
	for (const route of routes) pending.routes.add(route);
	pending.pauses ||= pauses;
	if (logsEvictions && evicted.length > 0)
		pending.evicted = [...pending.evicted, ...evicted];
}

/** Returns the pending news, and forgets them. */
function take(pending: Pending): News {
	clearTimeout(pending.timer);
	pending.timer = undefined;
	const { sums, fill, routes, evicted, pauses } = pending;
	const report = [...sums];
	for (const [route, amounts] of fill) report.push(route, ...amounts);
	const news: News = {
		fill: report,
		...(routes.size > 0 && { routes: [...routes] }),
		...(evicted.length > 0 && { evicted }),
		...(pauses && { pauses }),
	};
	pending.isFresh = false;
	fill.clear();
	routes.clear();
	pending.evicted = [];
	pending.pauses = false;
	return news;
}
