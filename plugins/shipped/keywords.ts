import {
	definePlugin,
	giveUp,
	type HookEvent,
	type PluginContext,
	parseRetryAfter,
	retryLater,
} from "switchhook";

/**
 * Answers keywords. Who writes `STOP` wants no more messages, who writes `HELP` wants to know who you
 * are, and in many countries you must obey. When a message begins with a keyword, this plugin posts it
 * to the service at `url`; every other message goes on to the route `to`, if there is one.
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
					STOP: [
						"STOPALL",
						"UNSUBSCRIBE",
						"CANCEL",
						"END",
						"QUIT",
						"REVOKE",
						"OPT OUT",
					],
					START: ["UNSTOP"],
					HELP: ["INFO"],
				},
				description: "each keyword with other words that mean it",
			},
			firstWord: {
				type: "boolean",
				// An opt-out that is overlooked breaks the law; one too many is a question that a person answers.
				default: true,
				description:
					"false to take only a message that is a keyword and nothing else; `Stop texting me` is none then",
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
				keywords.set(toKey(wordsOf(word)), keyword);
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
	readonly firstWord: boolean;
	readonly to?: string | undefined;
}

/** The keyword of each word, by `toKey`. */
type Keywords = ReadonlyMap<string, string>;

async function answer(
	event: HookEvent,
	{ options, state, signal, handOn }: PluginContext<Options, Keywords>,
): Promise<void> {
	const { payload, receivedAt } = event;
	const found = findKeyword(messageOf(payload), state, options);
	if (found === undefined) {
		if (options.to !== undefined) await handOn(options.to, payload);
		return;
	}
	const { keyword, word } = found;
	const { msisdn, to, text, messageId } = payload;
	const news = { keyword, word, msisdn, to, text, messageId, receivedAt };
	await post(options, JSON.stringify(news), signal);
}

/** The keyword that a message is or begins with (of one word or two, such as `opt out`), and the words of the message as they were written. */
function findKeyword(
	message: readonly string[],
	keywords: Keywords,
	{ firstWord }: Options,
): { readonly keyword: string; readonly word: string } | undefined {
	const candidates = firstWord
		? [message, message.slice(0, 2), message.slice(0, 1)]
		: [message];
	for (const words of candidates) {
		const keyword = words.length > 0 ? keywords.get(toKey(words)) : undefined;
		if (keyword !== undefined) return { keyword, word: words.join(" ") };
	}
	return undefined;
}

/**
 * The words of a message. None of a later part of a long one: however that reads, the sender meant nothing
 * by it. The field `keyword` has only the first word, so that it counts where there is no text.
 */
function messageOf(payload: HookEvent["payload"]): readonly string[] {
	const missing = String(payload["concat-missing"] ?? "").split(",");
	if (Number(payload["concat-part"] ?? 1) > 1 || missing.includes("1")) {
		return [];
	}
	const words = wordsOf(String(payload.text ?? ""));
	return words.length > 0 ? words : wordsOf(String(payload.keyword ?? ""));
}

/** A word begins with a letter or a digit: what only modifies (of an emoji) is none. Full-width letters become usual ones. */
function wordsOf(text: string): readonly string[] {
	return text.normalize("NFKC").match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu) ?? [];
}

/** In capitals and without what stands between words: `OPT OUT`, `Opt-out.` and `optout` are one. */
function toKey(words: readonly string[]): string {
	return words.join("").toUpperCase();
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
		const ms = parseRetryAfter(answer.headers.get("retry-after"));
		throw retryLater(
			`${host} answered ${status}`,
			ms === undefined ? {} : { after: `${ms}ms` },
		);
	}
	throw giveUp(`${host} answered ${status}`);
}

/** `fetch` only says that it failed; why stands in its cause. */
function reasonOf(error: unknown): string {
	const { cause } = error as { cause?: { code?: string; message?: string } };
	return cause?.code ?? cause?.message ?? "the request was broken off";
}
