import { readdirSync, readFileSync } from "node:fs";
import type { Encoding, Payload } from "../src/event/webhook.ts";

/** One webhook as the platform sent it, or as its documentation prints it. */
export interface Sample {
	readonly name: string;
	readonly kind: string;
	readonly method: string;
	readonly contentType?: string | null;
	readonly query?: string | null;
	/** A JSON value, or the text of a form. */
	readonly body?: unknown;
	/** The body's text, byte for byte, where that is known. */
	readonly rawBody?: string;
	readonly headers?: Readonly<Record<string, string>> | null;
	readonly valid: boolean;
	/** True for a sample of an encoding whose fields are of no kind. */
	readonly parserOnly?: boolean;
}

/** Samples that carry no mark: on a path of their own they pass. */
export const UNMARKED: readonly string[] = [
	// An empty object, which the Java SDK takes as a call event.
	"voice-event--java-event-empty-object",
	// A form of the author's own VoiceXML, with field names of the author's own.
	"legacy-call-answer--vxml-form-submit",
	// Parts of a message that the Java SDK's tests parse by themselves.
	"messages-inbound--java-fragment-audio",
	"messages-inbound--java-fragment-origin",
	"messages-inbound--java-fragment-self-link",
	"messages-inbound--java-fragment-whatsapp-context-unavailable",
];

/** Kinds whose body is another's: on a path that both share, the other one gets the webhook. */
export const TWINS: Readonly<Record<string, string>> = {
	"shortcode.inbound": "sms.inbound",
	"shortcode.dlr": "sms.dlr",
	"legacy.tts": "legacy.call.status",
	"ncco.connect": "voice.event",
	"ncco.connect.onAnswer": "voice.answer",
	"ncco.conversation": "ncco.record",
};

const FOLDER = new URL("./samples/", import.meta.url);

/** Reads all samples, by name. */
export function loadSamples(): Sample[] {
	return readdirSync(FOLDER)
		.filter((file) => file.endsWith(".json"))
		.sort()
		.map(
			(file) =>
				JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as Sample,
		);
}

/** A sample's payload as the body or query parser hands it on, and how it travelled. */
export function parseSample(sample: Sample): {
	readonly parsed: Payload;
	readonly encoding: Encoding;
} {
	if (sample.method === "GET") {
		return { parsed: fromText(sample.query ?? ""), encoding: "query" };
	}
	if (sample.contentType?.includes("form")) {
		return { parsed: fromText(String(sample.body)), encoding: "form" };
	}
	const { body = {} } = sample;
	const parsed = typeof body === "string" ? JSON.parse(body) : body;
	return { parsed: parsed as Payload, encoding: "json" };
}

/** True for a sample whose JSON body is not broken. */
export function isReadable(sample: Sample): boolean {
	try {
		parseSample(sample);
		return true;
	} catch {
		return false;
	}
}

/** A payload as a query or a form carries it: text, with JSON for what is no text. */
export function toQuery(payload: Payload): string {
	const fields = Object.entries(payload).map(([name, value]) => [
		name,
		typeof value === "string" ? value : JSON.stringify(value),
	]);
	return new URLSearchParams(fields as [string, string][]).toString();
}

/** Fields of a query or a form. */
export function fromText(text: string): Payload {
	return Object.fromEntries(new URLSearchParams(text));
}
