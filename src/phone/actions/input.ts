import { randomUUID } from "node:crypto";
import { asRecord, isRecord } from "../../event/is-record.ts";
import type { Payload } from "../../event/webhook.ts";
import type { CallContext, NextNcco } from "../call-context.ts";
import type { Ear, Leg, Signal } from "../leg.ts";
import { toIso } from "../time.ts";
import {
	type ActionSite,
	type PlayAction,
	targetOf,
	toBoolean,
	toNumber,
} from "./action.ts";
import { collectDigits, readDigitOptions } from "./digits.ts";

/** Takes keys or speech, and asks the event URL what comes next. */
export const playInput: PlayAction = async (action, site) => {
	const { leg } = site;
	leg.canBargeIn = false;
	if (action.mode === "asynchronous") return sendEachKey(action, site);
	return takeInput(action, site);
};

// --- helpers ---

/** Takes one input. The shape of its webhook follows the shape of the action. */
async function takeInput(
	action: Payload,
	{ leg, context }: ActionSite,
): Promise<NextNcco> {
	const types = Array.isArray(action.type) ? (action.type as unknown[]) : [];
	const isFlat = types.length === 0 && !isRecord(action.dtmf);
	const hasSpeech = types.includes("speech") || isRecord(action.speech);
	const hasKeys = types.includes("dtmf") || isRecord(action.dtmf) || !hasSpeech;
	const id = context.journal.add({
		...{ what: "listens", leg: leg.name, digits: "" },
		...{ dtmf: hasKeys, speech: hasSpeech },
	});
	const ear = leg.listen([
		...(hasKeys ? (["key"] as const) : []),
		...(hasSpeech ? (["speech"] as const) : []),
	]);
	try {
		const keys = readDigitOptions(isFlat ? action : asRecord(action.dtmf));
		const speech = asRecord(action.speech);
		const startMs = toNumber(speech.startTimeout, 10) * 1000;
		const longest = Math.max(
			hasKeys ? keys.timeOutMs : 0,
			hasSpeech ? startMs : 0,
		);
		const first = await ear.next(longest);
		const shown = { journal: context.journal, id };
		let taken: Payload;
		let isTimedOut = first === undefined;
		if (first?.type === "speech") {
			taken = {
				...(hasKeys && { dtmf: { digits: null, timed_out: false } }),
				speech: await hearSpeech(first, ear, speech, leg),
			};
		} else {
			const { digits, isTimedOut: isLate } =
				first === undefined
					? { digits: "", isTimedOut: true }
					: await collectDigits(ear, keys, first, shown);
			isTimedOut ||= isLate && digits === "";
			const none = first === undefined && hasSpeech;
			taken = isFlat
				? { dtmf: digits, timed_out: isLate }
				: {
						speech: {
							...(none && { timeout_reason: "start_timeout" }),
							results: [],
						},
						dtmf: hasKeys
							? { digits, timed_out: isLate }
							: { digits: null, timed_out: false },
					};
		}
		context.journal.amend(id, { end: isTimedOut ? "timeout" : "done" });
		return await context.ask(leg, {
			...{ kind: "ncco.input", label: "input", target: targetOf(action) },
			payload: { ...taken, ...identify(leg, context) },
		});
	} catch (error) {
		context.journal.amend(id, { end: "cut" });
		throw error;
	} finally {
		ear.close();
	}
}

/** Waits for the end of what somebody says, and recognizes it. */
async function hearSpeech(
	first: Signal & { type: "speech" },
	ear: Ear,
	speech: Payload,
	leg: Leg,
): Promise<Payload> {
	const silenceMs = toNumber(speech.endOnSilence, 2) * 1000;
	const heard = [first.text];
	for (;;) {
		const more = await ear.next(silenceMs);
		if (more === undefined) break;
		if (more.type === "speech") heard.push(more.text);
	}
	const text = heard.join(" ");
	const isSaved = toBoolean(speech.saveAudio, false) && !leg.isOver;
	return {
		...(isSaved && { recording_url: recordingUrl(randomUUID()) }),
		timeout_reason: "end_on_silence_timeout",
		results: [{ confidence: "0.9405097", text }],
	};
}

/** Sends each key of the rest of the call, without an answer. */
async function sendEachKey(
	action: Payload,
	{ leg, context }: ActionSite,
): Promise<NextNcco> {
	leg.tap(["key"], (signal) => {
		if (signal.type !== "key") return;
		context.tell(leg, {
			...{ kind: "ncco.input", label: "input", target: targetOf(action) },
			payload: {
				dtmf: { digits: signal.key, timed_out: false },
				...identify(leg, context),
			},
		});
	});
	return undefined;
}

function identify(leg: Leg, { clock }: CallContext): Payload {
	return {
		...{ from: leg.facts.from, to: leg.facts.to, uuid: leg.uuid },
		conversation_uuid: leg.conversationUuid,
		timestamp: toIso(clock.wallMs()),
	};
}

/** The platform keeps files here. Nobody can fetch this one. */
function recordingUrl(id: string): string {
	return `https://api.nexmo.com/v1/files/${id}`;
}
