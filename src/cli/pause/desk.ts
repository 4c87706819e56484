import { isRecord } from "../../event/is-record.ts";
import type { PauseTerms } from "../../inbox/port/pause.ts";
import type { InboxStore } from "../../inbox/port/store.ts";
import { countWaiting } from "../../runtime/inbox/pausable.ts";
import { type Present, readPresent } from "../../runtime/inbox/present.ts";
import { type AdminClient, findAdmin } from "../admin/client.ts";
import { controlSocketOf } from "../control.ts";
import {
	type Found,
	findInbox,
	type Known,
	type PlaceOptions,
	useInbox,
} from "../inbox/site.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";

/** The pauses of an inbox, or of a router whose inbox is in its own memory. */
export interface PauseDesk {
	list(): Promise<Present>;
	pause(routes: readonly string[], terms: PauseTerms): Promise<void>;
	/** Returns the routes that were paused. */
	resume(routes: readonly string[]): Promise<readonly string[]>;
	/** Returns how many events wait, by paused route. */
	waiting(): Promise<ReadonlyMap<string, number>>;
}

/**
 * Finds the pauses for `use`: in the inbox, or through the admin API of the router that runs and alone can reach its memory. Then
 * says which router it was. Throws CannotRun if there is neither.
 */
export async function withPauses(
	io: Io,
	options: PlaceOptions,
	use: (desk: PauseDesk, known: Known) => Promise<void>,
): Promise<void> {
	const found = await findInbox(io, options);
	const router = await findRouter(found, options);
	if (router === undefined) {
		if (found.place.type === "memory") throw new CannotRun(noRouter(options));
		await useInbox(io, options, found, (store, known) =>
			use(ofStore(store), known),
		);
		return;
	}
	await use(ofRouter(router), found);
	writeLines(io.stderr, [
		`The router at ${router.url} answered. Its inbox is in its memory.`,
	]);
}

// --- helpers ---

/** Returns the router that runs, if its inbox is in its memory: by its configuration, or for this run only. */
async function findRouter(
	{ settings }: Found,
	{ store }: PlaceOptions,
): Promise<AdminClient | undefined> {
	if (store !== undefined || settings === undefined) return undefined;
	const client = await findAdmin(controlSocketOf(settings));
	const facts = await client?.call("GET", "/router");
	const isInMemory = isRecord(facts?.body) && facts.body.inbox === "memory";
	return isInMemory ? client : undefined;
}

function noRouter({ config }: PlaceOptions): string {
	return `\`inbox.store\` of ${config} is \`memory\`, so only the router that runs knows its pauses, and none with an admin listener was found. Start the router, or name an inbox with --store.`;
}

function ofStore(store: InboxStore): PauseDesk {
	return {
		list: () => readPresent(store),
		pause: (routes, terms) => store.pause(routes, terms),
		resume: (routes) => store.resume(routes),
		async waiting() {
			const { pauses } = await readPresent(store);
			if (pauses.length === 0) return new Map();
			const stats = await store.stats();
			return new Map(
				pauses.map(({ route }) => [route, countWaiting(route, stats)]),
			);
		},
	};
}

function ofRouter(client: AdminClient): PauseDesk {
	const call = async <Body>(
		...request: Parameters<AdminClient["call"]>
	): Promise<Body> => {
		const { body, problem } = await client.call(...request);
		if (problem !== undefined)
			throw new CannotRun(`the router at ${client.url}: ${problem}`);
		// The API and its commands are of one package.
		return body as Body;
	};
	return {
		list: () => call<Present>("GET", "/pauses"),
		pause: (routes, terms) =>
			call("POST", "/pauses", { body: { routes, ...terms } }),
		async resume(routes) {
			const { resumed } = await call<{ readonly resumed: readonly string[] }>(
				"POST",
				"/pauses/resume",
				{ body: { routes } },
			);
			return resumed;
		},
		async waiting() {
			const { pauses } = await call<Counted>("GET", "/pauses", {
				query: { waiting: true },
			});
			return new Map(pauses.map(({ route, waiting = 0 }) => [route, waiting]));
		},
	};
}

interface Counted {
	readonly pauses: readonly {
		readonly route: string;
		readonly waiting?: number;
	}[];
}
