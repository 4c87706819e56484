import { audioTypeOf } from "../audio.ts";
import { playingMs } from "../speech.ts";
import { firstText, type PlayAction, toNumber } from "./action.ts";
import { playback } from "./playback.ts";

/** Plays an audio file. */
export const playStream: PlayAction = async (action, { leg, context }) => {
	const url = firstText(action.streamUrl) ?? "";
	const fetched = await context.download(leg, url, "stream");
	if (fetched?.failure !== undefined) {
		context.note(leg, "The audio is not there, so nothing plays.");
		return undefined;
	}
	const loop = toNumber(action.loop, 1);
	const bytes = fetched?.answer?.body.length;
	const ms = bytes === undefined ? ELSEWHERE_MS : playingMs(bytes);
	await playback(leg, action, {
		by: "stream",
		text: url,
		...(fetched?.answer && audioTypeOf(fetched.answer) && { isOwn: true }),
		...(loop === 0 ? { endless: true } : { ms: ms * loop }),
	});
	return undefined;
};

// --- helpers ---

/** The length of a file that the phone does not download is not known. */
const ELSEWHERE_MS = 5000;
