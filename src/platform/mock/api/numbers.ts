import { type Answer, answerCode, answerJson } from "../answer.ts";
import { refusalOf } from "../probe.ts";
import type { OwnedNumber } from "../state/state.ts";
import type { Call, Endpoint } from "./api.ts";

/** The numbers of an account, by pages. Source: Numbers API 1.1.0, `getOwnedNumbers`. */
export const OWNED_NUMBERS: Endpoint = {
	path: /^\/account\/numbers$/,
	style: "code",
	methods: { GET: listNumbers },
	isWrite: () => false,
};

/**
 * Changes a number. The request is the whole of it: what is left out is cleared (Nexmo/nexmo-cli#83), and `moHttpUrl` is called
 * before it is saved, whether it is new or not. Source: Numbers API 1.1.0, `updateANumber`.
 */
export const NUMBER_UPDATE: Endpoint = {
	path: /^\/number\/update$/,
	style: "code",
	methods: { POST: updateNumber },
	isWrite: () => true,
};

// --- helpers ---

const SIZE_MAX = 100;

/** The fields that an update writes. */
const FIELDS = [
	"app_id",
	"moHttpUrl",
	"moSmppSysType",
	"voiceCallbackType",
	"voiceCallbackValue",
	"voiceStatusCallback",
	"messagesCallbackType",
	"messagesCallbackValue",
] as const;

/** Fields that no answer has. */
const UNREADABLE: readonly string[] = ["moSmppSysType", "voiceStatusCallback"];

/** `vxml` is of 2017, and `app` gave way to `app_id`. */
const VOICE_TYPES = ["sip", "tel", "app", "vxml"];

function listNumbers(call: Call): Answer {
	const { query, account, quirks } = call;
	const size = readCount(query.get("size"), 10);
	const index = readCount(query.get("index"), 1);
	if (size === undefined || size > SIZE_MAX) {
		return fail(call, `size must be between 1 and ${SIZE_MAX}`);
	}
	if (index === undefined) return fail(call, "index must be at least 1");
	const strategy = PATTERNS[query.get("search_pattern") ?? "0"];
	if (strategy === undefined) {
		return fail(call, "search_pattern must be one of 0, 1, 2");
	}
	const pattern = query.get("pattern") ?? "";
	const found = account.numbers.filter(
		(number) => strategy(number.msisdn, pattern) && isAskedFor(number, query),
	);
	const page = found.slice((index - 1) * size, index * size);
	if (page.length === 0 && quirks.isEmptyListBare) return answerJson(200, "{}");
	return answerJson(
		200,
		JSON.stringify({ count: found.length, numbers: page.map(toShown) }),
	);
}

const PATTERNS: Readonly<
	Record<string, (text: string, pattern: string) => boolean>
> = {
	"0": (text, pattern) => text.startsWith(pattern),
	"1": (text, pattern) => text.includes(pattern),
	"2": (text, pattern) => text.endsWith(pattern),
};

function isAskedFor(number: OwnedNumber, query: URLSearchParams): boolean {
	const country = query.get("country");
	const application = query.get("application_id");
	const linked = query.get("has_application");
	return (
		(country === null || number.country === country) &&
		(application === null || number.app_id === application) &&
		(linked === null || (number.app_id !== undefined) === (linked === "true"))
	);
}

function toShown(number: OwnedNumber): Readonly<Record<string, unknown>> {
	return Object.fromEntries(
		Object.entries(number).filter(
			([name, value]) => !UNREADABLE.includes(name) && value !== "",
		),
	);
}

async function updateNumber(call: Call): Promise<Answer> {
	const { account, form, probe, quirks } = call;
	const { country, msisdn } = form;
	if (!country || !msisdn) return fail(call, "country and msisdn are required");
	const refusal =
		refuse(call) ??
		(await refuseUrl(form.moHttpUrl, probe)) ??
		// While the URL was called somebody may have changed the account.
		refuse(call);
	if (refusal !== undefined) return fail(call, refusal);
	const number = account.number(msisdn);
	if (number?.country !== country) {
		return fail(call, `${country} ${msisdn} is not a number of this account`);
	}
	for (const name of FIELDS) {
		const value = form[name];
		if (value === undefined && quirks.numberLeftOut === "keep") continue;
		if (value === undefined || value === "") delete number[name];
		else number[name] = value;
	}
	return answerCode(200, "success", { isChange: true });
}

/** Tells what is wrong with the fields; undefined where nothing is. */
function refuse({ account, form }: Call): string | undefined {
	const { app_id: app, voiceCallbackType: type } = form;
	if (app && account.application(app) === undefined) {
		return `app_id ${app} is not an application of this account`;
	}
	if (type && !VOICE_TYPES.includes(type)) {
		return `voiceCallbackType must be one of ${VOICE_TYPES.join(", ")}`;
	}
	if (Boolean(type) !== Boolean(form.voiceCallbackValue)) {
		return "voiceCallbackType and voiceCallbackValue need each other";
	}
	return undefined;
}

async function refuseUrl(
	url: string | undefined,
	probe: Call["probe"],
): Promise<string | undefined> {
	return url ? refusalOf(url, probe) : undefined;
}

function fail({ quirks }: Call, note: string): Answer {
	return answerCode(420, "method failed", {
		status: quirks.failureStatus,
		note,
	});
}

/** Reads a whole number from 1 on; undefined for another text. */
function readCount(text: string | null, absent: number): number | undefined {
	if (text === null) return absent;
	return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
