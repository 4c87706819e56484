import type { Denied } from "../../runtime/own/denied.ts";
import type { Supervisor } from "../../workers/protocol.ts";

/** Tells the supervisor how many requests this worker refused: at most once a second, so that a flood costs it nothing. */
export class DeniedReport {
	readonly #supervisor: Pick<Supervisor, "send">;
	readonly #counts = new Map<string, { denied: Denied; count: number }>();
	#timer: NodeJS.Timeout | undefined;

	constructor(supervisor: Pick<Supervisor, "send">) {
		this.#supervisor = supervisor;
	}

	add(denied: Denied): void {
		const key = `${denied.code} ${denied.route}`;
		const known = this.#counts.get(key);
		if (known === undefined) this.#counts.set(key, { denied, count: 1 });
		else known.count += 1;
		this.#timer ??= setTimeout(() => this.flush(), REPORT_MS).unref();
	}

	/** Tells the counts since the last time. */
	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		for (const { denied, count } of this.#counts.values())
			this.#supervisor.send({ type: "denied", denied, count });
		this.#counts.clear();
	}
}

// --- helpers ---

const REPORT_MS = 1000;
