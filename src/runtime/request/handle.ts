import { HookError } from "../../errors.ts";
import type { HookEvent, Mode, Reply } from "../../event/webhook.ts";
import { Countdown } from "../../handler/countdown.ts";
import type { Handler } from "../../handler/handler.ts";
import type { Surroundings } from "../services.ts";
import { type Answer, EMPTY_OK, refusal } from "./answer.ts";
import type { Resolved } from "./resolve.ts";
import { endHandle, startHandle } from "./spans.ts";

/**
 * Runs the route's handler within its timeout. An invalid event never reaches it. An invalid event, a thrown error and a
 * timeout are answered with the fallback. Without a fallback the answer is the error's status, which is 503 on a reply route,
 * so that the platform retries.
 */
export async function handle(
	{ route, event, invalid }: Resolved,
	reports: readonly HookError[],
	surroundings: HandlingGround,
): Promise<Answer> {
	let failure: unknown = invalid;
	if (invalid === undefined) {
		const { tracing } = surroundings;
		const stage = tracing && startHandle(tracing, event);
		const began = performance.now();
		try {
			const reply = await (stage === undefined
				? run(route.handler, event, route.timeoutMs, surroundings)
				: stage.run(() => {
						const traced = { ...event, trace: stage.trace };
						return run(route.handler, traced, route.timeoutMs, surroundings);
					}));
			route.meters.handled(performance.now() - began);
			if (stage !== undefined) endHandle(stage);
			const sent = route.mode === "accept" ? EMPTY_OK : (reply ?? EMPTY_OK);
			return {
				reply: sent,
				outcome: "handled",
				error: undefined,
				reports,
				route,
				event,
			};
		} catch (error) {
			route.meters.handled(performance.now() - began);
			if (stage !== undefined) endHandle(stage, error);
			failure = error;
		}
	}
	if (route.fallback !== undefined) {
		try {
			const reply = await run(
				route.fallback,
				event,
				route.timeoutMs,
				surroundings,
			);
			return {
				reply: reply ?? EMPTY_OK,
				outcome: "fallback",
				error: toHookError(failure, route.mode),
				reports,
				route,
				event,
			};
		} catch (error) {
			failure = new AggregateError(
				[failure, error],
				"the handler failed, and so did the fallback",
			);
		}
	}
	return refusal(toHookError(failure, route.mode), { route, event, reports });
}

/** The services for the journal of a handling, and for its end. */
export type HandlingGround = Pick<
	Surroundings,
	"drain" | "inbox" | "state" | "tracing"
>;

// --- helpers ---

/** Returns the answer of a synchronous handler without a promise or a timer. */
function run(
	handler: Handler,
	event: HookEvent,
	timeoutMs: number,
	{ drain, inbox, state }: HandlingGround,
): Reply | undefined | Promise<Reply | undefined> {
	const countdown = new Countdown(timeoutMs, drain);
	let work: ReturnType<Handler["handle"]>;
	try {
		work = handler.handle(event, countdown);
	} catch (error) {
		countdown.end();
		throw error;
	}
	const save = (reply: Reply | undefined) => {
		const { written } = countdown;
		if (written === undefined) return reply;
		// Answers the live call first. The journal is written while the call goes on.
		if (inbox !== undefined) {
			inbox.noteJournal(written);
			return reply;
		}
		return state.writeState(written.writes).then(() => reply);
	};
	if (work instanceof Promise) return countdown.race(work).then(save);
	countdown.end();
	return save(work);
}

function toHookError(failure: unknown, mode: Mode): HookError {
	// Nobody waits for the answer of an accept route. A late handler counts as failed, and the event is retried.
	const isLate =
		failure instanceof HookError && failure.code === "HANDLER_TIMEOUT";
	if (failure instanceof HookError && !(isLate && mode === "accept"))
		return failure;
	const message =
		failure instanceof Error
			? failure.message
			: "it threw a value that is not an Error";
	return new HookError("HANDLER_FAILED", message, { cause: failure });
}
