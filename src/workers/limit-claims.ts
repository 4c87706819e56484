import type { LimitMemory } from "../gate/client-limits.ts";
import type { Rate } from "../inbox/port/rate.ts";
import type { LimitAnswer, LimitClaim, Supervisor } from "./protocol.ts";

/** Asks the supervisor for tokens, so that all workers of a router count together. The requests of one turn go in one message. */
export class SupervisorLimits implements LimitMemory {
	readonly #supervisor: Pick<Supervisor, "send">;
	readonly #waiting = new Map<number, (waitMs: number) => void>();
	#claims: LimitClaim[] = [];
	#lastId = 0;

	constructor(supervisor: Pick<Supervisor, "send">) {
		this.#supervisor = supervisor;
	}

	take(bucket: string, rate: Rate, now: number): Promise<number> {
		const id = ++this.#lastId;
		if (this.#claims.length === 0)
			setImmediate(() => {
				const claims = this.#claims;
				this.#claims = [];
				this.#supervisor.send({ type: "limits", claims });
			});
		this.#claims.push({ id, bucket, rate, now });
		return new Promise((resolve) => {
			this.#waiting.set(id, resolve);
		});
	}

	/** Takes the supervisor's answers. */
	hear(answers: readonly LimitAnswer[]): void {
		for (const { id, waitMs } of answers) {
			const resolve = this.#waiting.get(id);
			this.#waiting.delete(id);
			resolve?.(waitMs);
		}
	}
}
