import type { Level, Mode } from "../../event/webhook.ts";
import { LATENCY_SECONDS } from "./definitions.ts";
import { Distribution } from "./distribution.ts";

/** The outcomes of a webhook in the log's words. */
export const WEBHOOK_OUTCOMES = [
	"handled",
	"received",
	"duplicate",
	"probe",
	"reported",
	"quarantined",
	"denied",
	"refused",
	"unsigned",
	"invalid",
	"unknown",
	"failed",
	"fallback",
] as const;
export type WebhookOutcome = (typeof WEBHOOK_OUTCOMES)[number];

/** The outcomes of an attempt. */
export const ATTEMPT_OUTCOMES = [
	"delivered",
	"waiting",
	"dead",
	"returned",
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** The labels of a route, and its mode. */
export interface MeteredRoute {
	readonly name: string;
	readonly kind: string;
	/** Undefined for a route without one, and for requests whose route is not known. */
	readonly level: Level | undefined;
	/** Undefined for requests whose route is not known. */
	readonly mode: Mode | undefined;
}

/** The counters of one route. They are found at load, so that a request only adds to plain numbers. */
export class RouteMeters {
	readonly route: MeteredRoute;
	/** By outcome. All exist from the start, so that the object keeps its shape. */
	readonly webhooks: Readonly<Record<WebhookOutcome, number>> = {
		...NO_WEBHOOKS,
	};
	readonly attempts: Readonly<Record<AttemptOutcome, number>> = {
		...NO_ATTEMPTS,
	};
	/** In seconds, as the others. */
	readonly answers = new Distribution(LATENCY_SECONDS);
	readonly handlers = new Distribution(LATENCY_SECONDS);

	constructor(route: MeteredRoute) {
		this.route = route;
	}

	/** Counts an answered webhook. */
	answered(outcome: WebhookOutcome, durationMs: number): void {
		(this.webhooks as Record<WebhookOutcome, number>)[outcome] += 1;
		this.answers.add(durationMs / 1000);
	}

	/** Counts a run of the handler within a request. */
	handled(durationMs: number): void {
		this.handlers.add(durationMs / 1000);
	}

	/** Counts an attempt. An attempt that was returned did not run the handler to its end. */
	attempted(outcome: AttemptOutcome, durationMs: number): void {
		(this.attempts as Record<AttemptOutcome, number>)[outcome] += 1;
		if (outcome !== "returned") this.handlers.add(durationMs / 1000);
	}
}

// --- helpers ---

/** Copied for each route: a configuration of thousands of routes builds no list of names for each. */
const NO_WEBHOOKS = zeros(WEBHOOK_OUTCOMES);
const NO_ATTEMPTS = zeros(ATTEMPT_OUTCOMES);

function zeros<Name extends string>(
	names: readonly Name[],
): Record<Name, number> {
	return Object.fromEntries(names.map((name) => [name, 0])) as Record<
		Name,
		number
	>;
}
