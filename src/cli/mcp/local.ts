import { OPERATIONS } from "../../admin/api/index.ts";
import { createDirectCaller, type DirectCaller } from "../../admin/direct.ts";
import type { AdminScope } from "../../admin/operation.ts";
import type { AdminRouter } from "../../admin/router.ts";
import { once } from "../../memo.ts";
import { createLog } from "../../observe/log.ts";
import { type AdminClient, toSearch } from "../admin/client.ts";
import {
	createInboxRouter,
	type InboxConfiguration,
} from "../admin/inbox-router.ts";
import { checkToLook, loadToLook } from "../admin/look.ts";
import { type PausePoll, pollPauses } from "../admin/pause-poll.ts";
import {
	type OpenInbox,
	openInboxOf,
	type PlaceOptions,
} from "../inbox/site.ts";
import { CannotRun, type Io } from "../io.ts";
import { loadCatalog } from "../load.ts";
import { readVersion } from "../package.ts";
import { toSentence } from "../sentence.ts";
import { compare, createReading, type Reading } from "../watch/reading.ts";

/**
 * Answers calls from the configuration and the inbox, without a router. The configuration is read again when a file of it has changed, and the
 * inbox stays open, because jobs go on after their call.
 */
export class LocalTarget {
	readonly #io: Io;
	readonly #options: PlaceOptions;
	readonly #scopes: readonly AdminScope[];
	#loaded: Loaded | undefined;
	#inbox: OpenInbox | undefined;
	#pauses: PausePoll | undefined;
	/** Why the inbox is not open. */
	#problem: string | undefined;
	readonly #caller: () => Promise<DirectCaller>;

	constructor(io: Io, options: PlaceOptions, scopes: readonly AdminScope[]) {
		// Tools answer with structured content. The texts of commands would mix with the protocol.
		this.#io = { ...io, stdout: io.stderr };
		this.#options = options;
		this.#scopes = scopes;
		this.#caller = once(() => this.#createCaller());
	}

	readonly call: AdminClient["call"] = async (
		method,
		path,
		{ query, body, signal } = {},
	) => {
		await this.#refresh();
		const caller = await this.#caller();
		const answer = await caller(method, path, {
			query: toSearch(query),
			body,
			signal,
		});
		const isForInbox = answer.status === 503 || answer.status === 409;
		return isForInbox && this.#problem !== undefined
			? { ...answer, problem: this.#problem }
			: answer;
	};

	async close(): Promise<void> {
		this.#pauses?.stop();
		await this.#inbox?.close();
		await this.#loaded?.configuration.runtime.close();
	}

	async #createCaller(): Promise<DirectCaller> {
		const router: AdminRouter = createInboxRouter({
			configuration: () => (this.#loaded as Loaded).configuration,
			store: () => this.#inbox?.store,
			pauses: {
				list: () => this.#pauses?.list() ?? [],
				restMs: () => 0,
				pausedMs: () => 0,
			},
			log: createLog({
				pretty: false,
				level: "warn",
				destination: { write: (line) => void this.#io.stderr.write(line) },
			}).of("admin"),
			version: await readVersion(),
			inbox: "local",
			check: () => checkToLook(this.#io, this.#options),
			loadKinds: () => loadCatalog(this.#io, this.#options.config),
		});
		const access = {
			actor: `${this.#io.env.USER ?? "local"} (mcp)`,
			scopes: new Set(this.#scopes),
		};
		return createDirectCaller({ operations: OPERATIONS, router, access });
	}

	/** Reads what has changed, and opens the inbox if it is not open. */
	async #refresh(): Promise<void> {
		if (
			this.#loaded === undefined ||
			(await hasChanged(this.#loaded.reading))
		) {
			const reading = createReading();
			const configuration = await loadToLook(this.#io, this.#options, reading);
			await this.#loaded?.configuration.runtime.close();
			this.#loaded = { configuration, reading };
		}
		if (this.#inbox !== undefined) {
			await this.#pauses?.refresh();
			return;
		}
		try {
			this.#inbox = await openInboxOf(this.#io, this.#options);
			this.#pauses = await pollPauses(this.#inbox.store);
			this.#problem = undefined;
		} catch (error) {
			if (!(error instanceof CannotRun)) throw error;
			this.#problem = toSentence(error.message);
		}
	}
}

// --- helpers ---

interface Loaded {
	readonly configuration: InboxConfiguration;
	readonly reading: Reading;
}

async function hasChanged(reading: Reading): Promise<boolean> {
	return (await compare(await reading.settle())).length > 0;
}
