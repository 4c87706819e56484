import type { Member } from "./member.ts";

/** The answer of one worker. Undefined if it did not answer in time. */
export interface RoundAnswer<Message> {
	readonly member: Member;
	readonly message: Message | undefined;
}

/** Collects one answer of each worker. Those that end meanwhile are left out. */
export class Round<Message> {
	readonly answers: Promise<readonly RoundAnswer<Message>[]>;
	readonly #got = new Map<Member, Message | undefined>();
	readonly #asked: Set<Member>;
	#resolve = (_answers: readonly RoundAnswer<Message>[]): void => {};

	constructor(asked: readonly Member[]) {
		this.#asked = new Set(asked);
		this.answers = new Promise((resolve) => {
			this.#resolve = resolve;
		});
		this.#endIfComplete();
	}

	take(member: Member, message: Message): void {
		if (!this.#asked.delete(member)) return;
		this.#got.set(member, message);
		this.#endIfComplete();
	}

	/** The worker has ended. What it has answered no longer counts. */
	lose(member: Member): void {
		this.#asked.delete(member);
		this.#got.delete(member);
		this.#endIfComplete();
	}

	/** Ends the wait for the rest. */
	end(): void {
		for (const member of this.#asked) this.#got.set(member, undefined);
		this.#asked.clear();
		this.#endIfComplete();
	}

	#endIfComplete(): void {
		if (this.#asked.size > 0) return;
		this.#resolve(
			[...this.#got].map(([member, message]) => ({ member, message })),
		);
	}
}
