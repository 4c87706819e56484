/** The faults that can be played. Each hits the next webhook that fits, once. */
export const FAULTS = [
	"lost",
	"twice",
	"late",
	"slow",
	"down",
	"429",
	"503",
] as const;
export type FaultName = (typeof FAULTS)[number];

/** A fault on purpose. */
export interface Fault {
	readonly name: FaultName;
	/** The kind of webhook that it hits. Default: any. */
	readonly kind?: string | undefined;
	/** The label of the webhook, such as `ringing`. Default: any. */
	readonly label?: string | undefined;
	/** Milliseconds of `late` and `slow`. Default 5,000. */
	readonly ms?: number | undefined;
}

/** The words for a webhook with a fault, for people. */
export const FAULT_WORDS: Readonly<Record<FaultName, string>> = {
	lost: "is lost on the way",
	twice: "comes twice",
	late: "comes late, after later ones",
	slow: "crosses a slow network",
	down: "meets a URL that is down",
	"429": "is answered with 429 once",
	"503": "is answered with 503 once",
};

/** The faults that wait for their webhook. */
export class Faults {
	readonly #waiting: Fault[] = [];

	get waiting(): readonly Fault[] {
		return this.#waiting;
	}

	add(fault: Fault): void {
		this.#waiting.push(fault);
	}

	/** Takes the first fault that fits a webhook. */
	take(kind: string, label: string): Fault | undefined {
		const index = this.#waiting.findIndex(
			(fault) =>
				(fault.kind ?? kind) === kind && (fault.label ?? label) === label,
		);
		return index === -1 ? undefined : this.#waiting.splice(index, 1)[0];
	}
}
