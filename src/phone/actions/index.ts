import type { PlayAction } from "./action.ts";
import { playConnect } from "./connect.ts";
import { playConversation, playTransfer } from "./conversation.ts";
import { playInput } from "./input.ts";
import { playNotify } from "./notify.ts";
import { playPay } from "./pay.ts";
import { playRecord } from "./record.ts";
import { playStream } from "./stream.ts";
import { playTalk } from "./talk.ts";
import { playWait } from "./wait.ts";

/** The actions of an NCCO. To add one, write a module in this folder and a line here. */
export const ACTIONS: ReadonlyMap<string, PlayAction> = new Map([
	["talk", playTalk],
	["stream", playStream],
	["input", playInput],
	["record", playRecord],
	["notify", playNotify],
	["connect", playConnect],
	["conversation", playConversation],
	["wait", playWait],
	["transfer", playTransfer],
	["pay", playPay],
]);
