import type { InvalidParameter } from "../answer.ts";
import { getAt, type Json, type JsonObject, leafOf } from "../json.ts";
import { isWebUrl } from "../probe.ts";

/**
 * Lists what the platform refuses in an application, each with its path. What it is not known to check passes: capabilities such as
 * `network_apis` or `bulk`, and fields that are newer than its description. Source: Application API 2.4.1.
 */
export function checkApplication(
	application: JsonObject,
): readonly InvalidParameter[] {
	const name = leafOf(application.get("name"));
	const capabilities = application.get("capabilities");
	return [
		...(typeof name === "string" && name !== ""
			? []
			: [{ name: "name", reason: "is required" }]),
		...(capabilities === undefined || capabilities instanceof Map
			? []
			: [{ name: "capabilities", reason: "must be an object" }]),
		...Object.entries(FIELDS).flatMap(([path, check]) => {
			const reason = check(getAt(application, path.split(".")));
			return reason === undefined ? [] : [{ name: path, reason }];
		}),
		...Object.entries(WEBHOOKS).flatMap(([capability, known]) =>
			checkWebhooks(application, capability, known),
		),
	];
}

// --- helpers ---

/** Returns why a value is refused; undefined for a good one, and for none. */
type Check = (value: Json | undefined) => string | undefined;

const GET_OR_POST = ["GET", "POST"];
const POST = ["POST"];

/** Webhooks that are checked, with their methods and the most milliseconds of `socket_timeout`. */
type Webhooks = Readonly<
	Record<string, readonly [methods: readonly string[], socketMax: number]>
>;

const WEBHOOKS: Readonly<Record<string, Webhooks>> = {
	voice: {
		answer_url: [GET_OR_POST, 5000],
		fallback_answer_url: [GET_OR_POST, 5000],
		event_url: [GET_OR_POST, 10_000],
	},
	rtc: { event_url: [GET_OR_POST, 10_000] },
	messages: { inbound_url: [POST, 5000], status_url: [POST, 5000] },
	verify: { status_url: [POST, 5000] },
};

/** Nexmo/nexmo-developer#1612. */
const RTC_WITHOUT = "answer_url";

const FIELDS: Readonly<Record<string, Check>> = {
	"capabilities.voice.signed_callbacks": isBoolean,
	"capabilities.voice.conversations_ttl": between(1, 9000),
	"capabilities.voice.leg_persistence_time": between(1, 31),
	"capabilities.voice.region": oneOf([
		"na-east",
		"na-west",
		"eu-east",
		"eu-west",
		"apac-sng",
		"apac-australia",
	]),
	"capabilities.rtc.signed_callbacks": isBoolean,
	"capabilities.messages.version": oneOf(["v0.1", "v1"]),
	"capabilities.messages.authenticate_inbound_media": isBoolean,
	"capabilities.vbc": (value) =>
		value === undefined || (value instanceof Map && value.size === 0)
			? undefined
			: "must be an empty object",
	"privacy.improve_ai": isBoolean,
};

function checkWebhooks(
	application: JsonObject,
	capability: string,
	known: Webhooks,
): InvalidParameter[] {
	const base = `capabilities.${capability}.webhooks`;
	const webhooks = getAt(application, base.split("."));
	if (webhooks === undefined) return [];
	if (!(webhooks instanceof Map)) {
		return [{ name: base, reason: "must be an object" }];
	}
	const invalid: InvalidParameter[] = [];
	if (capability === "rtc" && webhooks.has(RTC_WITHOUT)) {
		invalid.push({ name: `${base}.${RTC_WITHOUT}`, reason: "is not allowed" });
	}
	for (const [name, [methods, socketMax]] of Object.entries(known)) {
		const webhook = webhooks.get(name);
		if (webhook === undefined) continue;
		const path = `${base}.${name}`;
		if (!(webhook instanceof Map)) {
			invalid.push({ name: path, reason: "must be an object" });
			continue;
		}
		const checks: Readonly<Record<string, Check>> = {
			address: (value) =>
				value === undefined || isWebUrl(leafOf(value))
					? undefined
					: "must be a valid URL",
			http_method: oneOf(methods),
			connect_timeout: between(300, 1000),
			// The name of 2021, which some clients still send.
			connection_timeout: between(300, 1000),
			socket_timeout: between(1000, socketMax),
		};
		for (const [field, check] of Object.entries(checks)) {
			const reason = check(webhook.get(field));
			if (reason !== undefined)
				invalid.push({ name: `${path}.${field}`, reason });
		}
	}
	return invalid;
}

function isBoolean(value: Json | undefined): string | undefined {
	return value === undefined || typeof leafOf(value) === "boolean"
		? undefined
		: "must be a boolean";
}

function oneOf(words: readonly string[]): Check {
	return (value) =>
		value === undefined || words.includes(leafOf(value) as string)
			? undefined
			: `must be one of: ${words.join(", ")}`;
}

function between(min: number, max: number): Check {
	return (value) => {
		if (value === undefined) return undefined;
		const number = leafOf(value);
		return Number.isInteger(number) &&
			(number as number) >= min &&
			(number as number) <= max
			? undefined
			: `must be between ${min} and ${max}`;
	};
}
