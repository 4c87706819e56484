import { setTimeout } from "node:timers/promises";
import { Pool } from "undici";
import type { Fate, Webhook, Writer } from "./webhooks.ts";

/** Plays the platform: sends the webhooks of a day to several routers, and sends again what they refuse. */
export interface Platform {
	/** What must become of each acknowledged webhook, by its number. */
	readonly fates: readonly (Fate | undefined)[];
	/** The paths of the acknowledged ones, by their numbers. */
	readonly paths: readonly (string | undefined)[];
	readonly counts: SentCounts;
	/**
	 * Sends so many webhooks, and a few more to end what was begun. Resolves when each is acknowledged, and rejects at an answer
	 * other than 200, 429 and 503.
	 */
	send(part: DayPart): Promise<void>;
	/** Resolves at the moment at which so many more are acknowledged. */
	untilMore(more: number): Promise<void>;
	/** Sends no more, also what was begun. */
	close(): Promise<void>;
}

/** A part of the day. */
export interface DayPart {
	readonly webhooks: number;
	/** How many order keys are sent at once: the more, the higher the peak. */
	readonly lanes: number;
	/** The application that gets half of them. */
	readonly favored?: number;
}

export interface SentCounts {
	/** Different webhooks that were acknowledged. */
	readonly sent: number;
	/** Acknowledged again, sent once more on purpose. */
	readonly duplicates: number;
	/** Answers 503, as when the database is away. */
	readonly refused: number;
	/** Answers 429. */
	readonly limited: number;
	/** Connections that broke before an answer. */
	readonly unanswered: number;
}

/** @param urls the routers, which get the webhooks in turn */
export function createPlatform(
	writer: Writer,
	urls: readonly string[],
): Platform {
	const pools = urls.map((url) => new Pool(url, { connections: 64 }));
	const fates: (Fate | undefined)[] = [];
	const paths: (string | undefined)[] = [];
	const counts = {
		...{ sent: 0, duplicates: 0 },
		...{ refused: 0, limited: 0, unanswered: 0 },
	};
	let waiting: { readonly at: number; readonly reached: () => void }[] = [];
	let turn = 0;
	let isOver = false;

	/** Returns the status and the answer, or undefined if the connection broke: whether it was kept is not known. */
	const post = async ({ path, body }: Webhook) => {
		turn += 1;
		try {
			const answer = await (pools[turn % pools.length] as Pool).request({
				...{ method: "POST", path, body },
				headers: { "content-type": "application/x-www-form-urlencoded" },
			});
			return [answer.statusCode, await answer.body.text()] as const;
		} catch {
			return undefined;
		}
	};
	/** Returns true if a webhook was acknowledged. */
	const tell = async (webhook: Webhook): Promise<boolean> => {
		const [status, text] = (await post(webhook)) ?? [];
		if (status === 503) counts.refused += 1;
		else if (status === 429) counts.limited += 1;
		else if (status === undefined) counts.unanswered += 1;
		else if (status !== 200)
			throw new Error(`${webhook.path} answered ${status}: ${text}`);
		return status === 200;
	};
	const deliver = async (webhook: Webhook): Promise<void> => {
		while (!isOver && !(await tell(webhook))) await setTimeout(PAUSE_MS);
	};
	const sendOne = async (webhook: Webhook): Promise<void> => {
		await deliver(webhook);
		fates[webhook.number] = webhook.fate;
		paths[webhook.number] = webhook.path;
		counts.sent += 1;
		const reached = waiting.filter(({ at }) => at <= counts.sent);
		if (reached.length === 0) return;
		waiting = waiting.filter(({ at }) => at > counts.sent);
		for (const one of reached) one.reached();
	};
	return {
		...{ fates, paths, counts },
		async send({ webhooks, lanes, favored }) {
			const end = writer.count + webhooks;
			const run = async () => {
				while (!isOver && writer.count < end) {
					const conversation = writer.next(favored);
					for (const webhook of conversation) await sendOne(webhook);
					for (const webhook of conversation) {
						if (!webhook.isRepeated) continue;
						await deliver(webhook);
						counts.duplicates += 1;
					}
				}
			};
			await Promise.all(Array.from({ length: lanes }, run));
		},
		untilMore: (more) =>
			new Promise((reached) => {
				waiting.push({ at: counts.sent + more, reached });
			}),
		async close() {
			isOver = true;
			await Promise.all(pools.map((pool) => pool.destroy()));
		},
	};
}

// --- helpers ---

/** The platform waits before it sends again: seconds of a day in which an hour takes a second. */
const PAUSE_MS = 20;
