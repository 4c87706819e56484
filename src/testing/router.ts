import { join, resolve } from "node:path";
import type { AuthoredStep, AuthoredStub } from "../config/tests/case.ts";
import { DEFAULT_START } from "../config/tests/check.ts";
import { formatFinding, hasErrors } from "../finding/finding.ts";
import { parseDuration } from "../finding/units.ts";
import type { DeliveryRow, DeliveryState } from "../inbox/port/delivery.ts";
import { revealPrivate } from "../observe/private-text.ts";
import {
	type HandedOnView,
	type OutgoingView,
	parseBody,
	type Sent,
	toHandedOn,
	toSent,
	toView,
} from "./observed.ts";
import { prepare } from "./prepare.ts";
import { toRequest } from "./request.ts";
import { type LogLine, type RunningRouter, startRouter } from "./running.ts";
import type { OutgoingRequest } from "./world/outgoing.ts";

/** The configuration of a router under test, and its surroundings. */
export interface TestRouterOptions {
	/** The path of routes.yaml (default `./routes.yaml`), its text in several lines, or its content as an object. */
	readonly config?: string | object;
	/** The folder that paths in a text or an object start from, default the working folder. */
	readonly folder?: string;
	/** The variables for `${NAME}`, default `process.env`. */
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Where the clock stands at first, default 2026-01-01T12:00:00Z. */
	readonly clock?: Date | number | string;
	/** Answers to the requests of plugins and of `forward`, as in `fetch` of a test. */
	readonly fetch?: readonly TestStub[];
}

/** The answer to requests: one for all of them, or a list of which each request takes the next. */
export type TestStub = AuthoredStub;

/** A webhook to be sent, by the keys of a test: `set`, `payload`, `headers`, `from`, `unsigned` and so on. */
export type TestWebhook = Omit<AuthoredStep, "after" | "fetch" | "expect">;

/** The answer of a router, and the outcome of the webhook so far. */
export interface TestAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	/** The body as text. */
	readonly text: string;
	/** The body as its content type says: JSON as a value, anything else as text. */
	readonly body: unknown;
	/** In the log's words, such as `received` or `handled`. */
	readonly outcome: string;
	/** The code of the error; undefined where all went well. */
	readonly code: string | undefined;
	readonly reason: string | undefined;
	readonly route: string | undefined;
	readonly kind: string | undefined;
	/** The event's id; undefined where none was made. */
	readonly id: string | undefined;
}

/** A webhook in the inbox. */
export interface TestDelivery {
	readonly id: string;
	readonly route: string;
	readonly kind: string;
	readonly state: DeliveryState;
	/** Tries begun so far. */
	readonly attempts: number;
	/** The last failure; undefined where there is none. */
	readonly reason: string | undefined;
}

/** A router in this process. It listens nowhere and connects to nothing; its inbox is in memory, and its clock stands still. */
export interface TestRouter {
	/**
	 * Sends a realistic webhook of a kind, or to a route or a path, and returns the answer. The inbox continues its work
	 * afterwards: `settle` waits for it.
	 */
	send(
		target: string,
		webhook?: Omit<TestWebhook, "send">,
	): Promise<TestAnswer>;
	send(webhook: TestWebhook & { readonly send: string }): Promise<TestAnswer>;
	/** Resolves when no handler is running and nothing is due. */
	settle(): Promise<void>;
	/** Moves the clock, by milliseconds or a duration such as `5m`, and runs what becomes due on the way. */
	advance(by: number | string): Promise<void>;
	/** Milliseconds since the epoch, by its clock. */
	now(): number;
	/** The webhooks in the inbox, the oldest first. */
	deliveries(): Promise<readonly TestDelivery[]>;
	/** Returns the stored value of a plugin's key. Undefined if there is none. */
	state(plugin: string, key: string): Promise<unknown>;
	/** Replaces the stubs. */
	stub(fetch: readonly TestStub[]): void;
	/** The requests of `forward` so far. */
	forwarded(): readonly OutgoingView[];
	/** The messages of `publish` so far. */
	published(): readonly OutgoingView[];
	/** The requests of plugins so far. */
	fetched(): readonly OutgoingView[];
	/** The events that plugins handed on so far. */
	handedOn(): readonly HandedOnView[];
	/** The log so far: each line as its JSON form has it, nothing masked. */
	readonly log: readonly LogLine[];
	/** Tears the plugins down and ends the router. */
	close(): Promise<void>;
}

/**
 * Starts a router for a test of your own: the configuration with its plugins, in this process. Rejects with the findings where the
 * configuration has errors.
 *
 * @example
 * const router = await createTestRouter({ config: "./routes.yaml" });
 * const answer = await router.send("voice.answer", { set: { from: "447700900001" } });
 * await router.close();
 */
export async function createTestRouter(
	options: TestRouterOptions = {},
): Promise<TestRouter> {
	const { env = process.env, clock = DEFAULT_START, fetch = [] } = options;
	const prepared = await prepare({ ...sourceOf(options), env });
	if (hasErrors(prepared.findings))
		throw new Error(prepared.findings.map(formatFinding).join("\n"));
	const router = await startRouter(prepared, { at: new Date(clock).getTime() });
	const { outgoing } = router.world;
	outgoing.stub(fetch);
	const requestsOf = (who: OutgoingRequest["by"]): readonly OutgoingView[] =>
		outgoing.requests.filter(({ by }) => by === who).map(toView);
	return {
		async send(first: string | TestWebhook, second: TestWebhook = {}) {
			const webhook = typeof first === "string" ? second : first;
			const target = typeof first === "string" ? first : (first.send ?? "");
			const request = router.run(() =>
				toRequest(target, webhook, prepared, router.runtime),
			);
			const visit = await router.send(request, webhook.from);
			return toTestAnswer(
				await toSent(request, webhook.from, visit, router.trace),
			);
		},
		settle: () => router.settle(),
		advance: async (by) => router.advance(toMilliseconds(by)),
		now: () => router.world.clock.wallMs(),
		deliveries: async () => (await router.deliveries()).map(toTestDelivery),
		state: (plugin, key) => router.run(() => router.state(plugin, key)),
		stub: (stubs) => outgoing.stub(stubs),
		forwarded: () => requestsOf("forward"),
		published: () => requestsOf("publish"),
		fetched: () => requestsOf("plugin"),
		handedOn: () => toHandedOn(router.handled),
		log: router.lines,
		close: onceOnly(router),
	};
}

// --- helpers ---

function sourceOf({
	config = "./routes.yaml",
	folder = process.cwd(),
}: TestRouterOptions) {
	const isText = typeof config === "object" || config.includes("\n");
	if (!isText) return { configFile: resolve(folder, config) };
	const text = typeof config === "object" ? JSON.stringify(config) : config;
	return { configFile: join(resolve(folder), "routes.yaml"), text };
}

function toTestAnswer({ status, headers, body, ...sent }: Sent): TestAnswer {
	const { outcome, code, reason, route, kind, event } = sent;
	return {
		status,
		headers,
		text: body,
		body: parseBody(body, headers),
		outcome,
		code,
		reason,
		route,
		kind,
		id: event,
	};
}

function toTestDelivery({
	id,
	route,
	kind,
	state,
	attempts,
	reason,
}: DeliveryRow): TestDelivery {
	const why = reason && revealPrivate(reason);
	return { id, route, kind, state, attempts, reason: why };
}

function toMilliseconds(by: number | string): number {
	const ms = typeof by === "number" ? by : parseDuration(by);
	if (ms !== undefined && ms >= 0) return ms;
	throw new TypeError(
		`advance: expected milliseconds, or a duration such as "30s" or "5m"`,
	);
}

/** A second call, as in a hook that runs after a failed test, is none. */
function onceOnly(router: RunningRouter): () => Promise<void> {
	let closing: Promise<void> | undefined;
	return () => {
		closing ??= router.close();
		return closing;
	};
}
