import { randomUUID } from "node:crypto";
import { isRecord } from "../../event/is-record.ts";
import type { Payload } from "../../event/webhook.ts";
import type { CallContext } from "../call-context.ts";
import { type Leg, untilAborted } from "../leg.ts";
import { CallOver, toIso } from "../time.ts";
import {
	type ActionSite,
	firstText,
	type PlayAction,
	targetOf,
	toBoolean,
	toNumber,
} from "./action.ts";

/** Records the call: beside the next actions, or until a key or silence if one ends it. */
export const playRecord: PlayAction = async (action, site) => {
	const { leg, context } = site;
	if (toBoolean(action.beepStart, false))
		await leg.hear({ by: "beep", text: "beep", ms: BEEP_MS });
	const work = record(action, site);
	const isAwaited =
		action.endOnSilence !== undefined || action.endOnKey !== undefined;
	if (isAwaited) await work;
	else context.beside(work);
	if (leg.isOver) throw new CallOver();
	return undefined;
};

/** Records until a signal aborts, and reports the recording. */
export async function recordUntil(
	end: AbortSignal,
	action: Payload,
	{ leg, context }: Pick<ActionSite, "leg" | "context">,
): Promise<void> {
	const { clock, journal } = context;
	const startedAt = clock.wallMs();
	journal.add({ what: "recording", leg: leg.name, state: "begins" });
	await untilAborted(end);
	journal.add({ what: "recording", leg: leg.name, state: "ends" });
	tellRecording(action, startedAt, leg, context);
}

// --- helpers ---

const BEEP_MS = 500;

/** A recording ends after two hours. See `timeOut` of the NCCO reference. */
const LONGEST_SECONDS = 7200;

/** The bytes of a second of MP3 at 32 kbit/s. */
const BYTES_A_SECOND = 4000;

async function record(action: Payload, site: ActionSite): Promise<void> {
	const { leg, context } = site;
	const end = new AbortController();
	const stop = (): void => end.abort();
	const endKey = firstText(action.endOnKey);
	const silence = toNumber(action.endOnSilence, 0);
	let cancelSilence: () => void = () => {};
	const awaitSilence = (): void => {
		cancelSilence();
		if (silence > 0)
			cancelSilence = context.clock.setTimer(stop, silence * 1000);
	};
	const taken = [
		...(endKey === undefined ? [] : (["key"] as const)),
		...(silence > 0 ? (["speech"] as const) : []),
	];
	const close =
		taken.length === 0
			? () => {}
			: leg.tap(taken, (signal) => {
					if (signal.type === "speech") awaitSilence();
					else if (signal.key === endKey) stop();
				});
	const seconds = toNumber(action.timeOut, LONGEST_SECONDS);
	const cancel = context.clock.setTimer(stop, seconds * 1000);
	leg.signal.addEventListener("abort", stop, { once: true });
	awaitSilence();
	try {
		await recordUntil(end.signal, action, site);
	} finally {
		cancel();
		cancelSilence();
		close();
	}
}

function tellRecording(
	action: Payload,
	startedAt: number,
	leg: Leg,
	context: CallContext,
): void {
	const now = context.clock.wallMs();
	const uuid = randomUUID();
	const seconds = Math.max(0, now - startedAt) / 1000;
	context.tell(leg, {
		...{ kind: "ncco.record", label: "record", target: targetOf(action) },
		payload: {
			start_time: toSeconds(startedAt),
			recording_url: `https://api.nexmo.com/v1/files/${randomUUID()}`,
			size: Math.round(seconds * BYTES_A_SECOND),
			recording_uuid: uuid,
			end_time: toSeconds(now),
			conversation_uuid: leg.conversationUuid,
			timestamp: toIso(now),
		},
	});
	const { transcription } = action;
	if (!isRecord(transcription)) return;
	const { eventUrl = action.eventUrl, eventMethod } = transcription;
	context.tell(leg, {
		...{ kind: "ncco.transcription", label: "transcription" },
		target: { url: eventUrl, method: eventMethod },
		payload: {
			conversation_uuid: leg.conversationUuid,
			type: "record",
			recording_uuid: uuid,
			status: "transcribed",
			transcription_url: `https://api.nexmo.com/v1/files/${randomUUID()}`,
		},
	});
}

/** The times of a recording have no milliseconds. */
function toSeconds(ms: number): string {
	return `${toIso(ms).slice(0, 19)}Z`;
}
