import type { AccountSettings } from "../config/settings.ts";
import type { PlatformClock } from "./clock.ts";
import { PlatformFault } from "./fault.ts";
import { describeRefusal } from "./refusal.ts";
import type { Incoming, Outgoing, Transport } from "./transport.ts";

/** One call of the platform's APIs. */
export interface Call {
	readonly method: Outgoing["method"];
	/** The account's host for the call. */
	readonly host: "rest" | "api";
	/** With its query. */
	readonly path: string;
	/** Sent as a form. */
	readonly form?: Readonly<Record<string, string>>;
	/** Sent as it is. */
	readonly json?: string;
	/** Completes "The platform refused to …". */
	readonly doing: string;
}

/** Calls the platform's APIs for one account. */
export interface Client {
	/**
	 * Sends a call after waiting for its turn, and retries after 429, 5xx and a broken connection. Resolves with the text of a
	 * successful answer. Throws PlatformFault.
	 */
	call(call: Call): Promise<string>;
	/** The number of sent requests. */
	readonly sent: number;
}

/** The parts that a client needs besides the account. */
export interface ClientContext {
	readonly transport: Transport;
	readonly clock: PlatformClock;
	readonly signal?: AbortSignal | undefined;
	/** Called with the milliseconds that a call waits because the platform asked for it. */
	readonly onWait?: ((ms: number) => void) | undefined;
}

/** Makes the client of an account. */
export function createClient(
	account: Pick<
		AccountSettings,
		"name" | "apiKey" | "apiSecret" | "hosts" | "paceMs"
	>,
	{ transport, clock, signal, onWait }: ClientContext,
): Client {
	const credentials = Buffer.from(`${account.apiKey}:${account.apiSecret}`);
	const authorization = `Basic ${credentials.toString("base64")}`;
	let nextAt = 0;
	let sent = 0;

	/** Gives each call its turn, for any number of callers. */
	async function awaitTurn(): Promise<void> {
		const now = clock.now();
		const at = Math.max(now, nextAt);
		nextAt = at + account.paceMs;
		if (at > now) await clock.sleep(at - now, signal);
	}

	async function attempt(call: Call): Promise<Outcome> {
		await awaitTurn();
		sent += 1;
		try {
			const answer = await transport.send(
				toOutgoing(call, account.hosts[call.host], authorization),
				signal,
			);
			return judge(answer, call, account, clock.now());
		} catch (error) {
			if (signal?.aborted || error instanceof PlatformFault) throw error;
			return {
				fault: unreachable(call, account, error),
				retryAfterMs: undefined,
				isUnconnected: UNCONNECTED.has(codeOf(error) ?? ""),
			};
		}
	}

	return {
		get sent() {
			return sent;
		},
		async call(call) {
			for (let tries = 1; ; tries += 1) {
				const outcome = await attempt(call);
				if ("text" in outcome) return outcome.text;
				const waitMs = outcome.retryAfterMs ?? 500 * 2 ** tries;
				const triesMax = outcome.isUnconnected ? CONNECTS_MAX : TRIES_MAX;
				if (tries >= triesMax || waitMs > WAIT_MAX_MS) throw outcome.fault;
				if (outcome.retryAfterMs !== undefined) onWait?.(waitMs);
				await clock.sleep(waitMs, signal);
			}
		},
	};
}

// --- helpers ---

const TRIES_MAX = 5;

const CONNECTS_MAX = 3;

const UNCONNECTED: ReadonlySet<string> = new Set([
	"ECONNREFUSED",
	"ENOTFOUND",
	"EAI_AGAIN",
	"ENETUNREACH",
	"EHOSTUNREACH",
]);

/** The longest wait for one answer. */
const WAIT_MAX_MS = 120_000;

/** A success, or a failure that may be temporary. */
type Outcome =
	| { readonly text: string }
	| {
			readonly fault: PlatformFault;
			readonly retryAfterMs: number | undefined;
			/** True if no connection was made. A missing network rarely recovers during the retries. */
			readonly isUnconnected?: boolean;
	  };

type Named = Pick<AccountSettings, "name" | "apiSecret" | "hosts">;

function toOutgoing(
	{ method, path, form, json }: Call,
	host: string,
	authorization: string,
): Outgoing {
	const body = form === undefined ? json : new URLSearchParams(form).toString();
	return {
		method,
		url: `${host}${path}`,
		headers: {
			authorization,
			accept: "application/json",
			"user-agent": "switchhook",
			...(form && { "content-type": "application/x-www-form-urlencoded" }),
			...(json !== undefined && { "content-type": "application/json" }),
		},
		...(body !== undefined && { body }),
	};
}

/** Returns the result of an answer. Throws PlatformFault for a failure that a retry does not change. */
function judge(
	answer: Incoming,
	call: Call,
	account: Named,
	now: number,
): Outcome {
	const { status, headers, text } = answer;
	const why = describeRefusal(answer, account.apiSecret);
	if (status === 429) {
		const retryAfterMs = toWaitMs(headers["retry-after"], now);
		const wait =
			retryAfterMs === undefined
				? ""
				: ` It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`;
		const fault = new PlatformFault(
			"rate",
			`The platform refused to ${call.doing}: too many calls.${wait} Lower \`platform.pace\`, or run the command again later.`,
		);
		return { fault, retryAfterMs };
	}
	if (status >= 500) {
		const fault = new PlatformFault(
			"unreachable",
			`The platform failed to ${call.doing}: ${why}. Run the command again later.`,
		);
		return { fault, retryAfterMs: toWaitMs(headers["retry-after"], now) };
	}
	if (status === 401 || why === AUTHENTICATION) {
		throw new PlatformFault(
			"credentials",
			`The platform does not accept the key and the secret of account ${account.name}. Check \`apiKey\` and \`apiSecret\` in \`platform\`, and the variables that they name.`,
		);
	}
	if (status === 403) {
		throw new PlatformFault(
			"forbidden",
			`The key of account ${account.name} may not ${call.doing}: ${why}.`,
		);
	}
	if (status === 404) {
		throw new PlatformFault(
			"missing",
			`The platform refused to ${call.doing}: ${why}.`,
		);
	}
	if (status >= 300 && status < 400) {
		throw new PlatformFault(
			"answer",
			`${account.hosts[call.host]} answers ${status}, which sends the caller to another place. Check \`hosts\` in \`platform\`.`,
		);
	}
	if (status !== 200 && status !== 201 && status !== 204) {
		throw new PlatformFault(
			"refused",
			`The platform refused to ${call.doing}: ${why}.`,
		);
	}
	if (why !== undefined) {
		throw new PlatformFault(
			"refused",
			`The platform refused to ${call.doing}: ${why}.`,
		);
	}
	return { text };
}

const AUTHENTICATION = "error-code 401";

function unreachable(
	{ host, doing }: Call,
	{ hosts }: Named,
	cause: unknown,
): PlatformFault {
	const code = codeOf(cause);
	return new PlatformFault(
		"unreachable",
		`${new URL(hosts[host]).host} cannot be reached to ${doing}${code === undefined ? "" : ` (${code})`}. Check the network, and \`hosts\` in \`platform\`.`,
		{ cause },
	);
}

/** The code of an error or of the first one inside it. */
function codeOf(error: unknown): string | undefined {
	if (!(error instanceof Error)) return undefined;
	const { code } = error as NodeJS.ErrnoException;
	if (typeof code === "string") return code;
	if (error instanceof AggregateError) return codeOf(error.errors[0]);
	return codeOf(error.cause);
}

/** Seconds, or a date (RFC 9110, section 10.2.3). */
function toWaitMs(text: string | undefined, now: number): number | undefined {
	if (text === undefined) return undefined;
	if (/^\d+$/.test(text)) return Number(text) * 1000;
	const at = Date.parse(text);
	return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
