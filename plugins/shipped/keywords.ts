import {
	definePlugin,
	giveUp,
	type HookEvent,
	type PluginContext,
	retryLater,
} from "switchhook";

/**
 * Answers keywords. Who writes `STOP` wants no more messages, who writes `HELP` wants to know who you
 * are, and in many countries you must obey. When the first word of a message is a keyword, this plugin
 * posts it to the service at `url`; every other message goes on to the route `to`, if there is one.
 */
export default definePlugin({
	name: "keywords",
	options: {
		type: "object",
		required: ["url"],
		additionalProperties: false,
		properties: {
			url: {
				type: "string",
				pattern: "^https?://",
				description: "an http or https URL, which gets a POST",
			},
			headers: {
				type: "object",
				additionalProperties: { type: "string", pattern: "^[\\t -~]*$" },
				default: {},
				description: "headers of the POST, such as `authorization`",
			},
			keywords: {
				type: "object",
				additionalProperties: { type: "array", items: { type: "string" } },
				// The words that CTIA and the FCC (47 CFR 64.1200) name. `YES` is none: it answers any question.
				default: {
					STOP: ["STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE"],
					START: ["UNSTOP"],
					HELP: ["INFO"],
				},
				description: "each keyword with other words that mean it",
			},
			to: {
				type: "string",
				description: "the name of the route that gets all other messages",
			},
		},
	},
	handsOn: ({ to }) => [to],
	setup({ options }) {
		const keywords = new Map<string, string>();
		for (const [keyword, words] of Object.entries(options.keywords)) {
			for (const word of [keyword, ...words]) {
				keywords.set(word.toUpperCase(), keyword);
			}
		}
		return keywords;
	},
	on: {
		"sms.inbound": (event, context) => answer(event, context),
		"shortcode.inbound": (event, context) => answer(event, context),
	},
});

// --- helpers ---

interface Options {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly to?: string | undefined;
}

/** The keyword of each word, in capitals. */
type Keywords = ReadonlyMap<string, string>;

async function answer(
	event: HookEvent,
	{ options, state, signal, handOn }: PluginContext<Options, Keywords>,
): Promise<void> {
	const { payload, receivedAt } = event;
	const word = firstWord(payload);
	const keyword = state.get(word.toUpperCase());
	if (keyword === undefined) {
		if (options.to !== undefined) await handOn(options.to, payload);
		return;
	}
	const { msisdn, to, text, messageId } = payload;
	const news = { keyword, word, msisdn, to, text, messageId, receivedAt };
	await post(options, JSON.stringify(news), signal);
}

/** Empty for a later part of a long message: whatever that begins with, the sender meant nothing by it. */
function firstWord(payload: HookEvent["payload"]): string {
	const missing = String(payload["concat-missing"] ?? "").split(",");
	if (Number(payload["concat-part"] ?? 1) > 1 || missing.includes("1")) {
		return "";
	}
	const text = String(payload.keyword || payload.text || "");
	return /[\p{L}\p{M}\p{N}]+/u.exec(text)?.[0] ?? "";
}

/** Throws what the outcome means for the event: try again, or do not. */
async function post(
	{ url, headers }: Options,
	body: string,
	signal: AbortSignal,
): Promise<void> {
	// Not the whole URL, which may hold a secret.
	const { host } = new URL(url);
	let answer: Response;
	try {
		answer = await fetch(url, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body,
			signal,
			redirect: "manual",
		});
	} catch (error) {
		throw retryLater(`${host} did not answer: ${reasonOf(error)}`);
	}
	// Nobody reads it, and an unread body would hold its connection.
	await answer.body?.cancel();
	if (answer.ok) return;
	const { status } = answer;
	if (status === 408 || status === 425 || status === 429 || status >= 500) {
		const after = toDelay(answer.headers.get("retry-after"));
		throw retryLater(
			`${host} answered ${status}`,
			after === undefined ? {} : { after },
		);
	}
	throw giveUp(`${host} answered ${status}`);
}

/** `fetch` only says that it failed; why stands in its cause. */
function reasonOf(error: unknown): string {
	const { cause } = error as { cause?: { code?: string; message?: string } };
	return cause?.code ?? cause?.message ?? "the request was broken off";
}

/** Retry-After is a number of seconds or a date (RFC 9110 section 10.2.3). */
function toDelay(retryAfter: string | null): string | undefined {
	if (retryAfter === null) return undefined;
	if (/^\d{1,9}$/.test(retryAfter)) return `${retryAfter}s`;
	const ms = Date.parse(retryAfter) - Date.now();
	return Number.isNaN(ms) ? undefined : `${Math.max(0, Math.ceil(ms / 1000))}s`;
}
