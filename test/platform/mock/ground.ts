import { Vonage } from "@vonage/server-sdk";
import {
	createPlatformMock,
	type PlatformMock,
	type PlatformMockOptions,
} from "../../../src/platform/mock/mock.ts";
import type { AccountInput } from "../../../src/platform/mock/state/state.ts";

export const KEY = "abcd1234";
export const SECRET = "mock-secret-1";

/** The application that `ACCOUNT` has. */
export const APP = "78d335fa-323d-0114-9c3d-d6f0d48968cf";

/** An account with an application that is not signed, and three numbers. */
export const ACCOUNT: AccountInput = {
	apiKey: KEY,
	apiSecret: SECRET,
	settings: { moCallBackUrl: "https://old.example/sms" },
	numbers: [
		{
			country: "GB",
			msisdn: "447700900001",
			moHttpUrl: "https://old.example/support",
			app_id: APP,
			voiceStatusCallback: "https://old.example/ended",
			moSmppSysType: "inbound",
			limitations: [{ feature: "SMS", type: "OUTBOUND" }],
		},
		{
			country: "GB",
			msisdn: "447700900002",
			voiceCallbackType: "sip",
			voiceCallbackValue: "sip:desk@pbx.example",
		},
		{ country: "US", msisdn: "12015550123", type: "landline" },
	],
	applications: [
		{
			id: APP,
			name: "Hotline",
			keys: { public_key: "-----BEGIN PUBLIC KEY-----\nMII\n" },
			capabilities: {
				voice: {
					webhooks: {
						answer_url: {
							address: "https://old.example/answer",
							http_method: "GET",
						},
					},
					signed_callbacks: false,
				},
				network_apis: { network_application_id: "2bzf" },
			},
			privacy: { improve_ai: false },
		},
	],
};

/** Opens a mock of `ACCOUNT`, whose URLs all answer 200, and closes it after `use`. */
export async function withMock(
	options: Partial<PlatformMockOptions>,
	use: (mock: PlatformMock) => Promise<void>,
): Promise<void> {
	const mock = await createPlatformMock({
		accounts: [ACCOUNT],
		probe: async () => 200,
		pace: false,
		...options,
	});
	try {
		await use(mock);
	} finally {
		await mock.close();
	}
}

/** Makes the official client, pointed at a mock. */
export function sdkFor(
	{ url }: Pick<PlatformMock, "url">,
	credentials = { apiKey: KEY, apiSecret: SECRET },
): Vonage {
	return new Vonage(credentials, { restHost: url, apiHost: url });
}

/** Sends a request with the account's credentials; an object is sent as a form. */
export function call(
	{ url }: Pick<PlatformMock, "url">,
	method: string,
	path: string,
	{
		form,
		json,
		headers,
		secret = SECRET,
		key = KEY,
	}: {
		readonly form?: Readonly<Record<string, string>>;
		/** JSON as it is sent. */
		readonly json?: string;
		readonly headers?: Readonly<Record<string, string>>;
		readonly secret?: string;
		readonly key?: string;
	} = {},
): Promise<Response> {
	const basic = Buffer.from(`${key}:${secret}`).toString("base64");
	return fetch(`${url}${path}`, {
		method,
		headers: {
			authorization: `Basic ${basic}`,
			...(json !== undefined && { "content-type": "application/json" }),
			...headers,
		},
		...(form && { body: new URLSearchParams(form) }),
		...(json !== undefined && { body: json }),
	});
}

/** Returns what a promise rejects with; fails where it does not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
	try {
		await promise;
	} catch (error) {
		return error;
	}
	throw new Error("nothing was rejected");
}
