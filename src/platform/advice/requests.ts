import type { PlannedRoute } from "../plan/routes.ts";
import {
	type Advise,
	curlForm,
	curlJson,
	FROM,
	methodOf,
	TO,
	toCode,
} from "./advice.ts";

/** How each kind's URL goes into a request. A kind that is not here has its parameter in its file only. */
export const REQUESTS: Readonly<Record<string, Advise>> = {
	"voice.answer": (route, among) => {
		const events = among.filter(({ kind }) => kind.name === "voice.event");
		const [event] = events;
		const more =
			event === undefined
				? {}
				: { eventUrl: [event.url], eventMethod: methodOf(event) };
		return call(
			{ answerUrl: [route.url], answerMethod: methodOf(route), ...more },
			event === undefined ? [route] : [route, event],
			events.length > 1
				? [
						`Several routes take the events of one call: ${events.map(({ name }) => name).join(", ")}. Name the one that you mean.`,
					]
				: [],
		);
	},
	"voice.event": eventOfCall,
	"voice.error": eventOfCall,
	"voice.transfer": eventOfCall,
	"ncco.transcription": eventOfCall,
	"sms.dlr": (route) => {
		const { url, reason } = route;
		const form = { to: TO, from: FROM, text: "Hello.", callback: url };
		return {
			title: "POST https://rest.nexmo.com/sms/json, parameter callback",
			because: [reason],
			notes:
				url.length > CALLBACK_MAX
					? [
							`The URL has ${url.length} characters, and the platform takes ${CALLBACK_MAX} at most: give the route a shorter path.`,
						]
					: [],
			curl: curlForm("https://rest.nexmo.com/sms/json", form),
			code: `await vonage.sms.send(${toCode(form)});`,
		};
	},
	"ni.advanced-async": ({ url, reason }) => ({
		title:
			"GET or POST https://api.nexmo.com/ni/advanced/async/json, parameter callback",
		because: [reason],
		notes: [],
		curl: curlForm("https://api.nexmo.com/ni/advanced/async/json", {
			number: TO,
			callback: url,
		}),
		code: `await vonage.numberInsights.asyncAdvancedLookup("${TO}", ${JSON.stringify(url)});`,
	}),
	"messages.status": (route) => message(route, "v1"),
	"messages-v0.status": (route) => message(route, "v0.1"),
	"ncco.input": ({ url, reason }) => ({
		title:
			"PUT https://api.nexmo.com/v1/calls/{uuid}/input/dtmf, event_url (a list of one)",
		because: [reason],
		notes: [],
		curl: curlJson(
			"PUT",
			'"https://api.nexmo.com/v1/calls/$CALL_UUID/input/dtmf"',
			{ event_url: [url] },
		),
		code: `await vonage.voice.subscribeDTMF(process.env.CALL_UUID, ${JSON.stringify(url)});`,
	}),
	"ncco.stream": ({ url, reason }) => ({
		title:
			"PUT https://api.nexmo.com/v1/calls/{uuid}/stream, stream_url (a list of one)",
		because: [reason],
		notes: [],
		curl: curlJson(
			"PUT",
			'"https://api.nexmo.com/v1/calls/$CALL_UUID/stream"',
			{ stream_url: [url] },
		),
		code: `await vonage.voice.streamAudio(process.env.CALL_UUID, ${JSON.stringify(url)});`,
	}),
	"ncco.record": (route) => ({
		title:
			"PUT https://api.nexmo.com/v1/conversations/{id}/record, event_url (a list of one)",
		because: [route.reason],
		notes: ["The official Node SDK has no such call."],
		curl: curlJson(
			"PUT",
			'"https://api.nexmo.com/v1/conversations/$CONVERSATION_ID/record"',
			{
				action: "start",
				event_url: [route.url],
				event_method: methodOf(route),
			},
		),
	}),
	"reports.callback": ({ url, reason }) => ({
		title: "POST https://api.nexmo.com/v2/reports, callback_url",
		because: [reason],
		notes: ["The official Node SDK has no such call."],
		curl: curlJson(
			"POST",
			"https://api.nexmo.com/v2/reports",
			{ product: "SMS", direction: "outbound", callback_url: url },
			"basic",
		),
	}),
};

// --- helpers ---

/** The platform's bound for `callback` of an SMS. */
const CALLBACK_MAX = 100;

function eventOfCall(route: PlannedRoute): ReturnType<Advise> {
	return call(
		{
			ncco: [{ action: "talk", text: "Hello." }],
			eventUrl: [route.url],
			eventMethod: methodOf(route),
		},
		[route],
		[],
	);
}

function call(
	urls: Readonly<Record<string, unknown>>,
	routes: readonly PlannedRoute[],
	notes: readonly string[],
): ReturnType<Advise> {
	const whole = {
		to: [{ type: "phone", number: TO }],
		from: { type: "phone", number: FROM },
		...urls,
	};
	const snake = Object.fromEntries(
		Object.entries(whole).map(([name, value]) => [toSnake(name), value]),
	);
	const names = Object.keys(urls)
		.filter((name) => name.endsWith("Url"))
		.map(toSnake);
	return {
		title: `POST https://api.nexmo.com/v1/calls, ${names.join(" and ")} (lists of one)`,
		because: routes.map(({ reason }) => reason),
		notes,
		curl: curlJson("POST", "https://api.nexmo.com/v1/calls", snake),
		code: `await vonage.voice.createOutboundCall(${toCode(whole)});`,
	};
}

function message(
	{ url, reason }: PlannedRoute,
	version: "v0.1" | "v1",
): ReturnType<Advise> {
	const body = {
		message_type: "text",
		channel: "sms",
		to: TO,
		from: FROM,
		text: "Hello.",
		webhook_url: url,
		webhook_version: version,
	};
	const params = {
		messageType: "text",
		channel: "sms",
		to: TO,
		from: FROM,
		text: "Hello.",
		webhookUrl: url,
		webhookVersion: version,
	};
	return {
		title:
			"POST https://api.nexmo.com/v1/messages, webhook_url and webhook_version",
		because: [reason],
		notes: [],
		curl: curlJson("POST", "https://api.nexmo.com/v1/messages", body),
		code: `await vonage.messages.send(${toCode(params)});`,
	};
}

function toSnake(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
