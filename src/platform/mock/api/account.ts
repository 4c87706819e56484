import { type Answer, answerCode, answerJson } from "../answer.ts";
import { refusalOf } from "../probe.ts";
import type { AccountSettings } from "../state/state.ts";
import type { Call, Endpoint } from "./api.ts";

/**
 * The settings of an account. There is no GET: a POST without fields reads. What is left out stays, an empty text clears, and a URL
 * is called before it is saved. Source: Account API 1.0.4, `changeAccountSettings`.
 */
export const ACCOUNT_SETTINGS: Endpoint = {
	path: /^\/account\/settings$/,
	style: "problem",
	methods: { POST: changeSettings },
	isWrite: (_method, form) => NAMES.some((name) => form[name] !== undefined),
};

// --- helpers ---

const NAMES = ["moCallBackUrl", "drCallBackUrl", "httpForwardMethod"] as const;

const FORWARD_METHODS = ["GET_QUERY_PARAMS", "POST_QUERY_PARAMS", "POST_JSON"];

/** The messages and calls that an account may send a second. */
const RATE = 30;

async function changeSettings(call: Call): Promise<Answer> {
	const { account, form, quirks } = call;
	const given = NAMES.filter((name) => form[name] !== undefined);
	for (const name of given) {
		const note = await refuse(name, form[name] as string, call);
		if (note !== undefined) {
			return answerCode(420, "method failed", {
				status: quirks.failureStatus,
				note: `${name}: ${note}`,
			});
		}
	}
	for (const name of given) account.settings[name] = form[name] as string;
	const { settings } = account;
	return answerJson(
		200,
		JSON.stringify({
			"mo-callback-url": settings.moCallBackUrl,
			"dr-callback-url": settings.drCallBackUrl,
			"max-outbound-request": RATE,
			"max-inbound-request": RATE,
			"max-calls-per-second": RATE,
		}),
		{ isChange: given.length > 0 },
	);
}

/** All fields are looked at before one is saved. */
async function refuse(
	name: keyof AccountSettings,
	value: string,
	{ probe }: Call,
): Promise<string | undefined> {
	if (name === "httpForwardMethod") {
		return FORWARD_METHODS.includes(value)
			? undefined
			: `${value} is none of ${FORWARD_METHODS.join(", ")}`;
	}
	return value === "" ? undefined : refusalOf(value, probe);
}
