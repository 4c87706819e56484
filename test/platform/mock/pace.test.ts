import { expect } from "chai";
import { createPlatformMock } from "../../../src/platform/mock/mock.ts";
import { ACCOUNT, call, KEY, withMock } from "./ground.ts";

describe("the mock's pace", () => {
	it("refuses the fourth request of a second by default, and says when the next may come", async () => {
		let now = Date.UTC(2026, 10, 29);
		const clock = () => now;
		const mock = await createPlatformMock({ accounts: [ACCOUNT], clock });
		try {
			const read = () => call(mock, "GET", "/account/numbers");
			for (let count = 0; count < 3; count++) {
				expect((await read()).status).to.equal(200);
			}
			const refused = await read();
			expect(refused.status).to.equal(429);
			expect(refused.headers.get("retry-after")).to.equal("1");
			expect(refused.headers.get("x-ratelimit-limit")).to.equal("3");
			expect(refused.headers.get("x-ratelimit-remaining")).to.equal("0");
			expect(Number(refused.headers.get("x-ratelimit-reset"))).to.equal(
				now + 1000,
			);
			expect(refused.headers.get("content-type")).to.equal(
				"application/problem+json",
			);
			expect(await refused.json()).to.include({ title: "Too Many Requests" });
			now += 1000;
			expect((await read()).status).to.equal(200);
		} finally {
			await mock.close();
		}
	});

	it("never refuses a client that keeps to it", () => {
		let now = 0;
		return withMock({ pace: 3, clock: () => now }, async (mock) => {
			for (let count = 0; count < 30; count++) {
				const { status } = await call(mock, "GET", "/account/numbers");
				expect(status, `request ${count}`).to.equal(200);
				now += 1000 / 3;
			}
		});
	});

	it("counts each account alone, over all three APIs, and no request with a wrong secret", () =>
		withMock(
			{
				pace: 2,
				clock: () => 0,
				accounts: [ACCOUNT, { apiKey: "other999", apiSecret: "two" }],
			},
			async (mock) => {
				const statusOf = async (
					path: string,
					more: { readonly key?: string; readonly secret?: string } = {},
				) => (await call(mock, "GET", path, more)).status;
				const other = { key: "other999", secret: "two" };
				for (let count = 0; count < 5; count++) {
					expect(
						await statusOf("/v2/applications", { key: KEY, secret: "wrong" }),
					).to.equal(401);
				}
				expect(await statusOf("/v2/applications")).to.equal(200);
				expect(await statusOf("/account/numbers")).to.equal(200);
				expect(await statusOf("/v2/applications")).to.equal(429);
				expect(await statusOf("/v2/applications", other)).to.equal(200);
			},
		));

	it("tells a slow pace how many seconds to wait", () =>
		withMock({ pace: 0.25, clock: () => 0 }, async (mock) => {
			await call(mock, "GET", "/v2/applications");
			const refused = await call(mock, "GET", "/v2/applications");
			expect(refused.headers.get("retry-after")).to.equal("4");
		}));
});
