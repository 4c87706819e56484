import type { Answer } from "../runtime/request/answer.ts";
import { Repeats } from "../runtime/request/repeats.ts";
import type { Member } from "./member.ts";
import type { Claim, ClaimAnswer, ClaimEnd } from "./protocol.ts";

/**
 * Decides which worker handles a signed webhook, so that a repeated one is refused at every worker. It uses the memory of a
 * router of one process, whose work is done elsewhere: a worker claims a mark, and reports how its webhook ended.
 */
export class MarkDesk {
	readonly #repeats: Repeats;
	readonly #members = new Map<Member, Desk>();

	constructor(repeats: Repeats = new Repeats()) {
		this.#repeats = repeats;
	}

	/** Takes the claims of a worker, and the ends of earlier ones. */
	take(
		member: Member,
		claims: readonly Claim[],
		ends: readonly ClaimEnd[],
	): void {
		let desk = this.#members.get(member);
		if (desk === undefined) {
			desk = { running: new Map(), answers: [] };
			this.#members.set(member, desk);
		}
		for (const { id, answer } of ends) {
			const work = desk.running.get(id);
			desk.running.delete(id);
			if (answer === undefined) work?.reject(NOT_HANDLED);
			else work?.resolve({ ...NOTHING, ...answer });
		}
		for (const claim of claims) void this.#claim(member, desk, claim);
	}

	/** A worker has ended: others may handle what it has claimed. */
	lose(member: Member): void {
		const desk = this.#members.get(member);
		this.#members.delete(member);
		for (const { reject } of desk?.running.values() ?? []) reject(NOT_HANDLED);
	}

	async #claim(
		member: Member,
		desk: Desk,
		{ id, key, path, now, until }: Claim,
	): Promise<void> {
		let isOwn = false;
		try {
			const { reply } = await this.#repeats.answer(
				{ key, until },
				{ path, now },
				() =>
					new Promise<Answer>((resolve, reject) => {
						isOwn = true;
						// It waited for another worker's, and has ended meanwhile.
						if (this.#members.get(member) !== desk) {
							reject(NOT_HANDLED);
							return;
						}
						desk.running.set(id, { resolve, reject });
						this.#answer(member, desk, { id, reply: undefined });
					}),
			);
			if (!isOwn) this.#answer(member, desk, { id, reply });
		} catch {
			// Only the work rejects, and its caller handles that.
		}
	}

	/** Sends the answers of one turn together. */
	#answer(member: Member, desk: Desk, answer: ClaimAnswer): void {
		if (desk.answers.length === 0)
			setImmediate(() => {
				const answers = desk.answers;
				desk.answers = [];
				member.send({ type: "claimed", answers });
			});
		desk.answers.push(answer);
	}
}

// --- helpers ---

interface Desk {
	readonly running: Map<
		number,
		{ resolve(answer: Answer): void; reject(error: Error): void }
	>;
	answers: ClaimAnswer[];
}

const NOT_HANDLED = new Error("the webhook was not handled");

const NOTHING = {
	error: undefined,
	reports: [],
	route: undefined,
	event: undefined,
} as const;
