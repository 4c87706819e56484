import { once } from "node:events";
import { request } from "node:http";
import { expect } from "chai";
import { APP, call, KEY, withMock } from "./ground.ts";

describe("the mock's HTTP", () => {
	it("refuses a wrong method, type, Accept and path as the platform does", () =>
		withMock({}, async (mock) => {
			const statusOf = async (...args: [string, string, object?]) =>
				(await call(mock, args[0], args[1], args[2])).status;
			expect(await statusOf("GET", "/account/settings")).to.equal(405);
			expect(await statusOf("PATCH", `/v2/applications/${APP}`)).to.equal(405);
			expect(
				await statusOf("POST", "/v2/applications", { form: { name: "a" } }),
			).to.equal(415);
			expect(
				await statusOf("GET", "/v2/applications", {
					headers: { accept: "text/xml" },
				}),
			).to.equal(406);
			expect(await statusOf("GET", "/v2/applications/")).to.equal(200);
			expect(await statusOf("GET", "/v2/accounts")).to.equal(404);
			const wrong = await call(mock, "GET", "/account/settings");
			expect(wrong.headers.get("allow")).to.equal("POST");
		}));

	it("tells wrong credentials in the words of each API", () =>
		withMock({}, async (mock) => {
			const with_ = { secret: "wrong" };
			const numbers = await call(mock, "GET", "/account/numbers", with_);
			expect(numbers.status).to.equal(401);
			expect(await numbers.json()).to.deep.equal({
				"error-code": "401",
				"error-code-label": "authentication failed",
			});
			const applications = await call(mock, "GET", "/v2/applications", with_);
			expect(applications.status).to.equal(401);
			expect(applications.headers.get("content-type")).to.equal(
				"application/problem+json",
			);
			for (const authorization of [
				"",
				"Bearer abc",
				"Basic !!",
				"Basic YQ==",
			]) {
				const headers = { authorization };
				const none = await call(mock, "GET", "/v2/applications", { headers });
				expect(none.status, authorization).to.equal(401);
			}
		}));

	it("lets credentials that may only read do that", () =>
		withMock(
			{
				accounts: [
					{
						apiKey: KEY,
						apiSecret: "reader",
						isReadOnly: true,
						numbers: [{ country: "GB", msisdn: "447700900001" }],
					},
				],
			},
			async (mock) => {
				const secret = "reader";
				const statusOf = async (
					method: string,
					path: string,
					form?: Readonly<Record<string, string>>,
				) =>
					(await call(mock, method, path, { secret, ...(form && { form }) }))
						.status;
				expect(await statusOf("POST", "/account/settings", {})).to.equal(200);
				expect(
					await statusOf("POST", "/account/settings", { drCallBackUrl: "" }),
				).to.equal(403);
				expect(await statusOf("GET", "/account/numbers")).to.equal(200);
				expect(
					await statusOf("POST", "/number/update", {
						country: "GB",
						msisdn: "447700900001",
					}),
				).to.equal(403);
				expect(await statusOf("DELETE", "/v2/applications/x")).to.equal(403);
			},
		));

	it("refuses a body of more than 1 MiB", () =>
		withMock({}, async (mock) => {
			const json = JSON.stringify({ name: "a".repeat(1024 * 1024) });
			const answer = await call(mock, "POST", "/v2/applications", { json });
			expect(answer.status).to.equal(413);
		}));

	it("forgets a request that is broken off", () =>
		withMock({}, async (mock) => {
			const broken = request(`${mock.url}/v2/applications`, {
				method: "POST",
				headers: { "content-length": "100", expect: "100-continue" },
			});
			broken.flushHeaders();
			// From here on the mock waits for the body.
			await once(broken, "continue");
			const failed = once(broken, "error");
			broken.destroy(new Error("gone"));
			await failed;
			expect((await call(mock, "GET", "/v2/applications")).status).to.equal(
				200,
			);
			expect(mock.requests).to.have.length(1);
		}));
});
