import type { Payload } from "../event/webhook.ts";
import { ACTIONS } from "./actions/index.ts";
import type { CallContext } from "./call-context.ts";
import type { Leg } from "./leg.ts";

/** Plays an NCCO to a leg, action by action, until none is left. An action may return the NCCO that replaces the rest. */
export async function walk(
	leg: Leg,
	ncco: readonly Payload[],
	context: CallContext,
): Promise<void> {
	let rest = [...ncco];
	for (let count = 0; rest.length > 0; count++) {
		const [action, ...later] = rest as [Payload, ...Payload[]];
		const play = ACTIONS.get(String(action.action));
		if (play === undefined) {
			// The checker of NCCOs knows all actions, so this one is newer than the phone.
			context.note(leg, `The phone cannot play \`${action.action}\`.`);
		}
		// An NCCO whose webhook answers with the same NCCO would go on forever.
		if (count === ACTIONS_MAX) {
			context.note(
				leg,
				`The phone ends the call after ${ACTIONS_MAX} actions.`,
			);
			return;
		}
		const next = await play?.(action, { leg, context, later });
		rest = next === undefined ? later : [...next];
	}
}

// --- helpers ---

const ACTIONS_MAX = 1000;
