import type { Endpoint } from "./ncco-endpoint.ts";

/**
 * A Nexmo Call Control Object: the actions of a call, in order. The call ends after the last one. Options and defaults are
 * those of the platform's NCCO reference. `schemas/ncco.schema.json` has the ranges, and replies are checked against it.
 */
export type Ncco = readonly NccoAction[];

/** One action of an NCCO. `action` is its type. */
export type NccoAction =
	| TalkAction
	| StreamAction
	| InputAction
	| ConnectAction
	| ConversationAction
	| RecordAction
	| NotifyAction
	| WaitAction
	| TransferAction
	| PayAction;

/** The HTTP method of a webhook that an action causes, default POST. */
export type EventMethod = "GET" | "POST";

/** The URL for an action's webhook, as a list of one. Default: the application's event URL. */
export interface EventTarget {
	readonly eventUrl?: readonly string[] | undefined;
	readonly eventMethod?: EventMethod | undefined;
}

/** Speaks a text of at most 1500 characters, SSML tags not counted. */
export interface TalkAction extends Playback {
	readonly action: "talk";
	readonly text: string;
	/** BCP 47 tag, default en-US. */
	readonly language?: string | undefined;
	/** Which of the language's voices, default 0. */
	readonly style?: number | undefined;
	/** Default false. */
	readonly premium?: boolean | undefined;
	readonly provider?: string | undefined;
	readonly providerOptions?: Readonly<Record<string, unknown>> | undefined;
	/** @deprecated Write `language` and `style`. */
	readonly voiceName?: string | undefined;
}

/** Plays an audio file: a list of one URL of an MP3 or WAV. */
export interface StreamAction extends Playback {
	readonly action: "stream";
	readonly streamUrl: readonly string[];
}

/** Takes keys or speech. The answer to its webhook is the next NCCO. */
export interface InputAction extends EventTarget {
	readonly action: "input";
	readonly type?: readonly ("dtmf" | "speech")[] | undefined;
	readonly dtmf?: DtmfSettings | undefined;
	readonly speech?: SpeechSettings | undefined;
	/** Default synchronous. */
	readonly mode?: "synchronous" | "asynchronous" | undefined;
	/** @deprecated The flat form of 2017; write `dtmf.timeOut`. */
	readonly timeOut?: number | undefined;
	/** @deprecated The flat form of 2017; write `dtmf.maxDigits`. */
	readonly maxDigits?: number | undefined;
	/** @deprecated The flat form of 2017; write `dtmf.submitOnHash`. */
	readonly submitOnHash?: boolean | undefined;
}

/** How keys are taken. */
export interface DtmfSettings {
	/** Seconds to wait for the next key, 0 to 10, default 3. */
	readonly timeOut?: number | undefined;
	/** 1 to 20, default 4. */
	readonly maxDigits?: number | undefined;
	/** Default false. */
	readonly submitOnHash?: boolean | undefined;
}

/** How speech is taken. */
export interface SpeechSettings {
	/** A list of one leg id, default the first leg. */
	readonly uuid?: readonly string[] | undefined;
	/** Seconds of silence that end it, 0.4 to 10, default 2. */
	readonly endOnSilence?: number | undefined;
	/** BCP 47 tag, default en-US. */
	readonly language?: string | undefined;
	/** Words that are likely to be said. */
	readonly context?: readonly string[] | undefined;
	/** Seconds until someone speaks, 1 to 60, default 10. */
	readonly startTimeout?: number | undefined;
	/** Seconds from the first word, 1 to 60, default 60. */
	readonly maxDuration?: number | undefined;
	/** Default false. */
	readonly saveAudio?: boolean | undefined;
	/** Percent, 0 to 100. */
	readonly sensitivity?: number | undefined;
	readonly provider?: string | undefined;
	readonly providerOptions?: Readonly<Record<string, unknown>> | undefined;
}

/** Calls another party and joins the two calls: a list of one endpoint. */
export interface ConnectAction extends EventTarget {
	readonly action: "connect";
	readonly endpoint: readonly Endpoint[];
	/** One of your numbers, E.164 without +. */
	readonly from?: string | undefined;
	/** In place of `from`, default false. */
	readonly randomFromNumber?: boolean | undefined;
	/** The answer to a failed connection may be the next NCCO. */
	readonly eventType?: "synchronous" | undefined;
	/** Seconds of ringing, default 60. */
	readonly timeout?: number | undefined;
	/** Seconds of the joined call, at most and by default 7200. */
	readonly limit?: number | undefined;
	readonly machineDetection?: "continue" | "hangup" | undefined;
	/** Overrides `machineDetection`. */
	readonly advancedMachineDetection?: MachineDetection | undefined;
	/** The URL of the audio that the caller hears while it rings. */
	readonly ringbackTone?: string | readonly string[] | undefined;
}

/** Finer detection of answering machines. */
export interface MachineDetection {
	readonly behavior?: "continue" | "hangup" | undefined;
	readonly mode?: "default" | "detect" | "detect_beep" | undefined;
	/** Seconds, 30 to 120. */
	readonly beep_timeout?: number | undefined;
}

/** Puts the call into a named conference. */
export interface ConversationAction extends EventTarget, Hearing {
	readonly action: "conversation";
	readonly name: string;
	/** URL of an MP3. */
	readonly musicOnHoldUrl?: string | readonly string[] | undefined;
	/** Default true. */
	readonly startOnEnter?: boolean | undefined;
	/** Default false. */
	readonly endOnExit?: boolean | undefined;
	readonly record?: boolean | undefined;
	/** Needs `record`. */
	readonly transcription?: Transcription | undefined;
}

/** Records the call. */
export interface RecordAction extends EventTarget {
	readonly action: "record";
	/** Default mp3, or wav above 2 channels. */
	readonly format?: "mp3" | "wav" | "ogg" | undefined;
	readonly split?: "conversation" | undefined;
	/** 1 to 32; needs `split`. */
	readonly channels?: number | undefined;
	/** Seconds of silence that end it, 3 to 10. */
	readonly endOnSilence?: number | undefined;
	/** A digit, * or #. */
	readonly endOnKey?: string | undefined;
	/** Seconds, 3 to 7200. */
	readonly timeOut?: number | undefined;
	readonly beepStart?: boolean | undefined;
	readonly transcription?: Transcription | undefined;
}

/** Transcribes the speech. `{}` is enough. */
export interface Transcription extends EventTarget {
	/** BCP 47 tag, default en-US. */
	readonly language?: string | undefined;
	/** Default false. */
	readonly sentimentAnalysis?: boolean | undefined;
}

/** Sends a webhook of your own; its answer may be the next NCCO. */
export interface NotifyAction extends EventTarget {
	readonly action: "notify";
	readonly payload: Readonly<Record<string, unknown>>;
	readonly eventUrl: readonly string[];
}

/** Waits. */
export interface WaitAction {
	readonly action: "wait";
	/** Seconds, 0.1 to 7200, default 10. */
	readonly timeout?: number | undefined;
}

/** Moves the call's legs to another conversation. */
export interface TransferAction extends Hearing {
	readonly action: "transfer";
	/** `CON-…` */
	readonly conversationId: string;
}

/** @deprecated Takes a card payment by keys. The platform's reference no longer contains it. */
export interface PayAction extends EventTarget {
	readonly action: "pay";
	/** Above 0, in units of `currency`. */
	readonly amount: number;
	/** Default usd. */
	readonly currency?: string | undefined;
	readonly prompts?: readonly PayPrompt[] | undefined;
	readonly voice?:
		| {
				readonly language?: string | undefined;
				readonly style?: number | undefined;
		  }
		| undefined;
}

/** A text that `pay` speaks instead of one of its usual questions. */
export interface PayPrompt {
	readonly type: "CardNumber" | "ExpirationDate" | "SecurityCode";
	readonly text: string;
	readonly errors: Readonly<Record<string, { readonly text: string }>>;
}

// --- helpers ---

interface Playback {
	/** A key (or speech) ends it. An `input` must follow. Default false. */
	readonly bargeIn?: boolean | undefined;
	/** The number of repetitions, 0 for endless, default 1. */
	readonly loop?: number | undefined;
	/** Volume, -1 to 1, default 0. */
	readonly level?: number | undefined;
}

interface Hearing {
	/** Leg ids; absent means all, an empty list none. */
	readonly canSpeak?: readonly string[] | undefined;
	/** Leg ids; absent means all, an empty list none. */
	readonly canHear?: readonly string[] | undefined;
	/** Not together with `canSpeak`. */
	readonly mute?: boolean | undefined;
}
