import { type ErrorCode, HookError } from "../../errors.ts";
import type { Notes } from "../request/gates.ts";

/** The names of the gates, in the order of their evaluation. */
export type GateName =
	| "path"
	| "firewall"
	| "limit"
	| "method"
	| "size"
	| "signature"
	| "content"
	| "kind"
	| "route"
	| "schema";

/** The verdict of one gate. */
export interface Verdict {
	readonly gate: GateName;
	/** `reported`, `quarantined`: the gate would have refused, and the route has this outcome for it. */
	readonly verdict: "passed" | "refused" | "reported" | "quarantined";
	readonly detail: string;
	/** The refusal's code and status. */
	readonly code?: ErrorCode;
	readonly status?: number;
}

/** The verdicts of all gates. */
export interface Verdicts {
	/** In the order of their evaluation. */
	readonly verdicts: readonly Verdict[];
	/** The first refusal, which decides. */
	readonly refused: Verdict | undefined;
}

/** Collects the verdicts of the gates. */
export class Gates {
	readonly #verdicts: Verdict[] = [];

	/** Runs a check that throws to refuse. */
	ask<T>(
		gate: GateName,
		check: () => T,
		describe: (value: T) => string,
	): T | undefined {
		try {
			const value = check();
			this.pass(gate, describe(value));
			return value;
		} catch (error) {
			this.refuse(gate, error);
			return undefined;
		}
	}

	/** Adds that a gate lets the request in. */
	pass(gate: GateName, detail: string): void {
		this.#verdicts.push({ gate, verdict: "passed", detail });
	}

	/** Adds a verdict for a doubt or a report that the gate let pass. Returns false if there is none. */
	noted(gate: GateName, { reports, doubts }: Notes): boolean {
		const [report] = reports;
		const [doubt] = doubts;
		if (doubt !== undefined) this.refuse(gate, doubt, "quarantined");
		else if (report !== undefined) this.refuse(gate, report, "reported");
		return doubt !== undefined || report !== undefined;
	}

	/** Adds a refusal. Any error other than a HookError is a fault, which the sender gets as INTERNAL. */
	refuse(
		gate: GateName,
		error: unknown,
		verdict: "refused" | "reported" | "quarantined" = "refused",
	): void {
		const isRefusal = error instanceof HookError;
		this.#verdicts.push({
			gate,
			verdict,
			detail: error instanceof Error ? error.message : String(error),
			code: isRefusal ? error.code : "INTERNAL",
			status: isRefusal ? error.status : 500,
		});
	}

	get result(): Verdicts {
		const refused = this.#verdicts.find(({ verdict }) => verdict === "refused");
		return { verdicts: this.#verdicts, refused };
	}
}
