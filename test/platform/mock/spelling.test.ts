import { expect } from "chai";
import {
	formatJson,
	parseJson,
	toValue,
} from "../../../src/platform/mock/json.ts";
import { APP, call, KEY, rejectionOf, withMock } from "./ground.ts";

/** JSON that no round trip through JavaScript's numbers and objects would leave as it is. */
const ODD =
	'{"name":"Odd","capabilities":{"network_apis":{"10":"ten","2":"two","X_odd":1.0,"big":12345678901234567890,"tiny":1e-7,"__proto__":{"a":[1.50,-0,[],{}]},"esc":"a\\/b\\u00e9"},"voice":{"signed_callbacks":true,"webhooks":{"answer_url":{"socket_timeout":5000,"address":"https://new.example/answer","unknown":null}}}},"more":true}';

describe("the mock's memory of JSON", () => {
	it("hands back byte for byte what it does not know", () =>
		withMock({}, async (mock) => {
			const path = `/v2/applications/${APP}`;
			const put = await call(mock, "PUT", path, { json: ODD });
			const answered = await put.text();
			const read = await (await call(mock, "GET", path)).text();
			expect(answered).to.equal(read);
			const keys = JSON.stringify(
				mock.state.account(KEY).application(APP)?.value.keys,
			);
			expect(read).to.equal(
				`{"id":"${APP}",${ODD.slice(1, -1)},"keys":${keys},"_links":{"self":{"href":"/v2/applications/${APP}"}}}`,
			);
			const list = await (await call(mock, "GET", "/v2/applications")).text();
			expect(list).to.contain(ODD.slice(1, -1));
		}));

	it("drops id and _links of a body, which are its own", () =>
		withMock({}, async (mock) => {
			const path = `/v2/applications/${APP}`;
			const json = `{"id":"other","_links":{"self":{"href":"/evil"}},"name":"Same"}`;
			const put = await call(mock, "PUT", path, { json });
			expect(await put.json()).to.deep.include({
				id: APP,
				_links: { self: { href: path } },
			});
		}));

	it("parses what JSON.parse parses, and nothing else", () => {
		for (const text of [ODD, "[]", ' "a" ', "-1.50E+3", "null", "[[1 , 2]]"]) {
			expect(toValue(parseJson(text))).to.deep.equal(JSON.parse(text));
		}
		expect(formatJson(parseJson(ODD))).to.equal(ODD);
		expect(() => parseJson("{'a':1}")).to.throw(SyntaxError);
		expect(() => parseJson("[1,]")).to.throw(SyntaxError);
		expect(() => parseJson(`${"[".repeat(200)}${"]".repeat(200)}`)).to.throw(
			SyntaxError,
			/deep/,
		);
	});

	it("answers 400 for a body that is no JSON object", () =>
		withMock({}, async (mock) => {
			for (const json of ["", "{", "[]", '"text"']) {
				const answer = await call(mock, "POST", "/v2/applications", { json });
				expect(answer.status, json).to.equal(400);
				expect(await answer.json()).to.have.property("title", "Bad Request");
			}
		}));
});

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
			const stop = new AbortController();
			const body = new ReadableStream({
				pull(controller) {
					controller.enqueue(new TextEncoder().encode("{"));
					stop.abort();
				},
			});
			await rejectionOf(
				fetch(`${mock.url}/v2/applications`, {
					method: "POST",
					body,
					duplex: "half",
					signal: stop.signal,
				} as RequestInit),
			);
			expect((await call(mock, "GET", "/v2/applications")).status).to.equal(
				200,
			);
			expect(mock.requests).to.have.length(1);
		}));
});
