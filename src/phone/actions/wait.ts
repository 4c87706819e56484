import { type PlayAction, toNumber } from "./action.ts";

/** Waits. */
export const playWait: PlayAction = async (action, { leg }) => {
	const ms = Math.round(toNumber(action.timeout, 10) * 1000);
	await leg.hear({ by: "music", text: "silence", ms });
	return undefined;
};
