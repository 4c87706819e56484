import type { Encoding } from "../../event/webhook.ts";
import type { Site } from "../../finding/site.ts";
import type { TextOrList } from "../parts/authored/authored.ts";

/** A normalised test for `switchhook test`. */
export interface TestCase {
	readonly name: string;
	readonly site: Site;
	/** The start time, in milliseconds since the epoch. */
	readonly at: number;
	/** The reason why it runs alone, or `true`. Usually undefined. */
	readonly only: string | true | undefined;
	/** The reason why it is skipped. Undefined if it runs. */
	readonly skip: string | undefined;
	/** The answers for all of its steps, after those of a step. */
	readonly stubs: readonly AuthoredStub[];
	/** The file of the scenario, as written. Undefined for a test that sends webhooks. */
	readonly call: string | undefined;
	/** Empty for a call. */
	readonly steps: readonly TestStep[];
}

/** One webhook of a test, or a pause. */
export interface TestStep {
	readonly value: AuthoredStep;
	readonly site: Site;
	/** Milliseconds by which the clock moves before it. */
	readonly afterMs: number;
}

/** A value in a query or a header. */
export type Scalar = string | number | boolean;

/** A step as written. */
export interface AuthoredStep {
	readonly send?: string;
	readonly after?: string;
	readonly to?: string;
	readonly set?: Fields;
	readonly unset?: TextOrList;
	readonly payload?: Fields;
	readonly body?: string;
	readonly as?: Encoding;
	readonly method?: string;
	readonly headers?: Readonly<Record<string, Scalar>>;
	readonly query?: Readonly<Record<string, Scalar>>;
	readonly params?: Readonly<Record<string, Scalar>>;
	readonly claims?: Fields;
	readonly from?: string;
	readonly unsigned?: boolean;
	/** A scheme as in `signatures`. */
	readonly sign?: { readonly scheme: string };
	readonly fetch?: readonly AuthoredStub[];
	readonly expect?: Expectations;
}

/** A test as written: one step, or a list of them. */
export interface AuthoredCase extends Omit<AuthoredStep, "send" | "after"> {
	readonly name?: string;
	readonly send?: string | readonly AuthoredStep[];
	readonly call?: string;
	readonly at?: string;
	readonly only?: boolean | string;
	readonly skip?: string;
}

/** The expectations of a webhook, as written. Missing parts are not compared. */
export interface Expectations {
	readonly route?: string;
	readonly kind?: string;
	readonly outcome?: string;
	readonly status?: number;
	readonly code?: string;
	readonly reason?: unknown;
	readonly ncco?: unknown;
	readonly body?: unknown;
	readonly headers?: Fields;
	readonly forwarded?: unknown;
	readonly published?: unknown;
	readonly fetched?: unknown;
	readonly handedOn?: unknown;
	readonly attempts?: unknown;
	readonly log?: readonly unknown[];
	readonly state?: Readonly<Record<string, Fields>>;
	readonly not?: Expectations;
}

/** The answer to a request, as written. */
export interface AuthoredStub {
	/** A `*` stands for any text; without a query in it, any query fits. */
	readonly url: string;
	readonly method?: string;
	readonly answer?: AuthoredAnswer | readonly AuthoredAnswer[];
}

/** An answer as written, or the code of a connection that fails. */
export interface AuthoredAnswer {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, Scalar>>;
	/** A string as it is, anything else as JSON. */
	readonly body?: unknown;
	readonly error?: string;
}

export type Fields = { readonly [field: string]: unknown };
