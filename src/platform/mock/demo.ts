import type { AccountInput } from "./state/state.ts";

/**
 * Creates the default account of a mock: with URLs of a host that no longer exists, an application that does not sign, an
 * unrelated application, and a number that is forwarded to SIP. The numbers are reserved for fiction (Ofcom, NANPA 555-01XX).
 */
export const DEMO_ACCOUNT: AccountInput = {
	apiKey: "mock0001",
	apiSecret: "mock-secret",
	settings: {
		moCallBackUrl: "https://old.example.com/inbound-sms",
		drCallBackUrl: "https://old.example.com/receipts",
		httpForwardMethod: "GET_QUERY_PARAMS",
	},
	numbers: [
		{
			country: "GB",
			msisdn: "447700900000",
			app_id: "6c1e6b4e-5d0d-4c7c-9a55-0d9b8a4e1f01",
		},
		{
			country: "GB",
			msisdn: "447700900001",
			app_id: "6c1e6b4e-5d0d-4c7c-9a55-0d9b8a4e1f01",
			voiceCallbackType: "sip",
			voiceCallbackValue: "sip:desk@pbx.example.com",
		},
		{
			country: "US",
			msisdn: "12015550123",
			type: "landline",
			features: ["VOICE"],
			app_id: "b2f0a6f4-2f0e-4a0c-8f53-7d0c3f2a9e02",
		},
	],
	applications: [
		{
			id: "6c1e6b4e-5d0d-4c7c-9a55-0d9b8a4e1f01",
			name: "Hotline",
			capabilities: {
				voice: {
					webhooks: {
						answer_url: {
							address: "https://old.example.com/answer",
							http_method: "GET",
						},
						event_url: {
							address: "https://old.example.com/events",
							http_method: "POST",
						},
					},
					signed_callbacks: false,
					region: "eu-west",
				},
			},
			privacy: { improve_ai: false },
		},
		{
			id: "b2f0a6f4-2f0e-4a0c-8f53-7d0c3f2a9e02",
			name: "Billing (another team)",
			capabilities: {
				voice: {
					webhooks: {
						answer_url: {
							address: "https://billing.example.net/answer",
							http_method: "POST",
						},
					},
					signed_callbacks: true,
				},
				network_apis: {
					network_application_id: "2bzfIFqRG128IcjSj1YhZNtw6LADG",
				},
			},
			privacy: { improve_ai: false },
		},
	],
};
