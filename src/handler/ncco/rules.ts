import { isRecord } from "../../event/is-record.ts";
import { isSsml } from "./schema.ts";
import { type NccoProblem, optionName } from "./words.ts";

/**
 * Finds incompatible options of a valid NCCO: according to the platform's reference one of them has no effect, or needs another
 * option. These findings never make an NCCO invalid, because the platform accepts it.
 */
export function checkNccoRules(ncco: readonly unknown[]): NccoProblem[] {
	const problems: NccoProblem[] = [];
	for (const [index, item] of ncco.entries()) {
		if (!isRecord(item)) continue;
		const warn = (
			path: readonly (string | number)[],
			say: (name: string) => string,
			todo: string,
		): void => {
			const at = [index, ...path];
			problems.push({ path: at, what: say(optionName(ncco, at)), todo });
		};
		for (const rule of RULES[String(item.action)] ?? []) {
			rule(item, warn);
		}
		if (isOn(item.bargeIn) && !leadsToInput(ncco, index)) {
			warn(
				["bargeIn"],
				(name) => `no input follows ${name}`,
				"put an input action next",
			);
		}
	}
	return problems;
}

// --- helpers ---

type Action = Readonly<Record<string, unknown>>;
type Warn = (
	path: readonly (string | number)[],
	say: (name: string) => string,
	todo: string,
) => void;
type Rule = (action: Action, warn: Warn) => void;

const HEADERS_MAX_BYTES = 512;

const RULES: Readonly<Record<string, readonly Rule[]>> = {
	talk: [checkSsml],
	input: [checkInput],
	connect: [checkCaller, checkEndpoint],
	conversation: [checkMute, checkConferenceTranscription],
	transfer: [checkMute],
	record: [checkChannels],
};

function checkSsml({ text }: Action, warn: Warn): void {
	if (typeof text !== "string" || !isSsml(text)) return;
	if (/<\/speak>\s*$/.test(text)) return;
	warn(
		["text"],
		(name) => `${name} opens <speak> and does not close it`,
		"end it with </speak>",
	);
}

function checkInput(action: Action, warn: Warn): void {
	const { type, mode } = action;
	const flat = ["timeOut", "maxDigits", "submitOnHash"].filter((key) =>
		isSet(action[key]),
	);
	const given = ["dtmf", "speech"].filter((key) => isSet(action[key]));
	if (type === undefined && given.length > 0) {
		warn(
			["type"],
			() => "`input` has no `type`",
			`write \`type: [${given.join(", ")}]\``,
		);
	}
	if (Array.isArray(type)) {
		for (const key of flat) {
			warn(
				[key],
				(name) => `${name} is the flat form of 2017 beside \`type\``,
				`write \`dtmf.${key}\``,
			);
		}
		for (const key of given) {
			if (type.includes(key)) continue;
			warn(
				[key],
				(name) => `${name} has no effect, since \`type\` does not name it`,
				`add \`${key}\` to \`type\``,
			);
		}
	}
	if (mode === "asynchronous" && given.includes("dtmf")) {
		warn(
			["dtmf"],
			(name) => `${name} has no effect with \`mode: asynchronous\``,
			"leave it out",
		);
	}
}

function checkCaller(action: Action, warn: Warn): void {
	const { from, randomFromNumber } = action;
	if (!isSet(from) || !isOn(randomFromNumber)) return;
	warn(
		["from"],
		(name) => `${name} stands beside \`randomFromNumber\``,
		"keep one of the two",
	);
}

function checkEndpoint(action: Action, warn: Warn): void {
	const [endpoint] = action.endpoint as readonly Action[];
	if (endpoint === undefined) return;
	const at = ["endpoint", 0];
	if (endpoint.type === "sip" && isSet(endpoint.uri)) {
		for (const key of ["user", "domain"]) {
			if (!isSet(endpoint[key])) continue;
			warn(
				[...at, key],
				(name) => `${name} stands beside \`uri\``,
				"write either `uri`, or `user` and `domain`",
			);
		}
	}
	if (endpoint.type === "websocket" && isSet(endpoint.headers)) {
		const bytes = Buffer.byteLength(JSON.stringify(endpoint.headers));
		if (bytes <= HEADERS_MAX_BYTES) return;
		warn(
			[...at, "headers"],
			(name) => `${name} has ${bytes} bytes`,
			`keep it within ${HEADERS_MAX_BYTES} bytes`,
		);
	}
}

function checkMute(action: Action, warn: Warn): void {
	if (!isSet(action.mute) || !isSet(action.canSpeak)) return;
	warn(
		["mute"],
		(name) => `${name} stands beside \`canSpeak\``,
		"keep one of the two",
	);
}

function checkConferenceTranscription(action: Action, warn: Warn): void {
	if (!isSet(action.transcription) || isOn(action.record)) return;
	warn(
		["transcription"],
		(name) => `${name} has no effect without \`record\``,
		"add `record: true`",
	);
}

function checkChannels(action: Action, warn: Warn): void {
	if (!isSet(action.channels) || isSet(action.split)) return;
	warn(
		["channels"],
		(name) => `${name} has no effect without \`split\``,
		"add `split: conversation`",
	);
}

/** Once set, `bargeIn` stays in effect over talk and stream until an input comes. */
function leadsToInput(ncco: readonly unknown[], index: number): boolean {
	for (const next of ncco.slice(index + 1)) {
		const name = isRecord(next) ? next.action : undefined;
		if (name !== "talk" && name !== "stream") return name === "input";
	}
	return false;
}

/** Returns false for an option that is missing or empty. */
function isSet(value: unknown): boolean {
	return value !== undefined && value !== null && value !== "";
}

function isOn(value: unknown): boolean {
	return value === true || value === "true";
}
