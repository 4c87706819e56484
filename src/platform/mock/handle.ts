import {
	type Answer,
	answerCode,
	answerJson,
	answerMethod,
	answerProblem,
} from "./answer.ts";
import { ACCOUNT_SETTINGS } from "./api/account.ts";
import type { Endpoint, Quirks } from "./api/api.ts";
import { APPLICATION, APPLICATIONS } from "./api/applications.ts";
import { NUMBER_UPDATE, OWNED_NUMBERS } from "./api/numbers.ts";
import type { Pace } from "./pace.ts";
import type { Probe } from "./probe.ts";
import type { Credentials, JournalEntry, Received } from "./receive.ts";
import type { Fault, FaultAnswer, Interruption, Rules } from "./rules.ts";
import type { Account, PlatformState } from "./state/state.ts";

/** The parts that a request may use. */
export interface Ground {
	readonly state: PlatformState;
	readonly faults: Rules<Fault>;
	/** Changes by somebody else, before a request and after it. */
	readonly interruptions: Readonly<
		Record<Interruption["when"], Rules<Interruption>>
	>;
	/** Undefined where nobody is too fast. */
	readonly pace: Pace | undefined;
	readonly probe: Probe;
	readonly quirks: Quirks;
	/** Awaited after a change, before it is answered. */
	readonly save: () => Promise<void>;
}

/** An answer or none: `drop` ends the connection, `stall` leaves it open. */
export type Outcome = Answer | "drop" | "stall";

/** Handles a request as the platform does, with the faults and changes that were set up for it. */
export async function handle(
	received: Received,
	ground: Ground,
): Promise<Outcome> {
	const { entry } = received;
	const fault = ground.faults.take(entry)?.answer;
	if (fault !== undefined) entry.note = "a fault, as ordered";
	if (fault === "drop-request") return "drop";
	if (typeof fault === "object") return toAnswer(fault);
	const isChangedBefore = interrupt("before", entry, ground);
	const answer = await answerCall(received, ground);
	const isChangedAfter = interrupt("after", entry, ground);
	if (isChangedBefore || answer.isChange || isChangedAfter) await ground.save();
	if (fault === undefined) return answer;
	return fault === "stall" ? "stall" : "drop";
}

// --- helpers ---

const ENDPOINTS: readonly Endpoint[] = [
	ACCOUNT_SETTINGS,
	OWNED_NUMBERS,
	NUMBER_UPDATE,
	APPLICATIONS,
	APPLICATION,
];

function interrupt(
	when: Interruption["when"],
	entry: JournalEntry,
	{ interruptions, state }: Ground,
): boolean {
	const found = interruptions[when].take(entry);
	found?.run(state);
	return found !== undefined;
}

async function answerCall(
	{ entry, credentials }: Received,
	{ state, pace, probe, quirks }: Ground,
): Promise<Answer> {
	const { method, path, headers, query, body, form = {} } = entry;
	const endpoint = ENDPOINTS.find((one) => one.path.test(path));
	if (endpoint === undefined) {
		return answerProblem(404, `There is nothing at ${path}`);
	}
	const account = authenticate(credentials, state);
	if (account === undefined) return refuseCredentials(endpoint, credentials);
	const refused = keepPace(account, pace);
	if (refused !== undefined) return refused;
	const run = endpoint.methods[method];
	if (run === undefined) return answerMethod(Object.keys(endpoint.methods));
	if (body === undefined) return answerProblem(413, "The body is too large");
	if (account.isReadOnly && endpoint.isWrite(method, form)) {
		return answerProblem(403, "These credentials may only read", {
			note: `${account.apiKey} may only read`,
		});
	}
	return run({
		account,
		query: new URLSearchParams(query),
		headers,
		body,
		form,
		id: endpoint.path.exec(path)?.[1] ?? "",
		probe,
		quirks,
	});
}

function authenticate(
	credentials: Credentials | undefined,
	state: PlatformState,
): Account | undefined {
	if (credentials === undefined) return undefined;
	const account = state.find(credentials.apiKey);
	return account?.apiSecret === credentials.apiSecret ? account : undefined;
}

function refuseCredentials(
	{ style }: Endpoint,
	credentials: Credentials | undefined,
): Answer {
	const note =
		credentials === undefined
			? "there are no Basic credentials"
			: `the key ${credentials.apiKey} or its secret is wrong`;
	return style === "code"
		? answerCode(401, "authentication failed", { note })
		: answerProblem(401, "You did not provide correct credentials.", {
				headers: { "WWW-Authenticate": 'Basic realm="API"' },
				note,
			});
}

function keepPace(
	{ apiKey }: Account,
	pace: Pace | undefined,
): Answer | undefined {
	const left = pace?.take(apiKey);
	if (left === undefined || left.isAllowed) return undefined;
	return answerProblem(
		429,
		"You have exceeded the rate limit of your account",
		{
			headers: {
				"Retry-After": String(left.retryAfterS),
				"X-RateLimit-Limit": String(left.limit),
				"X-RateLimit-Remaining": String(left.remaining),
				"X-RateLimit-Reset": String(left.resetAt),
			},
			note: `more than ${left.limit} requests a second`,
		},
	);
}

function toAnswer({
	status,
	headers,
	body,
}: Exclude<FaultAnswer, string>): Answer {
	const answer =
		body === undefined
			? defaultOf(status)
			: typeof body === "string"
				? { status, contentType: "text/html", body }
				: answerJson(status, JSON.stringify(body));
	return { ...answer, ...(headers && { headers }) };
}

/** Says of a status what the platform says. */
function defaultOf(status: number): Answer {
	if (status === 429) {
		return answerProblem(429, "Too many requests", {
			headers: { "Retry-After": "1" },
		});
	}
	if (status === 420) return answerCode(420, "method failed");
	if (status === 401)
		return answerProblem(401, "You did not provide correct credentials.");
	if (status === 503) return answerProblem(503, "The service is unavailable");
	return { ...answerProblem(500, "Something went wrong"), status };
}
