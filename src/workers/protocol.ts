import type { Socket } from "node:net";
import type { ListenSettings } from "../config/settings.ts";
import type { Reply } from "../event/webhook.ts";
import type { Finding } from "../finding/finding.ts";
import type { Rate } from "../inbox/port/rate.ts";
import type { EventCopy } from "../observe/event-copy.ts";
import type { FeedEvent } from "../observe/feed.ts";
import type { Denied } from "../runtime/own/denied.ts";
import type { Outcome } from "../runtime/request/answer.ts";

/** The facts that a worker starts with. */
export interface WorkerStart {
	/** From 1 on. A replacement has the number of the worker that it replaces. */
	readonly number: number;
	/** The number of all workers. */
	readonly count: number;
	/** The path of the socket on which the supervisor shares its SQLite file. */
	readonly hub: string;
	/** The limit of the inbox in bytes. Undefined for none. */
	readonly maxBytes: number | undefined;
	/** The addresses of the router, as the supervisor opens them. */
	readonly places: readonly ListenSettings[];
	/** The path of the control socket. */
	readonly control: string;
	/** The port for the default public URL. Undefined until the addresses are open. */
	readonly port: number | undefined;
}

/** A claim on the mark of a signed webhook. */
export interface Claim {
	readonly id: number;
	/** Unique for the message and, where the scheme says so, its path. */
	readonly key: string;
	readonly path: string;
	/** Milliseconds since the epoch. */
	readonly now: number;
	/** Milliseconds since the epoch. */
	readonly until: number;
}

/** The end of a claimed webhook. */
export interface ClaimEnd {
	readonly id: number;
	/** Undefined if its handling threw. */
	readonly answer:
		| { readonly reply: Reply; readonly outcome: Outcome }
		| undefined;
}

/** The answer to a claim. */
export interface ClaimAnswer {
	readonly id: number;
	/** The reply of the first arrival. Undefined if the asking worker has to handle the webhook. */
	readonly reply: Reply | undefined;
}

/** A request of a client that counts against the limit of its path. */
export interface LimitClaim {
	readonly id: number;
	readonly bucket: string;
	readonly rate: Rate;
	/** Milliseconds since the epoch. */
	readonly now: number;
}

/** The answer to such a claim. */
export interface LimitAnswer {
	readonly id: number;
	/** 0 if the request may pass. */
	readonly waitMs: number;
}

/** A message of the supervisor to a worker. */
export type ToWorker =
	| { readonly type: "start"; readonly start: WorkerStart }
	/** The addresses are open. */
	| { readonly type: "opened"; readonly port: number | undefined }
	/** Carries a socket. `place` is the index of its address. */
	| { readonly type: "connection"; readonly place: number }
	/** Load the configuration beside the serving one. */
	| { readonly type: "prepare"; readonly id: number }
	/** Serve the prepared configuration. */
	| { readonly type: "commit" }
	/** Drop the prepared configuration. */
	| { readonly type: "discard" }
	| { readonly type: "claimed"; readonly answers: readonly ClaimAnswer[] }
	| { readonly type: "limited"; readonly answers: readonly LimitAnswer[] }
	| {
			readonly type: "ask";
			readonly id: number;
			readonly question: string;
			readonly value: unknown;
	  }
	/** Finish running work, then end. */
	| { readonly type: "drain" }
	/** End without waiting. */
	| { readonly type: "end" };

/** A message of a worker to the supervisor. */
export type FromWorker =
	/** Serves from now on. `inputs` identifies the files that it has read. */
	| { readonly type: "ready"; readonly inputs: string }
	/** Cannot start with this configuration. */
	| { readonly type: "refused"; readonly findings: readonly Finding[] }
	/** Cannot start. */
	| { readonly type: "failed"; readonly reason: string }
	/** So many connections have arrived. */
	| { readonly type: "took"; readonly count: number }
	| {
			readonly type: "prepared";
			readonly id: number;
			readonly inputs: string;
			/** Undefined if it is ready to be served. */
			readonly findings: readonly Finding[] | undefined;
	  }
	| {
			readonly type: "marks";
			readonly claims: readonly Claim[];
			readonly ends: readonly ClaimEnd[];
	  }
	| { readonly type: "limits"; readonly claims: readonly LimitClaim[] }
	| {
			readonly type: "answer";
			readonly id: number;
			readonly value?: unknown;
			readonly error?: string;
	  }
	| SeenByWorker
	/** So many requests were refused. The supervisor counts those of all workers. */
	| {
			readonly type: "denied";
			readonly denied: Denied;
			readonly count: number;
	  }
	/** The event loop runs. */
	| { readonly type: "beat" };

/** Something happened that a client of a stream sees. Sent only while there is one. */
export type SeenByWorker =
	| { readonly type: "seen"; readonly event: FeedEvent }
	| { readonly type: "seen"; readonly copy: EventCopy };

/** The process of one worker, as the supervisor sees it. */
export interface WorkerProcess {
	readonly pid: number | undefined;
	/** Sends a message. With a socket, the worker gets a copy of it, and this process keeps its own. Never throws. */
	send(message: ToWorker, socket?: Socket): void;
	kill(signal: NodeJS.Signals): void;
	onMessage(listener: (message: FromWorker) => void): void;
	/** Calls back once, when the process and its output have ended. */
	onExit(
		listener: (code: number | null, signal: NodeJS.Signals | null) => void,
	): void;
}

/** The supervisor, as a worker sees it. */
export interface Supervisor {
	send(message: FromWorker): void;
	onMessage(listener: (message: ToWorker, socket?: Socket) => void): void;
	/** Ends the connection, so that the process can end. */
	disconnect(): void;
}
