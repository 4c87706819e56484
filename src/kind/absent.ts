import { didYouMean, listWords } from "../finding/suggest.ts";

/** Names that people look for and that are not kinds, with the kind that the platform sends instead or the reason why it sends none. */
export interface Absence {
	/** The names, matched without regard to case. */
	readonly names: RegExp;
	/** The API or the event that the names stand for. */
	readonly api: string;
	/** The kind that is sent in its place; undefined where the platform sends nothing. */
	readonly kind?: string;
	/** One sentence without its full stop. */
	readonly why: string;
}

/** All absences; the first row that fits counts. Sources: the Nexmo webhooks guide of 2017 and the API references since. */
export const ABSENCES: readonly Absence[] = [
	{
		names: /^verify(2|[-_.]?v2)\b/,
		api: "Verify v2",
		kind: "verify2.callback",
		why: "events, summaries and silent authentication are one kind",
	},
	{
		names: /^(verify|psd2)/,
		api: "Verify v1 (verify, check, control, search, PSD2)",
		why: "the first Verify API sends no webhook, its `check` and `search` answer; that of Verify v2 is `verify2.callback`",
	},
	{
		names: /^((low|account)[-_.]?balance|balance|auto[-_.]?reload)/,
		api: "Balance and auto reload",
		why: "the balance has no webhook: `GET https://rest.nexmo.com/account/get-balance` answers it",
	},
	{
		names: /^sub[-_.]?accounts?/,
		api: "Subaccounts API",
		why: "the Subaccounts API sends no webhook, its requests answer",
	},
	{
		names: /^fraud/,
		api: "Fraud Defender",
		why: "no webhook of Fraud Defender is published",
	},
	{
		names:
			/^((sms|messages)\.)?(10|ten)[-_.]?dlc|^(a2p|brands?|campaigns?|tcr)\b/,
		api: "10DLC: brands and campaigns",
		why: "no webhook is published for 10DLC brands and campaigns",
	},
	{
		names: /^((sms|messages)\.)?toll[-_.]?free/,
		api: "Verification of toll-free numbers",
		why: "no webhook is published for the verification of toll-free numbers",
	},
	{
		names: /^(proactive|bulk)/,
		api: "Proactive Connect and bulk",
		why: "no webhook of Proactive Connect is published: an application can have a `list_status_url` and a `run_status_url`, but what comes there is not known, so write a `schema` of your own",
	},
	{
		names:
			/^((messages|whatsapp|viber|messenger|mms|rcs|sms)\.)?(typing|(read[-_.]?)?indicators?)/,
		api: "Typing and read indicators",
		why: "there is no webhook for typing and read indicators: your requests send them, and that a message was read is a status in `messages.status`",
	},
	{
		names: /^(developer|account|secrets?|search)\b/,
		api: "Developer API: account, secrets, search",
		why: "the Developer API sends no webhook, its requests answer",
	},
	{
		names: /^numbers?\.(status|call|voice)/,
		api: "call status of a number",
		kind: "legacy.call.status",
		why: "a number's `voiceStatusCallback` has the body of the old Call API",
	},
	{
		names: /^(expir(y|ed|ation)|numbers?)\b(?![-_.]?(insight|verification))/,
		api: "Numbers API: search, buy, update, cancel, expiry",
		why: "the Numbers API sends no webhook, and none tells that a number expires; what comes in on a number is `sms.inbound` or `voice.answer`",
	},
	{
		names: /^conversion\b/,
		api: "Conversion API",
		why: "the Conversion API sends no webhook",
	},
	{
		names: /^pricing\b/,
		api: "Pricing API",
		why: "the Pricing API sends no webhook",
	},
	{
		names: /^(redact|audit|media)\b/,
		api: "Redact, Audit and Media APIs",
		why: "the Redact, Audit and Media APIs send no webhook",
	},
	{
		names: /^external[-_.]?accounts?/,
		api: "External Accounts API",
		why: "the External Accounts API sends no webhook",
	},
	{
		names: /^(application|app)\b/,
		api: "Application API",
		why: "the Application API sends no webhook: it sets the URLs of those of voice, messages, rtc, verify2 and video",
	},
	{
		names: /^identity/,
		api: "Identity Insights",
		why: "Identity Insights sends no webhook, its requests answer",
	},
	{
		names:
			/^(network|number[-_.]?verification|sim[-_.]?swap|(device[-_.]?)?location|geofenc)/,
		api: "Network APIs: Number Verification, SIM Swap, location",
		why: "the Network APIs send no webhook, only the user's own browser to a redirect URL",
	},
	{
		names: /^(ni|insight|number[-_.]?insight)\.(basic|standard|sync)/,
		api: "Number Insight Basic, Standard and Advanced sync",
		why: "this lookup answers its request; only the asynchronous one sends a webhook, `ni.advanced-async`",
	},
	{
		names: /^(insight|number[-_.]?insight)/,
		api: "Number Insight",
		kind: "ni.advanced-async",
		why: "only the asynchronous lookup sends a webhook",
	},
	{
		names: /^(websocket|ncco\.websocket)/,
		api: "websocket of a `connect`",
		why: "a websocket is not a webhook: the platform opens it to your own server",
	},
	{
		names: /^ncco\.(talk|wait)/,
		api: "NCCO `talk` and `wait`",
		why: "this action of an NCCO sends no webhook",
	},
	{
		names: /^(ncco\.transfer|transfer)/,
		api: "NCCO `transfer`",
		kind: "voice.transfer",
		why: "the call's event URL is told",
	},
	{
		names: /^(ncco\.(dtmf|speech|asr)|voice\.(input|dtmf|speech|asr))/,
		api: "keys and speech of a caller",
		kind: "ncco.input",
		why: "keys and speech are one kind",
	},
	{
		names: /^(voice\.record|ncco\.recording|recording)/,
		api: "recording of a call",
		kind: "ncco.record",
		why: "recordings are told by the action that records",
	},
	{
		names: /^(voice|call)\.(status|completed|answered|ringing|machine|amd)/,
		api: "states of a call",
		kind: "voice.event",
		why: "every state of a call is one kind",
	},
	{
		names: /^sms\.(status|receipt|delivery)/,
		api: "SMS delivery receipts",
		kind: "sms.dlr",
		why: "that is what the platform calls a delivery receipt",
	},
	{
		names:
			/^(messages\.)?e?[-_]?mails?\.(status|dlr|receipt|deliver|read|open|bounce|reject|undeliver|submit)/,
		api: "status of an email",
		kind: "messages.status",
		why: "email is a channel of the Messages API",
	},
	{
		names: /^(messages\.)?e?[-_]?mails?\b/,
		api: "Inbound email",
		why: "no webhook is published for inbound email: the email channel of the Messages API has statuses only, which are `messages.status`",
	},
	{
		names:
			/^(messages|whatsapp|viber|messenger|mms|rcs)\.(status|dlr|receipt|deliver|read|reject|undeliver|submit)|^read[-_.]?receipts?/,
		api: "status of any channel of the Messages API",
		kind: "messages.status",
		why: "the channels are one kind, told by `channel`",
	},
	{
		names: /^(whatsapp|viber|messenger|mms|rcs)\b/,
		api: "messages of any channel of the Messages API",
		kind: "messages.inbound",
		why: "the channels are one kind, told by `channel`",
	},
	{
		names: /^dispatch/,
		api: "Dispatch API",
		kind: "messages-v0.status",
		why: "the Dispatch API sends the statuses of its messages",
	},
	{
		names: /^(conversation|client)/,
		api: "Conversation API and Client SDK",
		kind: "rtc.event",
		why: "their events are one kind, told by `type`",
	},
	{
		names: /^tts[-_.]?prompt/,
		api: "Text-To-Speech Prompt",
		kind: "legacy.tts-prompt",
		why: "the API is withdrawn",
	},
	{
		names: /^tts/,
		api: "Text-To-Speech",
		kind: "legacy.tts",
		why: "the API is withdrawn",
	},
	{
		names: /^(ai[-_.]?studio|studio).*(node|webhook|request)/,
		api: "Webhook node of AI Studio",
		kind: "studio.node",
		why: "the agent waits for its answer",
	},
	{
		names: /^ai[-_.]?studio/,
		api: "events of AI Studio",
		kind: "studio.event",
		why: "the agent goes on without an answer; a node that waits for one is `studio.node`",
	},
	{
		names: /^(vcc|(vonage[-_.]?)?contact[-_.]?cent(er|re)|newvoicemedia|nvm)\b/,
		api: "events of Vonage Contact Center",
		kind: "vcc.event",
		why: "its events are one kind, told by `type`",
	},
	{
		names: /^vbc/,
		api: "Vonage Business Communications",
		kind: "vis.event",
		why: "its Integration Suite sends the webhook",
	},
];

/** Advice on a name that is not a kind. */
export interface Advice {
	readonly todo: string | undefined;
	/** True where the platform sends no such webhook, so that no other name is the right one. */
	readonly isNone: boolean;
}

/** Advises on an unknown kind: suggests the one that was probably meant, or says why there is none. */
export function adviseKind(name: string, known: Iterable<string>): Advice {
	const lower = name.toLowerCase();
	const names = [...known];
	const absence = ABSENCES.find(({ names }) => names.test(lower));
	if (absence === undefined) {
		const likely = likelyKinds(lower, names);
		const todo =
			likely.length === 0
				? didYouMean(name, names)
				: `did you mean ${listWords(likely)}?`;
		return { todo, isNone: false };
	}
	const { kind, why } = absence;
	if (kind === undefined) return { todo: why, isNone: true };
	const todo = names.includes(kind)
		? `did you mean \`${kind}\`? (${why})`
		: didYouMean(name, names);
	return { todo, isNone: false };
}

// --- helpers ---

/** Words of the platform and of everyday speech, and the kinds that they stand for. */
const SYNONYMS: readonly (readonly [
	words: RegExp,
	kinds: readonly string[],
])[] = [
	[
		/^(mo|moinbound|inboundsms|smsinbound|textmessage|sms\.?mo)$/,
		["sms.inbound"],
	],
	[/^(dlr|dr|(sms)?(delivery)?receipts?)$/, ["sms.dlr"]],
	[/^(calls?|voice|phone)$/, ["voice.answer", "voice.event"]],
	[
		/^(answer(url)?|inboundcalls?|incomingcalls?|voiceinbound)$/,
		["voice.answer"],
	],
	[/^(event(url)?|callevents?)$/, ["voice.event"]],
	[/^(fallback(answer)?(url)?)$/, ["voice.fallback-answer"]],
	[/^(dtmf|input|speech|asr)$/, ["ncco.input"]],
	[/^(records?)$/, ["ncco.record"]],
	[/^(inbound)$/, ["sms.inbound", "messages.inbound"]],
	[/^(status)$/, ["messages.status", "sms.dlr"]],
	[/^(messages?)$/, ["messages.inbound", "messages.status"]],
];

const LIKELY_MAX = 4;

/**
 * Lists the kinds that a name probably stands for: the same words in another order or with other marks between them, what
 * people call it, or all of a product.
 */
function likelyKinds(lower: string, names: readonly string[]): string[] {
	const words = wordsOf(lower);
	const same = names.filter((kind) => wordsOf(kind).join() === words.join());
	if (same.length > 0) return same;
	const joined = lower.replace(/[^a-z\d]/g, "");
	const synonym = SYNONYMS.find(([pattern]) => pattern.test(joined))?.[1] ?? [];
	const meant = synonym.filter((kind) => names.includes(kind));
	if (meant.length > 0) return meant;
	const ofProduct = names.filter((kind) => kind.startsWith(`${joined}.`));
	if (ofProduct.length > 0 && ofProduct.length <= LIKELY_MAX) return ofProduct;
	return [];
}

/** The words of a name, in the order of the alphabet; `webhook` says nothing. */
function wordsOf(name: string): readonly string[] {
	return name
		.split(/[^a-z\d]+/)
		.filter((word) => word !== "" && !/^(?:webhooks?|callback)$/.test(word))
		.sort();
}
