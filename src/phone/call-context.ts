import type { Payload } from "../event/webhook.ts";
import type { Delivered } from "./dispatcher.ts";
import type { Journal } from "./journal.ts";
import type { Leg, WrittenTarget } from "./leg.ts";
import type { Rooms } from "./rooms.ts";
import type { PhoneClock } from "./time.ts";

/** The reply to a webhook that asks for an NCCO. */
export type NextNcco = readonly Payload[] | undefined;

/** An event of a leg. */
export interface LegEvent {
	readonly kind: string;
	readonly label: string;
	readonly payload: Payload;
	readonly target?: WrittenTarget | undefined;
}

/** The call as the actions of its NCCO see it. */
export interface CallContext {
	readonly clock: PhoneClock;
	readonly journal: Journal;
	readonly rooms: Rooms;
	/** Sends an event. The call goes on meanwhile. */
	tell(leg: Leg, event: LegEvent): void;
	/** Sends an event and waits for the NCCO of its answer. The fallback is asked if it fails. Undefined means: go on. */
	ask(leg: Leg, event: LegEvent): Promise<NextNcco>;
	/** Asks a URL for an NCCO, as `connect` does for its callee. Undefined if none came. */
	fetchNcco(leg: Leg, url: string, label: string): Promise<NextNcco>;
	/** Downloads audio. Undefined if the URL is elsewhere. */
	download(
		leg: Leg,
		url: unknown,
		label: string,
	): Promise<Delivered | undefined>;
	/** Reports a state of a leg in the journal and to its event URL. */
	report(leg: Leg, status: string, more?: StatusMore): Promise<NextNcco>;
	/** Makes the second leg of `connect`. */
	addLeg(facts: NewLeg): Leg;
	/** Plays an NCCO to a leg. */
	play(leg: Leg, ncco: readonly Payload[]): Promise<void>;
	/** Decides what a called person does. Resolves when somebody acted for it. */
	awaitCallee(leg: Leg): Promise<CalleeAct>;
	note(leg: Leg | undefined, text: string): void;
	/** Work that goes on beside the leg, such as a recording. It ends with the leg. */
	beside(work: Promise<void>): void;
}

export interface StatusMore {
	readonly extra?: Payload | undefined;
	readonly by?: "user" | "platform";
	/** True to wait for an NCCO in the answer. */
	readonly isAsked?: boolean;
	/** True for a status that leaves the state of the leg, such as `human`. */
	readonly isPassing?: boolean;
}

export interface NewLeg {
	readonly to: string;
	readonly from: string;
	readonly endpointType: string;
	readonly conversationUuid: string;
	readonly target: WrittenTarget | undefined;
}

/** The things that a called person, or its machine, can do. */
export const CALLEE_ACTS = [
	"answer",
	"busy",
	"reject",
	"fail",
	"unavailable",
	"noAnswer",
	"machine",
] as const;
export type CalleeAct = (typeof CALLEE_ACTS)[number];
