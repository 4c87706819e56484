import { createHmac } from "node:crypto";
import { expect } from "chai";
import { startFrom } from "../end-to-end/router.ts";
import { withExample } from "./example.ts";

const SECRET = "whsec_of-a-test-and-of-no-other-use-0123456789";

/** A request as a sender documents it, signed here and not by the router's own code. */
interface Sender {
	readonly example: string;
	readonly path: string;
	readonly variable: string;
	/** An address of the sender. */
	readonly from: string;
	readonly body: unknown;
	readonly answer: string;
	headersOf(body: string, time: number): Record<string, string>;
}

const hmac = (content: string): string =>
	createHmac("sha256", SECRET).update(content).digest("hex");

const SENDERS: readonly Sender[] = [
	{
		// https://docs.slack.dev/authentication/verifying-requests-from-slack
		example: "slack",
		path: "/hooks/slack",
		variable: "SLACK_SIGNING_SECRET",
		from: "198.51.100.7",
		body: { type: "url_verification", challenge: "3eZbrw1aBm2rZgRNFdxV" },
		answer: "3eZbrw1aBm2rZgRNFdxV",
		headersOf: (body, time) => ({
			"x-slack-request-timestamp": String(time),
			"x-slack-signature": `v0=${hmac(`v0:${time}:${body}`)}`,
		}),
	},
	{
		// https://docs.stripe.com/webhooks#verify-manually
		example: "stripe",
		path: "/hooks/stripe",
		variable: "STRIPE_WEBHOOK_SECRET",
		from: "3.18.12.63",
		body: { id: "evt_1", type: "customer.created", data: { object: {} } },
		answer: "",
		headersOf: (body, time) => ({
			"stripe-signature": `t=${time},v1=${hmac(`${time}.${body}`)},v0=${"0".repeat(64)}`,
		}),
	},
	{
		// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
		example: "github",
		path: "/hooks/github",
		variable: "GITHUB_WEBHOOK_SECRET",
		from: "192.30.252.1",
		body: { zen: "Keep it logically awesome.", hook_id: 1 },
		answer: "pong",
		headersOf: (body) => ({
			"x-github-event": "ping",
			"x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
			"x-hub-signature-256": `sha256=${hmac(body)}`,
		}),
	},
];

for (const { example, path, variable, from, ...sender } of SENDERS) {
	describe(`examples/${example}`, () => {
		it("takes a request that is signed as its sender documents it, and no other", () =>
			withExample(example, async ({ folder }) => {
				const env = { [variable]: SECRET };
				const router = await startFrom(folder, { env });
				const body = JSON.stringify(sender.body);
				const now = Math.floor(Date.now() / 1000);
				const post = (sent: string, headers: Record<string, string>) =>
					fetch(router.url + path, {
						method: "POST",
						headers: {
							"content-type": "application/json",
							"x-forwarded-for": from,
							...headers,
						},
						body: sent,
					});
				try {
					const right = await post(body, sender.headersOf(body, now));
					expect(right.status).to.equal(200);
					expect(await right.text()).to.equal(sender.answer);
					const changed = await post(
						body.replace("{", '{"extra":1,'),
						sender.headersOf(body, now),
					);
					expect(changed.status).to.equal(401);
					if (example === "github") return;
					const old = await post(body, sender.headersOf(body, now - 301));
					expect(old.status).to.equal(401);
				} finally {
					await router.close();
				}
			}));
	});
}
