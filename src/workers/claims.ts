import type { Claimed, Claims } from "../runtime/request/shared-repeats.ts";
import type { Claim, ClaimAnswer, ClaimEnd, Supervisor } from "./protocol.ts";

/** Claims marks at the supervisor. All claims of one turn of the event loop go in one message. */
export class SupervisorClaims implements Claims {
	readonly #supervisor: Pick<Supervisor, "send">;
	readonly #waiting = new Map<number, (claimed: Claimed) => void>();
	#claims: Claim[] = [];
	#ends: ClaimEnd[] = [];
	#lastId = 0;
	#isNear = false;

	constructor(supervisor: Pick<Supervisor, "send">) {
		this.#supervisor = supervisor;
	}

	claim(claim: Omit<Claim, "id">): Promise<Claimed> {
		const id = ++this.#lastId;
		this.#claims.push({ ...claim, id });
		this.#sendSoon();
		return new Promise((resolve) => {
			this.#waiting.set(id, resolve);
		});
	}

	/** Takes the supervisor's answers. */
	take(answers: readonly ClaimAnswer[]): void {
		for (const { id, reply } of answers) {
			const resolve = this.#waiting.get(id);
			this.#waiting.delete(id);
			resolve?.(
				reply === undefined
					? { reply, end: (answer) => this.#end({ id, answer }) }
					: { reply },
			);
		}
	}

	#end(end: ClaimEnd): void {
		this.#ends.push(end);
		this.#sendSoon();
	}

	#sendSoon(): void {
		if (this.#isNear) return;
		this.#isNear = true;
		setImmediate(() => {
			this.#isNear = false;
			const [claims, ends] = [this.#claims, this.#ends];
			this.#claims = [];
			this.#ends = [];
			this.#supervisor.send({ type: "marks", claims, ends });
		});
	}
}
