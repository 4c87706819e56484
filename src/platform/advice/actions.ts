import type { PlannedRoute } from "../plan/routes.ts";
import { type Advise, curlJson, FROM, methodOf, TO, toCode } from "./advice.ts";

/** How each kind's URL goes into an action of an NCCO. */
export const ACTIONS: Readonly<Record<string, Advise>> = {
	"voice.event": (route) =>
		action("connect, eventUrl", route, {
			action: "connect",
			endpoint: [{ type: "phone", number: TO }],
			...eventOf(route),
		}),
	"ncco.connect": (route) =>
		action("connect, eventUrl with eventType synchronous", route, {
			action: "connect",
			endpoint: [{ type: "phone", number: TO }],
			eventType: "synchronous",
			...eventOf(route),
		}),
	"ncco.connect.onAnswer": (route) =>
		action("connect, endpoint[].onAnswer.url", route, {
			action: "connect",
			endpoint: [{ type: "phone", number: TO, onAnswer: { url: route.url } }],
		}),
	"ncco.conversation": (route) =>
		action("conversation, eventUrl", route, {
			action: "conversation",
			name: "support",
			...eventOf(route),
		}),
	"ncco.input": (route) =>
		action("input, eventUrl", route, {
			action: "input",
			type: ["dtmf"],
			dtmf: { maxDigits: 1 },
			...eventOf(route),
		}),
	"ncco.notify": (route) =>
		action("notify, eventUrl", route, {
			action: "notify",
			payload: { step: "greeting" },
			...eventOf(route),
		}),
	"ncco.pay": (route) =>
		action("pay, eventUrl", route, {
			action: "pay",
			amount: 9.99,
			eventUrl: [route.url],
		}),
	"ncco.record": (route) =>
		action("record, eventUrl", route, { action: "record", ...eventOf(route) }),
	"ncco.transcription": (route) =>
		action("record, transcription.eventUrl", route, {
			action: "record",
			transcription: { language: "en-GB", ...eventOf(route) },
		}),
	"ncco.stream": (route) =>
		action("stream, streamUrl", route, {
			action: "stream",
			streamUrl: [route.url],
		}),
};

// --- helpers ---

function eventOf(route: PlannedRoute): Readonly<Record<string, unknown>> {
	return { eventUrl: [route.url], eventMethod: methodOf(route) };
}

function action(
	title: string,
	{ name, reason }: PlannedRoute,
	content: Readonly<Record<string, unknown>>,
): ReturnType<Advise> {
	const call = {
		to: [{ type: "phone", number: TO }],
		from: { type: "phone", number: FROM },
		ncco: [content],
	};
	return {
		title: `action ${title}`,
		because: [reason],
		notes: [
			`In an NCCO of this router write \`{{ "${name}" | url }}\` instead of the URL.`,
		],
		ncco: content,
		curl: curlJson("POST", "https://api.nexmo.com/v1/calls", call),
		code: `await vonage.voice.createOutboundCall(${toCode(call)});`,
	};
}
