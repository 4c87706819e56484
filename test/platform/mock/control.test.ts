import { request } from "node:http";
import { expect } from "chai";
import type { PlatformMock } from "../../../src/platform/mock/mock.ts";
import { ACCOUNT, APP, call, KEY, SECRET, withMock } from "./ground.ts";

describe("the mock's own paths", () => {
	it("edit an application as the dashboard does: signed_callbacks falls out, the rest stays", () =>
		withMock({}, async (mock) => {
			const answer = await patch(
				mock,
				`applications/${APP}`,
				'{"capabilities":{"voice":{"signed_callbacks":null,"odd":1.0}}}',
			);
			expect(answer.status).to.equal(204);
			const { text = "" } = mock.state.account(KEY).application(APP) ?? {};
			expect(text).to.contain('"odd":1.0');
			expect(text).to.not.contain("signed_callbacks");
			expect(text).to.contain("https://old.example/answer");
		}));

	it("edit settings and numbers, without a probe and without a request in the journal", () => {
		const probe = async () => {
			throw new Error("probed");
		};
		return withMock({ probe }, async (mock) => {
			await patch(mock, "settings", {
				moCallBackUrl: "https://theirs.example",
				drCallBackUrl: null,
			});
			await patch(mock, "numbers/447700900001", {
				app_id: null,
				voiceStatusCallback: "https://theirs.example/ended",
			});
			const account = mock.state.account(KEY);
			expect(account.settings).to.deep.equal({
				moCallBackUrl: "https://theirs.example",
				drCallBackUrl: "",
				httpForwardMethod: "",
			});
			const number = account.number("447700900001");
			expect(number).to.not.have.property("app_id");
			expect(number).to.deep.include({
				moHttpUrl: "https://old.example/support",
				voiceStatusCallback: "https://theirs.example/ended",
			});
			expect(mock.requests).to.deep.equal([]);
		});
	});

	it("show the state with its hidden fields and without secrets, and the requests", () =>
		withMock({}, async (mock) => {
			await call(mock, "POST", "/number/update", {
				form: {
					country: "US",
					msisdn: "12015550123",
					voiceStatusCallback: "https://new.example/ended",
				},
			});
			const state = await (await fetch(`${mock.url}/mock/state`)).json();
			expect(state).to.have.nested.property(
				"accounts[0].numbers[2].voiceStatusCallback",
				"https://new.example/ended",
			);
			expect(JSON.stringify(state)).to.not.contain(SECRET);
			const requests = await (await fetch(`${mock.url}/mock/requests`)).text();
			expect(JSON.parse(requests)).to.have.nested.property(
				"[0].form.msisdn",
				"12015550123",
			);
			expect(requests).to.not.match(/authorization/i);
		}));

	it("order faults, and clear them", () =>
		withMock({}, async (mock) => {
			const order = (fault: unknown) => send(mock, "POST", "faults", fault);
			const fault = { on: "GET /v2/*", times: 9, answer: { status: 503 } };
			expect((await order(fault)).status).to.equal(204);
			expect((await call(mock, "GET", "/v2/applications")).status).to.equal(
				503,
			);
			const cleared = await fetch(`${mock.url}/mock/faults`, {
				method: "DELETE",
			});
			expect(cleared.status).to.equal(204);
			expect((await call(mock, "GET", "/v2/applications")).status).to.equal(
				200,
			);
			for (const wrong of [{ on: "GET *" }, { answer: "stall" }, []]) {
				expect((await order(wrong)).status).to.equal(400);
			}
		}));

	it("refuse a name that is not there, another method, and a page of another site", () =>
		withMock({}, async (mock) => {
			expect((await patch(mock, "numbers/1", {})).status).to.equal(404);
			expect((await patch(mock, "applications/x", {})).status).to.equal(404);
			expect((await patch(mock, "secrets", {})).status).to.equal(404);
			expect((await fetch(`${mock.url}/mock/else`)).status).to.equal(404);
			const put = await send(mock, "PUT", "faults", {});
			expect(put.status).to.equal(405);
			const form = await fetch(`${mock.url}/mock/faults`, {
				method: "POST",
				body: new URLSearchParams({ on: "*" }),
			});
			expect(form.status).to.equal(400);
			expect(await statusWithHost(mock, "evil.example")).to.equal(403);
			expect(await statusWithHost(mock, "localhost:4010")).to.equal(200);
		}));

	it("know the accounts apart", () =>
		withMock(
			{ accounts: [ACCOUNT, { apiKey: "other999", apiSecret: "two" }] },
			async (mock) => {
				await patch(mock, "settings", { moCallBackUrl: "a" }, "other999");
				expect(mock.state.account(KEY).settings.moCallBackUrl).to.equal(
					"https://old.example/sms",
				);
				expect(mock.state.account("other999").settings.moCallBackUrl).to.equal(
					"a",
				);
				expect((await patch(mock, "settings", {}, "nobody")).status).to.equal(
					404,
				);
			},
		));
});

// --- helpers ---

function patch(
	mock: PlatformMock,
	part: string,
	change: unknown,
	key = KEY,
): Promise<Response> {
	return send(mock, "PATCH", `accounts/${key}/${part}`, change);
}

/** Text is sent as it is. */
function send(
	{ url }: PlatformMock,
	method: string,
	path: string,
	body: unknown,
): Promise<Response> {
	return fetch(`${url}/mock/${path}`, {
		method,
		headers: { "content-type": "application/json" },
		body: typeof body === "string" ? body : JSON.stringify(body),
	});
}

/** `fetch` does not let a caller choose the Host. */
function statusWithHost({ url }: PlatformMock, host: string): Promise<number> {
	return new Promise((resolve, reject) => {
		const asked = request(`${url}/mock/state`, { headers: { host } }, (got) => {
			got.resume();
			resolve(got.statusCode as number);
		});
		asked.on("error", reject);
		asked.end();
	});
}
