import { randomUUID } from "node:crypto";
import type {
	CallContext,
	CalleeAct,
	LegEvent,
	NewLeg,
	NextNcco,
	StatusMore,
} from "./call-context.ts";
import { CallMail, type CallParts } from "./call-mail.ts";
import { Leg } from "./leg.ts";
import { accountOf, statusPayload } from "./payloads.ts";
import { Rooms } from "./rooms.ts";
import type { Place } from "./switchboard.ts";
import { CallOver } from "./time.ts";
import { walk } from "./walk.ts";

/** A call to the application. */
export interface Dialled {
	readonly from: string;
	readonly to: string;
	/** The place of the answer URL. */
	readonly answer: Place;
}

/** The calls of a session: each caller with its second leg, and the conversations in which they meet. */
export class Calls {
	readonly legs: Leg[] = [];
	readonly rooms = new Rooms();
	/** The called parties that ring, and what ends their ringing. */
	readonly ringing = new Map<Leg, (act: CalleeAct) => void>();
	readonly #parts: CallParts;
	readonly #hungUp = new Set<Leg>();
	#running = 0;

	constructor(parts: CallParts) {
		this.#parts = parts;
	}

	/** True while something of a call goes on. */
	get isBusy(): boolean {
		return this.#running > 0;
	}

	/** Calls the application. The call goes on in the background. */
	dial({ from, to, answer }: Dialled): Leg {
		const leg = new Leg(
			{
				...{ name: this.#nameOf("caller"), direction: "inbound", from, to },
				endpointType: "phone",
				conversationUuid: `CON-${randomUUID()}`,
			},
			this.#parts.journal,
			this.#parts.clock,
		);
		this.legs.push(leg);
		const { clock } = this.#parts;
		// Nobody may be there to hang up.
		const cancel = clock.setTimer(() => leg.end(), LONGEST_CALL_MS);
		leg.signal.addEventListener("abort", cancel, { once: true });
		this.#run(() => this.#call(leg, answer));
		return leg;
	}

	hangUp(leg: Leg): void {
		this.#hungUp.add(leg);
		leg.end();
	}

	async #call(leg: Leg, answer: Place): Promise<void> {
		const mail = new CallMail(this.#parts, answer, (work) => this.#run(work));
		const context = this.#contextOf(mail);
		try {
			await context.report(leg, "started");
			await context.report(leg, "ringing");
			const ncco = await mail.begin(leg);
			if (leg.isOver) throw new CallOver();
			if (ncco === undefined) {
				context.note(leg, "No NCCO came, so the platform ends the call.");
				return;
			}
			leg.answeredAt = this.#parts.clock.wallMs();
			await context.report(leg, "answered", {
				extra: { start_time: null, rate: null, network: null },
			});
			await walk(leg, ncco, context);
		} catch (error) {
			if (!(error instanceof CallOver)) throw error;
		} finally {
			leg.end();
			if (!this.#parts.signal.aborted)
				await context.report(leg, "completed", {
					by: this.#hungUp.has(leg) ? "user" : "platform",
				});
		}
	}

	#contextOf(mail: CallMail): CallContext {
		const { clock, journal } = this.#parts;
		const context: CallContext = {
			...{ clock, journal, rooms: this.rooms },
			tell: (leg, event) => mail.tell(leg, event),
			ask: (leg, event) => mail.ask(leg, event),
			fetchNcco: (leg, url, label) => mail.fetchNcco(leg, url, label),
			download: (leg, url, label) => mail.download(leg, url, label),
			report: (leg, status, more) => this.#report(leg, status, mail, more),
			addLeg: (facts) => this.#addLeg(facts),
			play: (leg, ncco) => walk(leg, ncco, context),
			awaitCallee: (leg) => this.#awaitCallee(leg),
			note: (leg, text) =>
				void journal.add({ what: "note", leg: leg?.name, text }),
			beside: (work) => this.#run(() => work),
		};
		return context;
	}

	#addLeg({ target, ...facts }: NewLeg): Leg {
		const { journal, clock } = this.#parts;
		const name = this.#nameOf("callee");
		const leg = new Leg(
			{ ...facts, name, direction: "outbound" },
			journal,
			clock,
		);
		leg.target = target;
		this.legs.push(leg);
		return leg;
	}

	#awaitCallee(leg: Leg): Promise<CalleeAct> {
		return new Promise((resolve) => {
			this.ringing.set(leg, (act) => {
				this.ringing.delete(leg);
				resolve(act);
			});
			this.#parts.journal.touch();
			leg.signal.addEventListener("abort", () => this.ringing.delete(leg), {
				once: true,
			});
		});
	}

	async #report(
		leg: Leg,
		status: string,
		mail: CallMail,
		{ extra = {}, by, isAsked, isPassing = false }: StatusMore = {},
	): Promise<NextNcco> {
		const { journal, clock } = this.#parts;
		const now = clock.wallMs();
		if (!isPassing) leg.status = status;
		journal.add({ what: "state", leg: leg.name, status, ...(by && { by }) });
		const event: LegEvent = {
			...{ kind: "voice.event", label: status },
			payload: {
				...statusPayload(leg, status, { isDetection: isPassing, now }),
				...(status === "completed" && accountOf(leg, by, now)),
				...extra,
			},
		};
		if (isAsked) return mail.ask(leg, event);
		mail.tell(leg, event);
		return undefined;
	}

	/** The first is `caller`, the second `caller-2`. */
	#nameOf(role: "caller" | "callee"): string {
		const known = this.legs.filter(({ name }) => name.startsWith(role)).length;
		return known === 0 ? role : `${role}-${known + 1}`;
	}

	#run(work: () => Promise<void>): void {
		this.#running++;
		const { journal, signal } = this.#parts;
		void work()
			.catch((error: unknown) => {
				if (error instanceof CallOver || signal.aborted) return;
				const text = `The phone failed: ${(error as Error).message}`;
				journal.add({ what: "note", leg: undefined, text });
			})
			.finally(() => {
				this.#running--;
				journal.touch();
			});
	}
}

// --- helpers ---

/** The platform ends a call after two hours. See `length_timer` of its Voice API. */
const LONGEST_CALL_MS = 7_200_000;
