import { AUDIO_BYTES_MAX, audioTypeOf } from "../../phone/audio.ts";
import { AnswerTooLong, type LineAnswer } from "../../phone/line.ts";
import type { AdminOperation, AdminRequest } from "../operation.ts";
import { AdminProblem } from "../problem.ts";
import { about, TEXT } from "./schemas.ts";

/** The audio that the phone plays in the page, which loads nothing from other origins. */
export const PHONE_AUDIO: readonly AdminOperation[] = [
	{
		id: "getPhoneAudio",
		method: "GET",
		path: "/phone/audio",
		tag: "phone",
		scope: "operate",
		needsRouter: true,
		summary: "Downloads the audio of a `stream` from a route of this router.",
		description:
			"The file is asked for as the platform does it, through all gates. Other URLs are never called. Only audio of at most 50 MB is passed on.",
		query: {
			type: "object",
			required: ["url"],
			properties: {
				url: about("The `streamUrl`, which is a URL of this router.", {
					...TEXT,
					minLength: 1,
					maxLength: 2000,
				}),
			},
		},
		answers: {
			200: { description: "The audio.", type: "audio/*", schema: TEXT },
		},
		async handle(request) {
			const answer = await download(request);
			const type = audioTypeOf(answer);
			if (type === undefined) {
				const { status, headers } = answer;
				const was = headers["content-type"] ?? "without a content type";
				throw new AdminProblem(
					"conflict",
					`The route does not answer with audio, but with ${status}, ${was}.`,
				);
			}
			return { stream: { type, chunks: once(answer.body) } };
		},
	},
];

// --- helpers ---

async function download({ router, query }: AdminRequest): Promise<LineAnswer> {
	const asked = router.phone.download(String(query.url));
	if (asked === undefined) {
		throw new AdminProblem(
			"bad-request",
			"The URL is not on this router. The phone shows audio from elsewhere, and does not load it.",
		);
	}
	try {
		return await asked;
	} catch (error) {
		if (!(error instanceof AnswerTooLong)) throw error;
		throw new AdminProblem(
			"conflict",
			`The audio has more than ${AUDIO_BYTES_MAX / 1024 ** 2} MB, so the page does not play it.`,
		);
	}
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
	yield body;
}
