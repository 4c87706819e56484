import type { Site } from "../../finding/site.ts";
import type { PhoneAction } from "../action.ts";

/** A scenario: what a person does with a phone, and what the person should hear. */
export interface CallScript {
	readonly name: string | undefined;
	/** The call that it begins with. Undefined if it has only messages. */
	readonly dial: (PhoneAction & { readonly do: "dial" }) | undefined;
	readonly steps: readonly ScriptStep[];
	readonly site: Site;
}

/** One step. */
export type ScriptStep = {
	/** From 1. */
	readonly number: number;
	readonly site: Site;
	/** The key of the step that says what it does, such as `press`. Undefined if it only waits. */
	readonly verb: string | undefined;
	readonly leg: string | undefined;
	/** Milliseconds before it. Undefined lets a step wait until it is possible. */
	readonly afterMs: number | undefined;
} & (
	| { readonly type: "act"; readonly action: PhoneAction }
	| { readonly type: "hear"; readonly wanted: Wanted }
	| { readonly type: "webhook"; readonly wanted: Wanted }
	| { readonly type: "ends"; readonly by: "user" | "platform" | undefined }
	| { readonly type: "silence" }
	| { readonly type: "pause" }
);

/** Conditions as `expect` of a test has them. */
export type Wanted = Readonly<Record<string, unknown>>;
