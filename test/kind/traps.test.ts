import { expect } from "chai";
import { createTextRestorer, withoutAbsent } from "../../src/kind/decode.ts";
import { fromText, toQuery } from "../samples.ts";
import { ownKind } from "./folder.ts";

describe("an absent value", () => {
	it("is a null of JSON and the text null of a query or a form", async () => {
		const kind = await ownKind("voice.event");
		const fromJson = { status: "answered", start_time: null, extra: null };
		const fromForm = { status: "answered", start_time: "null", extra: "null" };
		const expected = { status: "answered" };
		expect(kind.decode(fromJson, "json")).to.deep.equal(expected);
		expect(kind.decode(fromForm, "query")).to.deep.equal(expected);
		expect(kind.decode(fromForm, "form")).to.deep.equal(expected);
	});

	it("is not the text null of JSON, nor a null inside an object", async () => {
		const sms = await ownKind("sms.inbound");
		expect(sms.decode({ text: "null" }, "json")).to.deep.equal({
			text: "null",
		});
		const input = await ownKind("ncco.input");
		const payload = { dtmf: { digits: null, timed_out: false } };
		expect(input.decode(payload, "json")).to.equal(payload);
	});

	it("costs no copy where there is none", () => {
		const payload = { a: "null", b: 0, c: "" };
		expect(withoutAbsent(payload, false)).to.equal(payload);
		expect(withoutAbsent(payload, true)).to.deep.equal({ b: 0, c: "" });
	});
});

describe("the traps of the platform's values", () => {
	it("parse nested JSON of a query", async () => {
		const kind = await ownKind("ncco.input");
		const query =
			"speech=%7B%22results%22:[%7B%22text%22:%22yes%22,%22confidence%22:0.9%7D]%7D&dtmf=%7B%22digits%22:%223%22,%22timed_out%22:true%7D&uuid=1";
		expect(kind.decode(fromText(query), "query")).to.deep.equal({
			speech: { results: [{ text: "yes", confidence: "0.9" }] },
			dtmf: { digits: "3", timed_out: true },
			uuid: "1",
		});
	});

	it("leave nested JSON without end as text, which the schema then refuses", async () => {
		const kind = await ownKind("ncco.input");
		const speech = `{"results":${"[".repeat(300)}${"]".repeat(300)}}`;
		const decoded = kind.decode({ speech, uuid: "1" }, "query");
		expect(decoded).to.deep.equal({ speech, uuid: "1" });
	});

	it("put digits that were pressed into one shape, as text, as JSON or as a number", async () => {
		const kind = await ownKind("ncco.input");
		const digits = (text: string) => kind.decode(fromText(text), "query");
		expect(digits("dtmf=0123&timed_out=true")).to.deep.equal({
			dtmf: { digits: "0123" },
			timed_out: true,
		});
		expect(digits("dtmf=")).to.deep.equal({ dtmf: { digits: "" } });
		expect(digits("dtmf=*%23")).to.deep.equal({ dtmf: { digits: "*#" } });
		for (const encoding of ["json", "form"] as const) {
			for (const [sent, decoded] of [
				["42", { digits: "42" }],
				['{"digits":"42","timed_out":true}', { digits: "42", timed_out: true }],
				['{"digits":"42"', { digits: '{"digits":"42"' }],
				[42, { digits: "42" }],
				[{ digits: 42 }, { digits: "42" }],
			]) {
				const payload = kind.decode({ dtmf: sent }, encoding);
				expect(payload, JSON.stringify(sent)).to.deep.equal({ dtmf: decoded });
				expect(kind.validate(payload)).to.equal(undefined);
			}
		}
		const list = kind.decode({ dtmf: ["1"] }, "json");
		expect(kind.validate(list)).to.have.length(1);
	});

	it("make no new dedupe key for digits that came as text", async () => {
		const { schema } = await ownKind("ncco.input");
		const restore = createTextRestorer(schema);
		const uuid = "1";
		for (const [decoded, sent] of [
			[{ digits: "42" }, "42"],
			[
				{ digits: "42", timed_out: true },
				{ digits: "42", timed_out: true },
			],
			[undefined, undefined],
		])
			expect(restore?.({ uuid, dtmf: decoded })).to.deep.equal({
				uuid,
				dtmf: sent,
			});
		expect(createTextRestorer((await ownKind("sms.dlr")).schema)).to.equal(
			undefined,
		);
	});

	it("keep dots, dashes, case and brackets of names", async () => {
		const query =
			"message-timestamp=2020-01-01+12%3A00%3A00&SipHeader_X-UserId=1938ND9&session.callerid=1&a[b]=2&API-KEY=k";
		const names = [
			"message-timestamp",
			"SipHeader_X-UserId",
			"session.callerid",
			"a[b]",
			"API-KEY",
		];
		for (const name of ["sms.inbound", "voice.answer"]) {
			const kind = await ownKind(name);
			const decoded = kind.decode(fromText(query), "query");
			expect(Object.keys(decoded)).to.deep.equal(names);
		}
	});

	it("take numbers for text and text for numbers", async () => {
		const event = await ownKind("voice.event");
		const asNumbers = { duration: 2, price: 0.0045, rate: 0, network: 12345 };
		expect(event.decode(asNumbers, "json")).to.deep.equal({
			duration: "2",
			price: "0.0045",
			rate: "0",
			network: "12345",
		});
		const record = await ownKind("ncco.record");
		expect(record.decode({ size: "18990" }, "query")).to.deep.equal({
			size: 18990,
		});
		const sms = await ownKind("sms.inbound");
		const parts = { concat: true, "concat-ref": 0, timestamp: 1578787200 };
		expect(sms.decode(parts, "json")).to.deep.equal({
			concat: "true",
			"concat-ref": "0",
			timestamp: "1578787200",
		});
	});

	it("keep a key that comes again as a list, which a field of text refuses", async () => {
		const kind = await ownKind("sms.dlr");
		const decoded = kind.decode(
			{ messageId: ["1", "2"], status: "delivered" },
			"query",
		);
		expect(decoded.messageId).to.deep.equal(["1", "2"]);
		expect(kind.validate(decoded)).to.deep.equal([
			{
				path: "/messageId",
				message:
					"must be text, is a list (a name that is sent twice makes one)",
			},
		]);
	});

	it("give one payload for query, form and JSON", async () => {
		const kind = await ownKind("ncco.input");
		const payload = {
			dtmf: { digits: "42", timed_out: false },
			speech: { results: [], error: null },
			from: "447700900001",
			timed_out: true,
		};
		const text = fromText(toQuery(payload));
		for (const encoding of ["query", "form", "json"] as const) {
			expect(kind.decode(text, encoding)).to.deep.equal(payload);
		}
		expect(kind.decode(payload, "json")).to.equal(payload);
	});
});
