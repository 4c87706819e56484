import type { Payload } from "../event/webhook.ts";
import type { Leg } from "./leg.ts";
import { toIso } from "./time.ts";

/** Makes the payload of an answer URL. */
export function answerPayload(leg: Leg): Payload {
	const { from, to, endpointType } = leg.facts;
	return {
		...{ from, to, uuid: leg.uuid },
		conversation_uuid: leg.conversationUuid,
		endpoint_type: endpointType,
		region_url: "https://api-eu-1.vonage.com",
	};
}

/** Makes the payload of a status. The result of a machine detection names the leg otherwise, and has no direction. */
export function statusPayload(
	leg: Leg,
	status: string,
	{ isDetection, now }: { readonly isDetection: boolean; readonly now: number },
): Payload {
	const { from, to, direction } = leg.facts;
	const isDirected = !isDetection && status !== "disconnected";
	return {
		...{ from, to },
		[isDetection ? "call_uuid" : "uuid"]: leg.uuid,
		conversation_uuid: leg.conversationUuid,
		status,
		...(isDirected && { direction }),
		timestamp: toIso(now),
	};
}

/** Makes the length and the price of a call that is over. */
export function accountOf(
	leg: Leg,
	by: string | undefined,
	now: number,
): Payload {
	const from = leg.answeredAt ?? now;
	const seconds = Math.ceil((now - from) / 1000);
	return {
		start_time: leg.answeredAt === undefined ? null : toIso(from),
		end_time: toIso(now),
		duration: String(seconds),
		rate: RATE.toFixed(8),
		price: ((RATE * seconds) / 60).toFixed(8),
		network: "GB-FIXED",
		disconnected_by: by ?? "platform",
	};
}

// --- helpers ---

/** Euro a minute. */
const RATE = 0.0127;
