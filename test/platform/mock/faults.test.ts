import { expect } from "chai";
import { APP, call, KEY, rejectionOf, sdkFor, withMock } from "./ground.ts";

const JSON_APP = '{"name":"Changed"}';

describe("the mock's faults", () => {
	it("answer instead of the platform, as often as ordered", () =>
		withMock({}, async (mock) => {
			mock.fault({
				on: "PUT /v2/applications/*",
				times: 2,
				answer: { status: 503 },
			});
			const put = () =>
				call(mock, "PUT", `/v2/applications/${APP}`, { json: JSON_APP });
			expect((await call(mock, "GET", "/v2/applications")).status).to.equal(
				200,
			);
			expect((await put()).status).to.equal(503);
			expect((await put()).status).to.equal(503);
			expect(mock.state.account(KEY).application(APP)?.value.name).to.equal(
				"Hotline",
			);
			expect((await put()).status).to.equal(200);
			expect(mock.requests.map(({ status }) => status)).to.deep.equal([
				200, 503, 503, 200,
			]);
		}));

	it("let some requests pass before", () =>
		withMock({}, async (mock) => {
			mock.fault({
				on: "* /account/numbers",
				skip: 2,
				answer: { status: 500 },
			});
			const statuses: number[] = [];
			for (let count = 0; count < 4; count++) {
				statuses.push((await call(mock, "GET", "/account/numbers")).status);
			}
			expect(statuses).to.deep.equal([200, 200, 500, 200]);
		}));

	it("say of a status what the platform says, or what was ordered", () =>
		withMock({}, async (mock) => {
			const { accounts, numbers } = sdkFor(mock);
			mock.fault({ on: "POST /number/update", answer: { status: 420 } });
			mock.fault({
				on: "POST /number/update",
				answer: {
					status: 200,
					body: { "error-code": "420", "error-code-label": "method failed" },
				},
			});
			mock.fault({ on: "POST /account/settings", answer: { status: 429 } });
			mock.fault({
				on: "POST /account/settings",
				answer: {
					status: 502,
					headers: { "retry-after": "7" },
					body: "<html>Bad gateway</html>",
				},
			});
			const number = { country: "GB", msisdn: "447700900001" } as const;
			expect(
				await rejectionOf(numbers.updateNumber({ ...number })),
			).to.have.nested.property("response.status", 420);
			// The client takes an error inside of a 200 for an answer.
			expect(await numbers.updateNumber({ ...number })).to.deep.equal({
				errorCode: "420",
				errorCodeLabel: "method failed",
			});
			const limited = (await rejectionOf(
				accounts.updateAccountCallbacks({}),
			)) as { readonly response: Response };
			expect(limited.response.status).to.equal(429);
			expect(limited.response.headers.get("retry-after")).to.equal("1");
			const bad = await call(mock, "POST", "/account/settings", { form: {} });
			expect(bad.status).to.equal(502);
			expect(bad.headers.get("retry-after")).to.equal("7");
			expect(await bad.text()).to.equal("<html>Bad gateway</html>");
		}));

	it("drop a connection before anything is done, or after all is done", () =>
		withMock({}, async (mock) => {
			const put = () =>
				call(mock, "PUT", `/v2/applications/${APP}`, { json: JSON_APP });
			const nameNow = () =>
				mock.state.account(KEY).application(APP)?.value.name;
			mock.fault({ on: "PUT *", answer: "drop-request" });
			await rejectionOf(put());
			expect(nameNow()).to.equal("Hotline");
			mock.fault({ on: "PUT *", answer: "drop-answer" });
			await rejectionOf(put());
			expect(nameNow()).to.equal("Changed");
			expect(mock.requests.map(({ status, note }) => [status, note])).to.eql([
				[undefined, "a fault, as ordered"],
				[undefined, "a fault, as ordered"],
			]);
		}));

	it("stall, until the client gives up", () =>
		withMock({}, async (mock) => {
			mock.fault({ on: "GET /v2/*", answer: "stall" });
			const patience = new AbortController();
			const waiting = rejectionOf(
				fetch(`${mock.url}/v2/applications`, { signal: patience.signal }),
			);
			while (mock.requests.length === 0) await new Promise(setImmediate);
			patience.abort();
			expect(await waiting).to.have.property("name", "AbortError");
			expect((await call(mock, "GET", "/v2/applications")).status).to.equal(
				200,
			);
		}));

	it("are forgotten when cleared", () =>
		withMock({}, async (mock) => {
			mock.fault({
				on: "*",
				times: Number.POSITIVE_INFINITY,
				answer: { status: 500 },
			});
			expect((await call(mock, "GET", "/v2/applications")).status).to.equal(
				500,
			);
			mock.clearFaults();
			expect((await call(mock, "GET", "/v2/applications")).status).to.equal(
				200,
			);
		}));
});

describe("the mock's races", () => {
	it("edit between a client's read and its write", () =>
		withMock({}, async (mock) => {
			mock.interrupt({
				on: `GET /v2/applications/${APP}`,
				when: "after",
				run: (state) =>
					state.account(KEY).application(APP)?.patch({ name: "Theirs" }),
			});
			const { applications } = sdkFor(mock);
			const read = await applications.getApplication(APP);
			expect(read.name).to.equal("Hotline");
			expect((await applications.getApplication(APP)).name).to.equal("Theirs");
			// There is no ETag: the last one wins, and nobody is told.
			await applications.updateApplication(read);
			expect(mock.state.account(KEY).application(APP)?.value.name).to.equal(
				"Hotline",
			);
		}));

	it("edit before a write, which then meets what is new", () =>
		withMock({}, async (mock) => {
			mock.interrupt({
				on: "POST /number/update",
				when: "before",
				skip: 1,
				run: (state) => {
					state.account(KEY).numbers.length = 0;
				},
			});
			const { numbers } = sdkFor(mock);
			const number = { country: "GB", msisdn: "447700900001" } as const;
			await numbers.updateNumber({ ...number });
			expect(
				await rejectionOf(numbers.updateNumber({ ...number })),
			).to.have.nested.property("response.status", 420);
		}));

	it("edit while a URL is probed: the update goes by what is then there", () => {
		let edit = () => {};
		const probe = async () => {
			edit();
			return 200;
		};
		return withMock({ probe }, async (mock) => {
			edit = () =>
				void mock.edit((state) => {
					state.account(KEY).removeApplication(APP);
				});
			const { numbers } = sdkFor(mock);
			const update = numbers.updateNumber({
				country: "GB",
				msisdn: "447700900001",
				appId: APP,
				moHttpUrl: "https://new.example",
			});
			expect(await rejectionOf(update)).to.have.nested.property(
				"response.status",
				420,
			);
			expect(
				mock.state.account(KEY).number("447700900001"),
			).to.not.have.property("app_id");
		});
	});
});
