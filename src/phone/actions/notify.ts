import { toIso } from "../time.ts";
import { type PlayAction, targetOf } from "./action.ts";

/** Sends a payload of the application to its event URL, which may answer with the next NCCO. */
export const playNotify: PlayAction = (action, { leg, context }) =>
	context.ask(leg, {
		...{ kind: "ncco.notify", label: "notify", target: targetOf(action) },
		payload: {
			payload: action.payload,
			conversation_uuid: leg.conversationUuid,
			timestamp: toIso(context.clock.wallMs()),
		},
	});
