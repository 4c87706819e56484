import type { Expectations } from "../config/tests/case.ts";
import {
	type Difference,
	findDifferences,
	show,
} from "../config/tests/match.ts";
import { asRecord } from "../event/is-record.ts";
import type { KeyPath } from "../finding/located.ts";
import { failureOf, messageOf, type Observed, parseBody } from "./observed.ts";
import type { LogLine } from "./running.ts";

/** Reads the stored value of a plugin's key. */
export type ReadState = (plugin: string, key: string) => Promise<unknown>;

/** Compares the results of a step with its expectations. Returns the differences. Empty if there are none. */
export async function compareStep(
	expected: Expectations,
	observed: Observed,
	readState: ReadState,
): Promise<readonly Difference[]> {
	const found = await compareAll(expected, observed, readState);
	const { not } = expected;
	if (not !== undefined) {
		for (const key of Object.keys(not) as (keyof Expectations)[]) {
			const one = { [key]: not[key] } as Expectations;
			const unlike = await compareAll(one, observed, readState);
			if (unlike.length > 0) continue;
			const got = show(not[key]);
			const wanted = { at: ["not", key], place: key, expected: `not ${got}` };
			found.push({ ...wanted, got });
		}
	}
	if (!saysHowItEnds(expected)) found.push(...findFailure(observed));
	return found;
}

// --- helpers ---

async function compareAll(
	expected: Expectations,
	observed: Observed,
	readState: ReadState,
): Promise<Difference[]> {
	const { sent, delivery } = observed;
	const failure = failureOf(delivery);
	const values: Partial<Record<keyof Expectations, unknown>> = {
		route: sent?.route,
		kind: sent?.kind,
		status: sent?.status,
		code: failure.code ?? codeOfRetry(observed) ?? sent?.code,
		ncco: readJson(sent?.body),
		body: sent && parseBody(sent.body, sent.headers),
		headers: sent?.headers,
		forwarded: observed.forwarded,
		published: observed.published,
		fetched: observed.fetched,
		handedOn: observed.handedOn,
		attempts: delivery?.attempts ?? 0,
	};
	const found: Difference[] = [];
	for (const key of Object.keys(values) as (keyof Expectations)[]) {
		const one =
			key === "headers" ? lowerNames(expected.headers) : expected[key];
		if (one !== undefined)
			found.push(...findDifferences(one, values[key], key, [key]));
	}
	found.push(...compareOutcome(expected, observed));
	if (expected.reason !== undefined) {
		const { reason } = expected;
		const wanted = typeof reason === "string" ? { contains: reason } : reason;
		const got = failure.reason ?? sent?.reason;
		const unlike = findDifferences(wanted, got, "reason");
		found.push(...unlike.map((one) => ({ ...one, at: ["reason"] })));
	}
	found.push(...compareLog(expected, observed));
	for (const [plugin, keys] of Object.entries(expected.state ?? {})) {
		for (const [key, value] of Object.entries(keys)) {
			const got = await readState(plugin, key);
			const at: KeyPath = ["state", plugin, key];
			found.push(...findDifferences(value, got, `state.${plugin}.${key}`, at));
		}
	}
	return found;
}

/** A retried attempt of `forward` or `publish` has no error code of its own: its reason in the inbox is the service's answer. */
function codeOfRetry({
	delivery,
	forwarded,
	published,
}: Observed): string | undefined {
	const hasFailed = delivery?.state === "waiting" || delivery?.state === "dead";
	if (!hasFailed) return undefined;
	if (published.length > 0) return "PUBLISH_FAILED";
	return forwarded.length > 0 ? "UPSTREAM_FAILED" : undefined;
}

/** The outcomes of a delivery. All others are outcomes of the answer. */
const OF_DELIVERY = new Set(["delivered", "waiting", "dead"]);

function compareOutcome(
	{ outcome }: Expectations,
	observed: Observed,
): readonly Difference[] {
	if (outcome === undefined) return [];
	const { sent, delivery } = observed;
	const got = OF_DELIVERY.has(outcome) ? delivery?.state : sent?.outcome;
	if (got === outcome) return [];
	return [
		{
			at: ["outcome"],
			place: "outcome",
			expected: outcome,
			got: describeEnd(observed),
		},
	];
}

function describeEnd({ sent, delivery }: Observed): string {
	const { code, reason: why } = failureOf(delivery);
	const ends = [sent?.outcome ?? "nothing was sent"];
	if (delivery !== undefined && delivery.state !== sent?.outcome)
		ends.push(delivery.state);
	const reason = why ?? sent?.reason ?? code;
	const end = ends.join(", then ");
	return reason === undefined ? end : `${end}: ${reason}`;
}

function compareLog(
	{ log = [] }: Expectations,
	{ lines }: Observed,
): readonly Difference[] {
	return log.flatMap((wanted, index) => {
		const isThere = lines.some((line) =>
			typeof wanted === "string"
				? messageOf(line).includes(wanted)
				: findDifferences(wanted, flatten(line), "log").length === 0,
		);
		if (isThere) return [];
		const messages = lines.map(messageOf).filter((text) => text !== "webhook");
		return [
			{
				at: ["log", index],
				place: "log",
				expected: `a line with ${show(wanted)}`,
				got: messages.length === 0 ? "no line" : show(messages),
			},
		];
	});
}

/** Returns a line for tests: a plugin's fields are under `fields`, and also beside `msg`. */
function flatten(line: LogLine): object {
	return { ...asRecord(line.fields), ...line };
}

/** Returns true if a test states the outcome of its webhook, successful or not. */
function saysHowItEnds({ not, ...expected }: Expectations): boolean {
	const says = ["outcome", "status", "code", "reason", "attempts"] as const;
	return says.some(
		(key) => expected[key] !== undefined || not?.[key] !== undefined,
	);
}

const AS_INTENDED = new Set([
	"handled",
	"reported",
	"received",
	"duplicate",
	"probe",
]);

/** A failure that a test does not expect fails the test: a plugin that throws is never a success. */
function findFailure(observed: Observed): readonly Difference[] {
	const { sent, delivery } = observed;
	const isFine =
		(sent === undefined || AS_INTENDED.has(sent.outcome)) &&
		delivery?.state !== "waiting" &&
		delivery?.state !== "dead";
	if (isFine) return [];
	return [
		{
			at: [],
			place: "outcome",
			expected: "no failure, as the test says nothing of one",
			got: describeEnd(observed),
		},
	];
}

function readJson(text: string | undefined): unknown {
	try {
		return text === undefined ? undefined : (JSON.parse(text) as unknown);
	} catch {
		return undefined;
	}
}

function lowerNames(headers: Expectations["headers"]): unknown {
	if (headers === undefined) return undefined;
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
	);
}
