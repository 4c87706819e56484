import { CannotDo } from "../action.ts";
import type { JournalEntry } from "../journal.ts";
import type { Session } from "../session.ts";

/** The time of a scenario. It only moves when nothing else can happen. */
export interface ScriptTime {
	now(): number;
	/** Resolves when the session waits for nothing but time and people. */
	settle(): Promise<void>;
	/** When the next timer is due. Undefined if there is none. */
	nextAt(): number | undefined;
	/** Moves the time, timer by timer. */
	moveTo(at: number): Promise<void>;
}

/** A session whose time can pass until something has happened. */
export class Stage {
	readonly session: Session;
	readonly #time: ScriptTime;

	constructor(session: Session, time: ScriptTime) {
		this.session = session;
		this.#time = time;
	}

	/** Waits for an entry. Undefined if it cannot come any more, also because the party `leg` is gone. */
	async find<E extends JournalEntry>(
		isMeant: (entry: JournalEntry) => entry is E,
		leg: string | undefined,
	): Promise<E | undefined> {
		let found: E | undefined;
		await this.until(() => {
			found = this.entries().find(isMeant);
			return found !== undefined || (leg !== undefined && this.#isGone(leg));
		});
		return found;
	}

	/** Lets time pass until a condition holds. Returns false if it never does. */
	async until(isDone: () => boolean): Promise<boolean> {
		const end = this.#time.now() + PATIENCE_MS;
		for (;;) {
			await this.#time.settle();
			if (isDone()) return true;
			if (!this.session.view().isActive) return false;
			const next = this.#time.nextAt();
			if (next === undefined || next > end) return false;
			await this.#time.moveTo(next);
		}
	}

	settle(): Promise<void> {
		return this.#time.settle();
	}

	/** Lets milliseconds pass. */
	async pass(ms: number): Promise<void> {
		const end = this.#time.now() + ms;
		await this.#time.settle();
		await this.#time.moveTo(end);
	}

	/** Does something. Returns the reason if it is not possible. */
	attempt(action: Parameters<Session["act"]>[0]): string | undefined {
		try {
			this.session.act(action);
			return undefined;
		} catch (error) {
			if (error instanceof CannotDo) return error.message;
			throw error;
		}
	}

	entries(): readonly JournalEntry[] {
		return this.session.journal.since(0);
	}

	lastId(): number {
		return this.entries().at(-1)?.id ?? 0;
	}

	/** Describes why nothing came. */
	describe(leg = "caller"): string {
		const { legs } = this.session.view();
		const known = legs.find(({ name }) => name === leg);
		if (known === undefined) return `no ${leg}`;
		return known.isOver ? "the call is over" : "nothing more happens";
	}

	#isGone(leg: string): boolean {
		const known = this.session.view().legs.find(({ name }) => name === leg);
		return known?.isOver === true;
	}
}

// --- helpers ---

/** No person waits longer. */
const PATIENCE_MS = 3 * 3_600_000;
