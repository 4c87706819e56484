import { asRecord, isRecord } from "../../event/is-record.ts";
import type { Payload } from "../../event/webhook.ts";
import type { CallContext, CalleeAct, NextNcco } from "../call-context.ts";
import { type Leg, untilAborted } from "../leg.ts";
import { CallOver } from "../time.ts";
import {
	type ActionSite,
	firstText,
	type PlayAction,
	targetOf,
	toNumber,
} from "./action.ts";

/** Calls another party and joins it with the leg. */
export const playConnect: PlayAction = async (action, site) => {
	const { leg, context } = site;
	const [first] = Array.isArray(action.endpoint) ? action.endpoint : [];
	const endpoint = asRecord(first);
	const callee = context.addLeg({
		to: addressOf(endpoint),
		from: firstText(action.from) ?? leg.facts.to,
		endpointType: String(endpoint.type ?? "phone"),
		conversationUuid: leg.conversationUuid,
		target: targetOf(action),
	});
	const ringing = new AbortController();
	const endCallee = (): void => callee.end();
	leg.signal.addEventListener("abort", endCallee, { once: true });
	const onAnswer = asRecord(endpoint.onAnswer);
	const tone = firstText(
		onAnswer.ringbackTone ?? onAnswer.ringback ?? action.ringbackTone,
	);
	try {
		await context.report(callee, "started");
		await context.report(callee, "ringing");
		if (tone !== undefined) await context.download(leg, tone, "ringback tone");
		const tones = leg
			.hear(
				{ by: "ringing", text: tone ?? "ringing", endless: true },
				ringing.signal,
			)
			.catch(ignoreOver);
		const end = await ring(action, endpoint, callee, site);
		if (end === "cancelled") {
			await context.report(callee, "cancelled");
			throw new CallOver();
		}
		const next = await meet(end, { action, endpoint, callee, ringing, site });
		ringing.abort();
		await tones;
		return next;
	} finally {
		leg.signal.removeEventListener("abort", endCallee);
		ringing.abort();
		callee.end();
	}
};

// --- helpers ---

/** The statuses of a call that nobody takes, with the details that the platform adds. */
const NOT_ANSWERED: Readonly<
	Record<string, { readonly status: string; readonly extra?: Payload }>
> = {
	busy: { status: "busy", extra: { sip_code: 486 } },
	reject: { status: "rejected", extra: { detail: "declined", sip_code: 603 } },
	fail: { status: "failed", extra: { detail: "cannot_route", sip_code: 404 } },
	unavailable: {
		status: "unanswered",
		extra: { detail: "unavailable", sip_code: 480 },
	},
	timeout: { status: "timeout" },
};

interface Meeting {
	readonly action: Payload;
	readonly endpoint: Payload;
	readonly callee: Leg;
	readonly ringing: AbortController;
	readonly site: ActionSite;
}

type RingEnd = CalleeAct | "timeout" | "cancelled";

/** Rings until the callee does something, the ringing takes too long, or the caller hangs up. */
async function ring(
	action: Payload,
	endpoint: Payload,
	callee: Leg,
	{ leg, context }: ActionSite,
): Promise<RingEnd> {
	// The other side of a websocket is a program, which takes every call.
	if (endpoint.type === "websocket") return "answer";
	const seconds = toNumber(action.timeout, 60);
	let cancel: () => void = () => {};
	const late = new Promise<RingEnd>((resolve) => {
		cancel = context.clock.setTimer(() => resolve("timeout"), seconds * 1000);
	});
	// A caller who hangs up ends the callee too.
	const hungUp = untilAborted(callee.signal).then((): RingEnd => "reject");
	const acted = context
		.awaitCallee(callee)
		.then((act): RingEnd | Promise<RingEnd> =>
			act === "noAnswer" ? late : act,
		);
	try {
		const end = await Promise.race([acted, late, hungUp]);
		return leg.isOver ? "cancelled" : end;
	} finally {
		cancel();
	}
}

async function meet(end: RingEnd, meeting: Meeting): Promise<NextNcco> {
	const { action, endpoint, callee, ringing, site } = meeting;
	const { leg, context } = site;
	const isAsked = action.eventType === "synchronous";
	const failed = NOT_ANSWERED[end];
	if (failed !== undefined) {
		const { status, extra } = failed;
		return context.report(callee, status, { extra, isAsked });
	}
	callee.answeredAt = context.clock.wallMs();
	await context.report(callee, "answered", {
		extra: { start_time: null, rate: null, network: null },
	});
	const detected = await detect(end, meeting);
	if (detected !== "join") return detected;
	try {
		const { dtmfAnswer } = endpoint;
		if (typeof dtmfAnswer === "string" && dtmfAnswer !== "")
			context.note(callee, `${callee.name} hears the keys ${dtmfAnswer}.`);
		const { url } = asRecord(endpoint.onAnswer);
		if (typeof url === "string") {
			const ncco = await context.fetchNcco(callee, url, "on answer");
			if (ncco !== undefined) await context.play(callee, ncco);
		}
		ringing.abort();
		context.note(leg, `${leg.name} and ${callee.name} talk to each other.`);
		await talkTogether(action, callee, site);
	} catch (error) {
		if (!(error instanceof CallOver)) throw error;
	}
	return hangUp(meeting, isAsked);
}

/** Resolves when one of the two hangs up, or the time is over. */
async function talkTogether(
	action: Payload,
	callee: Leg,
	{ leg, context }: ActionSite,
): Promise<void> {
	const limit = new AbortController();
	const seconds = toNumber(action.limit, LIMIT_SECONDS);
	const cancel = context.clock.setTimer(() => limit.abort(), seconds * 1000);
	await untilAborted(
		AbortSignal.any([limit.signal, callee.signal, leg.signal]),
	);
	cancel();
}

async function hangUp(
	{ endpoint, callee, site: { context, leg } }: Meeting,
	isAsked: boolean,
): Promise<NextNcco> {
	const isCallee = callee.isOver && !leg.isOver;
	callee.end();
	if (endpoint.type === "websocket" && isCallee) {
		const headers = isRecord(endpoint.headers) ? endpoint.headers : {};
		const next = await context.report(callee, "disconnected", {
			extra: { headers },
			isAsked,
		});
		return next;
	}
	await context.report(callee, "completed", {
		by: isCallee ? "user" : "platform",
	});
	if (leg.isOver) throw new CallOver();
	return undefined;
}

/** Reports whether a machine answered, if the NCCO wants to know. Returns `join` if the two shall be joined. */
async function detect(
	end: RingEnd,
	{ action, callee, site: { context } }: Meeting,
): Promise<NextNcco | "join"> {
	const advanced = asRecord(
		action.advancedMachineDetection ?? action.advanced_machine_detection,
	);
	const isAdvanced = Object.keys(advanced).length > 0;
	const behavior = isAdvanced
		? (advanced.behavior ?? "continue")
		: action.machineDetection;
	if (behavior === undefined) return "join";
	const isMachine = end === "machine";
	const isBeep = isMachine && isAdvanced && advanced.mode !== "detect";
	const next = await context.report(callee, isMachine ? "machine" : "human", {
		...(isBeep && { extra: { sub_state: "beep_start" } }),
		isAsked: isAdvanced,
		isPassing: true,
	});
	if (next !== undefined) {
		await endMachine(callee, context);
		return next;
	}
	if (!isMachine || behavior !== "hangup") return "join";
	await endMachine(callee, context);
	return undefined;
}

async function endMachine(callee: Leg, context: CallContext): Promise<void> {
	callee.end();
	await context.report(callee, "completed", { by: "platform" });
}

const LIMIT_SECONDS = 7200;

function addressOf(endpoint: Payload): string {
	const { number, user, uri, extension, domain } = endpoint;
	const sip =
		typeof user === "string" && typeof domain === "string"
			? `sip:${user}@${domain}`
			: undefined;
	return String(number ?? uri ?? sip ?? user ?? extension ?? domain ?? "");
}

function ignoreOver(error: unknown): void {
	if (!(error instanceof CallOver)) throw error;
}
