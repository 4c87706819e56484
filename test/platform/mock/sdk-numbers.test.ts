import { expect } from "chai";
import { APP, KEY, rejectionOf, sdkFor, withMock } from "./ground.ts";

describe("the mock's numbers, called by the official SDK", () => {
	it("are listed without the fields that cannot be read", () =>
		withMock({}, async (mock) => {
			const { count, numbers = [] } =
				await sdkFor(mock).numbers.getOwnedNumbers();
			expect(count).to.equal(3);
			expect(numbers[0]).to.deep.equal({
				type: "mobile-lvn",
				features: ["SMS", "VOICE"],
				country: "GB",
				msisdn: "447700900001",
				moHttpUrl: "https://old.example/support",
				app_id: APP,
				limitations: [{ feature: "SMS", type: "OUTBOUND" }],
			});
		}));

	it("are filtered by country, application and pattern", () =>
		withMock({}, async (mock) => {
			const { numbers } = sdkFor(mock);
			const find = async (filter: object) =>
				(await numbers.getOwnedNumbers(filter)).numbers?.map(
					({ msisdn }) => msisdn,
				);
			expect(await find({ country: "US" })).to.deep.equal(["12015550123"]);
			expect(await find({ applicationId: APP })).to.deep.equal([
				"447700900001",
			]);
			expect(await find({ hasApplication: false })).to.deep.equal([
				"447700900002",
				"12015550123",
			]);
			expect(await find({ pattern: "4477" })).to.have.length(2);
			expect(await find({ pattern: "0123", searchPattern: 2 })).to.deep.equal([
				"12015550123",
			]);
			expect(await find({ pattern: "9000", searchPattern: 1 })).to.have.length(
				2,
			);
		}));

	it("come in pages of 10 by default and 100 at most", () =>
		withMock(
			{
				accounts: [
					{
						apiKey: KEY,
						apiSecret: "s",
						numbers: Array.from({ length: 234 }, (_, index) => ({
							country: "GB",
							msisdn: String(447_700_900_000 + index),
						})),
					},
				],
			},
			async (mock) => {
				const { numbers } = sdkFor(mock, { apiKey: KEY, apiSecret: "s" });
				const first = await numbers.getOwnedNumbers();
				expect(first.count).to.equal(234);
				expect(first.numbers).to.have.length(10);
				const seen = new Set<string>();
				for (const index of [1, 2, 3]) {
					const page = await numbers.getOwnedNumbers({ size: 100, index });
					for (const { msisdn } of page.numbers ?? []) seen.add(msisdn ?? "");
				}
				expect(seen.size).to.equal(234);
				const behind = await numbers.getOwnedNumbers({ size: 100, index: 4 });
				expect(behind).to.deep.equal({});
				for (const wrong of [
					{ size: 101 },
					{ size: "0" },
					{ index: "none" },
					{ searchPattern: 3 },
				]) {
					const refused = numbers.getOwnedNumbers(wrong as object);
					expect(
						await rejectionOf(refused),
						JSON.stringify(wrong),
					).to.have.nested.property("response.status", 420);
				}
			},
		));

	it("lose everything that an update leaves out", () =>
		withMock({}, async (mock) => {
			const { numbers } = sdkFor(mock);
			const answer = await numbers.updateNumber({
				country: "GB",
				msisdn: "447700900001",
				voiceCallbackType: "tel" as never,
				voiceCallbackValue: "447700900999",
			});
			expect(answer).to.deep.equal({
				errorCode: "200",
				errorCodeLabel: "success",
			});
			expect(mock.requests.at(-1)?.form).to.deep.equal({
				country: "GB",
				msisdn: "447700900001",
				voiceCallbackType: "tel",
				voiceCallbackValue: "447700900999",
			});
			expect(mock.state.account(KEY).number("447700900001")).to.deep.equal({
				type: "mobile-lvn",
				features: ["SMS", "VOICE"],
				country: "GB",
				msisdn: "447700900001",
				limitations: [{ feature: "SMS", type: "OUTBOUND" }],
				voiceCallbackType: "tel",
				voiceCallbackValue: "447700900999",
			});
		}));

	it("keep what an update leaves out where the mock is told so", () =>
		withMock({ quirks: { numberLeftOut: "keep" } }, async (mock) => {
			await sdkFor(mock).numbers.updateNumber({
				country: "GB",
				msisdn: "447700900001",
				moHttpUrl: "",
			});
			expect(mock.state.account(KEY).number("447700900001")).to.deep.include({
				app_id: APP,
				voiceStatusCallback: "https://old.example/ended",
			});
			expect(
				mock.state.account(KEY).number("447700900001"),
			).to.not.have.property("moHttpUrl");
		}));

	it("lose the link where a read number is fed into an update, as app_id is unknown to it", () =>
		withMock({}, async (mock) => {
			const { numbers } = sdkFor(mock);
			const [first] = (await numbers.getOwnedNumbers()).numbers ?? [];
			await numbers.updateNumber(first as never);
			const number = mock.state.account(KEY).number("447700900001");
			expect(number).to.not.have.property("app_id");
			expect(number?.moHttpUrl).to.equal("https://old.example/support");
			await numbers.updateNumber({ ...(first as object), appId: APP } as never);
			expect(number?.app_id).to.equal(APP);
		}));

	it("take voiceStatusCallback and moSmppSysType, and never show them", () =>
		withMock({}, async (mock) => {
			const { numbers } = sdkFor(mock);
			await numbers.updateNumber({
				country: "US",
				msisdn: "12015550123",
				voiceStatusCallback: "https://new.example/ended",
				moSmppSysType: "smpp",
			});
			expect(mock.state.account(KEY).number("12015550123")).to.deep.include({
				voiceStatusCallback: "https://new.example/ended",
				moSmppSysType: "smpp",
			});
			const read = await numbers.getOwnedNumbers({ pattern: "1201" });
			expect(JSON.stringify(read)).to.not.match(/ended|smpp/i);
		}));

	it("call moHttpUrl by GET, and change nothing where it does not answer 200", () => {
		const answers = new Map([["https://new.example/sms", 503]]);
		const probe = async (url: string) => {
			const status = answers.get(url);
			if (status === undefined) throw new Error("connect ECONNREFUSED");
			return status;
		};
		return withMock({ probe }, async (mock) => {
			const { numbers } = sdkFor(mock);
			const update = (moHttpUrl: string) =>
				numbers.updateNumber({
					country: "GB",
					msisdn: "447700900001",
					moHttpUrl,
				});
			for (const [url, note] of [
				[
					"https://new.example/sms",
					"GET https://new.example/sms answered 503, expected 200",
				],
				[
					"https://gone.example",
					"GET https://gone.example failed: connect ECONNREFUSED",
				],
				["ftp://new.example", "ftp://new.example is not an http or https URL"],
			] as const) {
				expect(await rejectionOf(update(url))).to.have.nested.property(
					"response.status",
					420,
				);
				expect(mock.requests.at(-1)?.note).to.equal(note);
			}
			expect(mock.state.account(KEY).number("447700900001")).to.deep.include({
				moHttpUrl: "https://old.example/support",
				app_id: APP,
			});
			answers.set("https://new.example/sms", 200);
			expect((await update("https://new.example/sms")).errorCode).to.equal(
				"200",
			);
			// It needs no URL to clear one.
			answers.clear();
			expect((await update("")).errorCode).to.equal("200");
			expect(mock.requests.at(-1)?.body).to.contain("moHttpUrl=&");
		});
	});

	it("hide errors in a 200 where the mock is told so, as the SDK hands them on as data", () =>
		withMock({ quirks: { failureStatus: 200 } }, async (mock) => {
			const answer = await sdkFor(mock).numbers.updateNumber({
				country: "GB",
				msisdn: "447700900777",
			});
			expect(answer).to.deep.equal({
				errorCode: "420",
				errorCodeLabel: "method failed",
			});
		}));

	for (const [what, fields] of Object.entries({
		"a number of another country": { country: "US" },
		"an application that is not there": {
			appId: "00000000-0000-4000-8000-000000000000",
		},
		"a type without a value": { voiceCallbackType: "sip" },
		"a value without a type": { voiceCallbackValue: "sip:a@b.example" },
		"a type that does not exist": {
			voiceCallbackType: "fax",
			voiceCallbackValue: "1",
		},
	})) {
		it(`refuse ${what}`, () =>
			withMock({}, async (mock) => {
				const before = structuredClone(mock.state.account(KEY).numbers);
				const update = sdkFor(mock).numbers.updateNumber({
					country: "GB",
					msisdn: "447700900001",
					...fields,
				} as never);
				expect(await rejectionOf(update)).to.have.nested.property(
					"response.status",
					420,
				);
				expect(mock.state.account(KEY).numbers).to.deep.equal(before);
			}));
	}
});
