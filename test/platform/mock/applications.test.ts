import { expect } from "chai";
import {
	formatJson,
	parseJson,
	toValue,
} from "../../../src/platform/mock/json.ts";
import { APP, call, KEY, withMock } from "./ground.ts";

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

	it("knows an application by its id in either case", () =>
		withMock({}, async (mock) => {
			const path = `/v2/applications/${APP.toUpperCase()}`;
			const read = await call(mock, "GET", path);
			expect(await read.json()).to.include({ id: APP });
			expect((await call(mock, "DELETE", path)).status).to.equal(204);
			const number = mock.state.account(KEY).number("447700900001");
			expect(number).to.not.have.property("app_id");
			expect((await call(mock, "DELETE", path)).status).to.equal(404);
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

describe("the mock's check of applications", () => {
	for (const [json, names] of [
		["{}", ["name"]],
		['{"name":7}', ["name"]],
		['{"name":"a","capabilities":[]}', ["capabilities"]],
		[
			'{"name":"a","capabilities":{"voice":{"webhooks":[]}}}',
			["capabilities.voice.webhooks"],
		],
		[
			'{"name":"a","capabilities":{"voice":{"webhooks":{"answer_url":"https://a.example"}}}}',
			["capabilities.voice.webhooks.answer_url"],
		],
		[
			'{"name":"a","capabilities":{"verify":{"webhooks":{"status_url":{"address":"","http_method":"GET"}}}}}',
			[
				"capabilities.verify.webhooks.status_url.address",
				"capabilities.verify.webhooks.status_url.http_method",
			],
		],
		[
			'{"name":"a","capabilities":{"voice":{"signed_callbacks":"true","conversations_ttl":9001,"leg_persistence_time":0,"region":"moon"},"messages":{"version":"v2","authenticate_inbound_media":1}},"privacy":{"improve_ai":null}}',
			[
				"capabilities.voice.signed_callbacks",
				"capabilities.voice.conversations_ttl",
				"capabilities.voice.leg_persistence_time",
				"capabilities.voice.region",
				"capabilities.messages.version",
				"capabilities.messages.authenticate_inbound_media",
				"privacy.improve_ai",
			],
		],
		[
			'{"name":"a","capabilities":{"voice":{"webhooks":{"event_url":{"connect_timeout":299,"connection_timeout":1001,"socket_timeout":10000.5}}}}}',
			[
				"capabilities.voice.webhooks.event_url.connect_timeout",
				"capabilities.voice.webhooks.event_url.connection_timeout",
				"capabilities.voice.webhooks.event_url.socket_timeout",
			],
		],
	] as const) {
		it(`refuses ${names.join(", ")}`, () =>
			withMock({}, async (mock) => {
				const before = mock.state.account(KEY).application(APP)?.text;
				const put = await call(mock, "PUT", `/v2/applications/${APP}`, {
					json,
				});
				expect(put.status).to.equal(400);
				const { invalid_parameters: invalid } = (await put.json()) as {
					readonly invalid_parameters: readonly { readonly name: string }[];
				};
				expect(invalid.map(({ name }) => name)).to.deep.equal(names);
				expect(mock.state.account(KEY).application(APP)?.text).to.equal(before);
			}));
	}

	it("lets pass what the platform may know and the mock does not", () =>
		withMock({}, async (mock) => {
			const json =
				'{"name":"a","capabilities":{"bulk":{"list_status_url":"x"},"video":{"storage":[]},"vbc":{},"voice":{"payments":{"gateways":[]},"webhooks":{"answer_url":{"http_method":"POST"},"newer_url":7}}}}';
			const put = await call(mock, "PUT", `/v2/applications/${APP}`, { json });
			expect(put.status).to.equal(200);
		}));

	it("refuses pages that are none", () =>
		withMock({}, async (mock) => {
			for (const [query, names] of [
				["page_size=0", ["page_size"]],
				["page=0&page_size=ten", ["page_size", "page"]],
				["page=-1", ["page"]],
			] as const) {
				const answer = await call(mock, "GET", `/v2/applications?${query}`);
				expect(answer.status).to.equal(400);
				const { invalid_parameters: invalid } = (await answer.json()) as {
					readonly invalid_parameters: readonly { readonly name: string }[];
				};
				expect(invalid.map(({ name }) => name)).to.deep.equal(names);
			}
			const behind = await call(mock, "GET", "/v2/applications?page=9");
			expect(await behind.json()).to.deep.include({
				page: 9,
				_embedded: { applications: [] },
			});
		}));
});
