import { createServiceScheme, type Service } from "./service.ts";

const BODY_HMAC = {
	algorithm: "sha256",
	encoding: "hex",
	prefix: "",
	separator: undefined,
	timestamp: undefined,
	content: "{body}",
} as const satisfies Partial<Service["hmac"]>;

/** Services that sign by an HMAC in a header. A new one is an entry here, with a vector in its test. */
const SERVICES: readonly Service[] = [
	{
		name: "github",
		title: "GitHub",
		secretName: "secret of the webhook",
		source:
			"https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
		hmac: { ...BODY_HMAC, header: "x-hub-signature-256", prefix: "sha256=" },
	},
	{
		name: "stripe",
		title: "Stripe",
		secretName: "signing secret of the endpoint, `whsec_…`",
		source: "https://docs.stripe.com/webhooks/signature",
		hmac: {
			...BODY_HMAC,
			header: "stripe-signature",
			prefix: "v1=",
			separator: ",",
			timestamp: { prefix: "t=" },
			content: "{timestamp}.{body}",
		},
	},
	{
		name: "slack",
		title: "Slack",
		secretName: "signing secret of the app",
		source:
			"https://docs.slack.dev/authentication/verifying-requests-from-slack",
		hmac: {
			...BODY_HMAC,
			header: "x-slack-signature",
			prefix: "v0=",
			timestamp: { header: "x-slack-request-timestamp" },
			content: "v0:{timestamp}:{body}",
		},
	},
	{
		name: "shopify",
		title: "Shopify",
		secretName: "client secret of the app",
		source:
			"https://shopify.dev/docs/apps/build/webhooks/subscribe/https#step-2-validate-the-origin-of-your-webhook-to-ensure-its-coming-from-shopify",
		hmac: { ...BODY_HMAC, header: "x-shopify-hmac-sha256", encoding: "base64" },
	},
];

/** The schemes of these services. */
export const SERVICE_SCHEMES = SERVICES.map(createServiceScheme);
