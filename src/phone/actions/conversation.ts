import { randomUUID } from "node:crypto";
import type { Payload } from "../../event/webhook.ts";
import { untilAborted } from "../leg.ts";
import type { Membership, OpenRoom } from "../rooms.ts";
import { toIso } from "../time.ts";
import {
	type ActionSite,
	firstText,
	type PlayAction,
	toBoolean,
	toTexts,
} from "./action.ts";
import { recordUntil } from "./record.ts";

/** Puts a leg into a named conversation, until it ends. */
export const playConversation: PlayAction = async (action, site) => {
	const { rooms } = site.context;
	const name = String(action.name ?? "");
	const room = rooms.open(name, `CON-${randomUUID()}`);
	await stay(action, room, site);
	return undefined;
};

/** Moves a leg to another conversation, by its id. */
export const playTransfer: PlayAction = async (action, site) => {
	const id = String(action.conversationId ?? "");
	await stay(action, site.context.rooms.open(id, id), site);
	return undefined;
};

// --- helpers ---

async function stay(
	action: Payload,
	room: OpenRoom,
	site: ActionSite,
): Promise<void> {
	const { leg, context } = site;
	moveTo(room, site);
	const member: Membership = {
		leg,
		startOnEnter: toBoolean(action.startOnEnter, true),
		endOnExit: toBoolean(action.endOnExit, false),
		canSpeak: toTexts(action.canSpeak),
		canHear: toTexts(action.canHear),
		mute: toBoolean(action.mute, false),
	};
	if (member.mute) leg.isMuted = true;
	const isRecorded = toBoolean(action.record, false) && !room.isRecorded;
	room.enter(member);
	context.note(leg, `${leg.name} is in the conversation "${room.name}".`);
	if (isRecorded) {
		room.isRecorded = true;
		context.beside(recordUntil(room.ended, action, site));
	}
	try {
		const url = firstText(action.musicOnHoldUrl);
		if (!room.hasStarted) {
			if (url !== undefined) await context.download(leg, url, "music on hold");
			const ready = AbortSignal.any([room.started, room.ended]);
			await leg.hear(
				{ by: "music", text: url ?? "silence", endless: true },
				ready,
			);
		}
		await untilAborted(AbortSignal.any([room.ended, leg.signal]));
	} finally {
		room.leave(member);
	}
	if (!leg.isOver)
		context.note(leg, `The conversation "${room.name}" has ended.`);
}

/** A leg that enters a named conversation leaves the one that its call began with. */
function moveTo(room: OpenRoom, { leg, context }: ActionSite): void {
	const before = leg.conversationUuid;
	if (before === room.uuid) return;
	leg.conversationUuid = room.uuid;
	context.tell(leg, {
		...{ kind: "voice.transfer", label: "transfer" },
		payload: {
			conversation_uuid_from: before,
			conversation_uuid_to: room.uuid,
			uuid: leg.uuid,
			timestamp: toIso(context.clock.wallMs()),
			type: "transfer",
		},
	});
}
