import { expect } from "chai";
import { createTestRouter, signWebhook } from "../../src/testing.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

/** The schemes, as routes.yaml has them. */
const SCHEMES = [
	{ scheme: "vonage-jwt", secret: SECRET },
	{ scheme: "vonage-sig", method: "sha256", secret: SECRET },
	{
		scheme: "hmac",
		header: "x-signature",
		algorithm: "sha256",
		secret: SECRET,
	},
	{
		scheme: "standard-webhooks",
		secret: `whsec_${Buffer.from(SECRET).toString("base64")}`,
	},
	{ scheme: "basic", username: "hook", password: "a long password of a test" },
] as const;

describe("signWebhook", () => {
	const AT = Date.UTC(2026, 0, 1, 12);
	for (const scheme of SCHEMES) {
		it(`signs by ${scheme.scheme}, and the router takes it`, async () => {
			const router = await createTestRouter({
				clock: AT,
				config: {
					version: 1,
					inbox: { store: "none" },
					routes: [
						{
							name: "hook",
							path: "/hook",
							kind: "sms.inbound",
							level: "account",
							methods: ["POST"],
							firewall: "any",
							signature: scheme,
							handler: { forward: "http://127.0.0.1:3000/" },
						},
					],
				},
			});
			try {
				const body = {
					msisdn: "447700900001",
					to: "447700900002",
					messageId: "m1",
					text: "hi",
				};
				const signed = signWebhook(scheme, { path: "/hook", body, at: AT });
				const sent = {
					method: signed.method,
					headers: signed.headers,
					body: signed.body.toString(),
				};
				const unsigned = { as: "json", unsigned: true } as const;
				const taken = await router.send(signed.path, { ...sent, ...unsigned });
				expect(taken).to.include({ status: 200, outcome: "handled" });
				const {
					authorization: _,
					"x-signature": __,
					...headers
				} = sent.headers;
				const broken = await router.send("/hook", {
					...unsigned,
					method: "POST",
					headers: scheme.scheme === "vonage-sig" ? {} : headers,
					body: JSON.stringify({ ...body, text: "changed" }),
				});
				expect(broken.status).to.equal(401);
			} finally {
				await router.close();
			}
		});
	}

	it("says what is wrong with a scheme", () => {
		expect(() => signWebhook({ scheme: "hmac", secrt: SECRET })).to.throw(
			TypeError,
			/the signature scheme cannot be used: .*`secrt`/,
		);
		expect(() => signWebhook({ scheme: "rsa" })).to.throw(
			TypeError,
			/`rsa`|rsa/,
		);
	});

	it("leaves text as it is", () => {
		const signed = signWebhook(SCHEMES[2], {
			body: "a=1",
			headers: { "X-A": "1" },
		});
		expect(signed.body.toString()).to.equal("a=1");
		expect(signed.headers)
			.to.include({ "x-a": "1" })
			.and.not.have.key("content-type");
	});
});
