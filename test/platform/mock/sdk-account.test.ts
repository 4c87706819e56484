import { expect } from "chai";
import { KEY, rejectionOf, sdkFor, withMock } from "./ground.ts";

describe("the mock's account settings, called by the official SDK", () => {
	it("are read by a POST without fields", () =>
		withMock({}, async (mock) => {
			const read = await sdkFor(mock).accounts.updateAccountCallbacks({});
			expect(read).to.deep.equal({
				"mo-callback-url": "https://old.example/sms",
				"dr-callback-url": "",
				"max-outbound-request": 30,
				"max-inbound-request": 30,
				"max-calls-per-second": 30,
			});
			expect(mock.requests).to.have.length(1);
			expect(mock.requests[0]).to.deep.include({
				method: "POST",
				path: "/account/settings",
				body: "",
				form: {},
				apiKey: KEY,
				status: 200,
			});
		}));

	it("keep what is left out, and lose what is empty", () =>
		withMock({}, async (mock) => {
			const { accounts } = sdkFor(mock);
			await accounts.updateAccountCallbacks({
				drCallBackUrl: "https://new.example/receipts",
			});
			expect(mock.state.account(KEY).settings).to.deep.equal({
				moCallBackUrl: "https://old.example/sms",
				drCallBackUrl: "https://new.example/receipts",
				httpForwardMethod: "",
			});
			const answer = await accounts.updateAccountCallbacks({
				moCallBackUrl: "",
			});
			expect(answer).to.deep.include({
				"mo-callback-url": "",
				"dr-callback-url": "https://new.example/receipts",
			});
		}));

	it("take httpForwardMethod and never show it", () =>
		withMock({}, async (mock) => {
			const { accounts } = sdkFor(mock);
			// The client's type lacks the field, and passes it on.
			const callbacks = { httpForwardMethod: "POST_JSON" } as object;
			const answer = await accounts.updateAccountCallbacks(callbacks);
			expect(Object.keys(answer)).to.not.include("httpForwardMethod");
			expect(JSON.stringify(answer)).to.not.contain("POST_JSON");
			expect(mock.state.account(KEY).settings.httpForwardMethod).to.equal(
				"POST_JSON",
			);
			const wrong = accounts.updateAccountCallbacks({
				httpForwardMethod: "PUT",
			} as object);
			expect(await rejectionOf(wrong)).to.have.nested.property(
				"response.status",
				420,
			);
		}));

	it("call both URLs by GET, and save neither where one does not answer 200", () => {
		const probed: string[] = [];
		const probe = async (url: string) => {
			probed.push(url);
			return url.endsWith("/receipts") ? 404 : 200;
		};
		return withMock({ probe }, async (mock) => {
			const { accounts } = sdkFor(mock);
			const refused = await rejectionOf(
				accounts.updateAccountCallbacks({
					moCallBackUrl: "https://new.example/sms",
					drCallBackUrl: "https://new.example/receipts",
				}),
			);
			expect(refused).to.have.nested.property("response.status", 420);
			expect(probed).to.deep.equal([
				"https://new.example/sms",
				"https://new.example/receipts",
			]);
			expect(mock.state.account(KEY).settings.moCallBackUrl).to.equal(
				"https://old.example/sms",
			);
			expect(mock.requests.at(-1)?.note).to.equal(
				"drCallBackUrl: GET https://new.example/receipts answered 404, expected 200",
			);
			await accounts.updateAccountCallbacks({
				moCallBackUrl: "https://new.example/sms",
			});
			expect(mock.state.account(KEY).settings.moCallBackUrl).to.equal(
				"https://new.example/sms",
			);
		});
	});

	it("refuse wrong credentials, and know each account by its own", () =>
		withMock(
			{
				accounts: [
					{ apiKey: KEY, apiSecret: "one" },
					{
						apiKey: "other999",
						apiSecret: "two",
						settings: { moCallBackUrl: "https://other.example" },
					},
				],
			},
			async (mock) => {
				const read = (apiKey: string, apiSecret: string) =>
					sdkFor(mock, { apiKey, apiSecret }).accounts.updateAccountCallbacks(
						{},
					);
				expect(await read("other999", "two")).to.deep.include({
					"mo-callback-url": "https://other.example",
				});
				for (const [key, secret] of [
					["other999", "one"],
					["nobody", "one"],
				] as const) {
					expect(await rejectionOf(read(key, secret))).to.have.nested.property(
						"response.status",
						401,
					);
				}
				expect(mock.requests.map(({ status }) => status)).to.deep.equal([
					200, 401, 401,
				]);
				// A journal is printed by failing tests.
				expect(JSON.stringify(mock.requests)).to.not.match(/Basic|dHdv|two/);
			},
		));
});
