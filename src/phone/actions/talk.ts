import { speakingMs, toPlain } from "../speech.ts";
import { firstText, type PlayAction, toNumber } from "./action.ts";
import { playback } from "./playback.ts";

/** Speaks a text. */
export const playTalk: PlayAction = async (action, { leg }) => {
	const text = String(action.text ?? "");
	const loop = toNumber(action.loop, 1);
	await playback(leg, action, {
		by: "talk",
		text: toPlain(text),
		language: firstText(action.language),
		...(loop === 0 ? { endless: true } : { ms: speakingMs(text) * loop }),
	});
	return undefined;
};
