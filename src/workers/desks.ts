import { ClientLimits } from "../gate/client-limits.ts";
import { MarkDesk } from "./mark-desk.ts";
import type { Member } from "./member.ts";
import type { FromWorker } from "./protocol.ts";

/** Decides for all workers of a router what only one process can: who handles a signed webhook, and what a client may still send. */
export class Desks {
	readonly #marks = new MarkDesk();
	readonly #limits = new ClientLimits();

	/** Takes a question of a worker, and answers it. */
	take(
		member: Member,
		message: Extract<FromWorker, { readonly type: "marks" | "limits" }>,
	): void {
		if (message.type === "marks") {
			this.#marks.take(member, message.claims, message.ends);
			return;
		}
		const answers = message.claims.map(({ id, bucket, rate, now }) => {
			return { id, waitMs: this.#limits.take(bucket, rate, now) };
		});
		member.send({ type: "limited", answers });
	}

	/** A worker has ended. */
	lose(member: Member): void {
		this.#marks.lose(member);
	}
}
