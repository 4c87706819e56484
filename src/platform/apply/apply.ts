import type { Client } from "../client.ts";
import type { ObjectPlan, Plan } from "../plan/plan.ts";
import type { OpenRun } from "./journal.ts";
import { writeObject } from "./write.ts";

/** The parts that applying needs besides the plan. */
export interface ApplyGround {
	/** By the name of the account. */
	readonly clients: ReadonlyMap<string, Client>;
	readonly run: OpenRun;
	/** Called for each object after it is written. */
	readonly onWritten?: (count: number) => void;
}

/**
 * Writes each object of a plan once, in its order, and nothing else. Stops at the first failure and throws it. The journal then
 * lists the written objects.
 *
 * @returns the number of written objects, without those that were already right
 */
export async function applyPlan(
	{ accounts }: Pick<Plan, "accounts">,
	{ clients, run, onWritten }: ApplyGround,
): Promise<number> {
	let count = 0;
	for (const { account, objects } of accounts) {
		const client = clients.get(account);
		if (client === undefined) continue;
		for (const object of objects) {
			if (await writeObject(object, { client, account, run })) count += 1;
			onWritten?.(count);
		}
	}
	await run.end();
	return count;
}

/** Lists the URLs that the platform calls before it saves them: those of an account and of numbers. */
export function probedUrls({ accounts }: Pick<Plan, "accounts">): string[] {
	const urls = accounts
		.flatMap(({ objects }) => objects)
		.filter(({ target }) => target.type !== "application")
		.flatMap(urlsOf);
	return [...new Set(urls)];
}

// --- helpers ---

const PROBED: ReadonlySet<string> = new Set([
	"moCallBackUrl",
	"drCallBackUrl",
	"moHttpUrl",
]);

function urlsOf({ changes }: ObjectPlan): string[] {
	return changes.flatMap(({ setting, to }) =>
		PROBED.has(setting) && typeof to === "string" ? [to] : [],
	);
}
