import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../answer.ts";
import type { Probe } from "../probe.ts";
import type { Account } from "../state/state.ts";

/** Ways of the platform that its descriptions leave open, so that a client has to bear both. */
export interface Quirks {
	/** The fields of a number that an update leaves out: cleared, or kept; default `clear`. */
	readonly numberLeftOut: "clear" | "keep";
	/** The parts of an application that an update leaves out: removed, or kept; default `clear`. */
	readonly applicationLeftOut: "clear" | "keep";
	/** The HTTP status that comes with an `error-code` of 420; default 420. With 200 only the body tells. */
	readonly failureStatus: 200 | 420;
	/** True where an account without numbers, or a page behind the last, is `{}`; default true. */
	readonly isEmptyListBare: boolean;
}

export const DEFAULT_QUIRKS: Quirks = {
	numberLeftOut: "clear",
	applicationLeftOut: "clear",
	failureStatus: 420,
	isEmptyListBare: true,
};

/** A request whose credentials are good. */
export interface Call {
	readonly account: Account;
	readonly query: URLSearchParams;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
	/** The fields of a form; empty for another body. */
	readonly form: Readonly<Record<string, string>>;
	/** The part of the path that the endpoint names. */
	readonly id: string;
	readonly probe: Probe;
	readonly quirks: Quirks;
}

/** A path of the platform. */
export interface Endpoint {
	/** The path; the group is the id. */
	readonly path: RegExp;
	/** How a refusal of the credentials looks. */
	readonly style: "problem" | "code";
	readonly methods: Readonly<
		Record<string, (call: Call) => Answer | Promise<Answer>>
	>;
	/** True for a call that changes something, or would. */
	isWrite(method: string, form: Readonly<Record<string, string>>): boolean;
}
