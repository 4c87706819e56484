import type { TestCase, TestStep } from "../config/tests/case.ts";
import type { Difference } from "../config/tests/match.ts";
import type { Position } from "../finding/finding.ts";
import { revealPrivate } from "../observe/private-text.ts";
import { explain as explainSample } from "../runtime/explain/explain.ts";
import { type Calls, runCall } from "./calls.ts";
import { compareStep } from "./compare.ts";
import {
	failureOf,
	markMoment,
	type Observed,
	type Sent,
	toSent,
} from "./observed.ts";
import type { Prepared } from "./prepare.ts";
import { type Problem, toRefusals } from "./problem.ts";
import { toRequest } from "./request.ts";
import { CannotStart, type RunningRouter, startRouter } from "./running.ts";

/** The result of a test that ran. */
export interface CaseResult {
	readonly test: TestCase;
	/** Empty if it passed. */
	readonly problems: readonly Problem[];
	/** Names of the routes that got an event. */
	readonly reached: ReadonlySet<string>;
	readonly durationMs: number;
}

/** Runs a test on a router of its own: with an empty inbox, fresh plugins and a clock that stands at the test's time. */
export async function runCase(
	prepared: Prepared,
	test: TestCase,
	calls: Calls = NO_CALLS,
): Promise<CaseResult> {
	const started = performance.now();
	const reached = new Set<string>();
	const problems: Problem[] = [];
	const forget = listenForStrays((error) =>
		problems.push(toStray(test.site.at(), error)),
	);
	try {
		const router = await startRouter(prepared, { at: test.at });
		try {
			problems.push(
				...(test.call === undefined
					? await runSteps(router, prepared, test, reached)
					: await runCall(router, prepared, test, { calls, reached })),
			);
		} finally {
			for (const { route } of router.handled) reached.add(route);
			await router.close();
		}
	} catch (error) {
		if (!(error instanceof CannotStart)) throw error;
		problems.push(toProblem(undefined, test.site.at(), error));
	} finally {
		forget();
	}
	const durationMs = performance.now() - started;
	return { test, problems, reached, durationMs };
}

// --- helpers ---

const NO_CALLS: Calls = new Map();

/** Catches uncaught errors, for which Node would end the process. */
function listenForStrays(onError: (error: unknown) => void): () => void {
	process.on("uncaughtException", onError);
	process.on("unhandledRejection", onError);
	return () => {
		process.off("uncaughtException", onError);
		process.off("unhandledRejection", onError);
	};
}

function toStray(at: Position, error: unknown): Problem {
	const { got, more } = toProblem(undefined, at, error);
	const expected = "no error that nobody catches: a plugin forgot an `await`";
	return { place: "plugin", expected, got, at, step: undefined, more };
}

/** Runs the steps until one fails, because later ones would only fail as a consequence. */
async function runSteps(
	router: RunningRouter,
	prepared: Prepared,
	test: TestCase,
	reached: Set<string>,
): Promise<readonly Problem[]> {
	const { steps } = test;
	let sent: Sent | undefined;
	for (const [index, step] of steps.entries()) {
		const number = steps.length === 1 ? undefined : index + 1;
		const moment = markMoment(router);
		router.world.outgoing.stub([...(step.value.fetch ?? []), ...test.stubs]);
		if (step.afterMs > 0) await router.advance(step.afterMs);
		try {
			sent = (await sendStep(router, prepared, step)) ?? sent;
		} catch (error) {
			return [toProblem(number, step.site.at("send"), error)];
		}
		await router.settle();
		if (sent?.route !== undefined) reached.add(sent.route);
		const observed = await moment.since(router, sent);
		const { expect = {} } = step.value;
		const readState = (plugin: string, key: string) =>
			router.run(() => router.state(plugin, key));
		const unlike = await compareStep(expect, observed, readState);
		const refused = toRefusals(observed.refused, step.site, number);
		// A connection that is refused explains a failure of which the test says nothing.
		const told = unlike.filter(
			({ at }) => at.length > 0 || refused.length === 0,
		);
		const explain = (one: Difference): Problem =>
			explainDifference(one, step, number, { router, observed });
		const problems = [...told.map(explain), ...refused];
		if (problems.length > 0) return problems;
	}
	return [];
}

async function sendStep(
	router: RunningRouter,
	prepared: Prepared,
	{ value }: TestStep,
): Promise<Sent | undefined> {
	const { send, from } = value;
	if (send === undefined) return undefined;
	const request = router.run(() =>
		toRequest(send, value, prepared, router.runtime),
	);
	const visit = await router.send(request, from);
	return toSent(request, from, visit, router.trace);
}

function toProblem(
	step: number | undefined,
	at: Position,
	error: unknown,
): Problem {
	const [first = "", ...more] = String(
		error instanceof Error ? error.message : error,
	).split("\n");
	return {
		place: "send",
		expected: "a webhook that can be sent",
		got: first,
		at,
		step,
		more,
	};
}

function explainDifference(
	{ at, place, expected, got }: Difference,
	{ site }: TestStep,
	step: number | undefined,
	{ router, observed }: Circumstances,
): Problem {
	const { sent, delivery } = observed;
	const more =
		at[0] === "route" && sent !== undefined
			? router.run(() => describeRoutes(router.runtime, sent))
			: place === "outcome" || place === "ncco"
				? linesOf(failureOf(delivery).stack ?? sent?.stack)
				: [];
	const written = at.length === 0 ? site.at() : site.at("expect", ...at);
	return { place, expected, got, at: written, step, more };
}

interface Circumstances {
	readonly router: RunningRouter;
	readonly observed: Observed;
}

function linesOf(text: string | undefined): readonly string[] {
	return text?.split("\n").map((line) => line.trim()) ?? [];
}

/** Explains for each route of the path why it was chosen or not. */
function describeRoutes(
	runtime: RunningRouter["runtime"],
	{ request, from }: Sent,
): readonly string[] {
	const sample = { ...request, peer: from, receivedAt: Date.now() };
	const { candidates, refused } = explainSample(runtime, sample);
	const lines = candidates
		.slice(0, CANDIDATES_SHOWN)
		.map(
			({ route, won, why }) =>
				`${won ? "won " : "lost"}  ${route.name} (${route.level}): ${why}`,
		);
	if (refused !== undefined)
		lines.push(`refused by ${refused.gate}: ${refused.detail}`);
	// The values are those of the test.
	return lines.map(revealPrivate);
}

const CANDIDATES_SHOWN = 10;
