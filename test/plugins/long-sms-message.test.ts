import { expect } from "chai";
import fc from "fast-check";
import {
	missingOf,
	type Sms,
	toMessage,
	toPart,
} from "../../plugins/shipped/long-sms/message.ts";
import { partOf, partsOf, WHOLE } from "./sms.ts";

describe("toPart", () => {
	it("reads number and total, and gives all parts of a message one key", () => {
		const [one, two] = partsOf(["a", "b"]).map(toPart);
		expect(one).to.include({ number: 1, total: 2 });
		expect(two).to.include({ number: 2, total: 2 });
		expect(one?.key).to.equal(two?.key);
	});

	it("knows `concat` in every spelling, and numbers that are no text", () => {
		for (const concat of ["true", "True", "1", true, 1]) {
			const part = toPart({
				...partOf(1, 2, "a"),
				concat,
				"concat-ref": 0,
				"concat-total": 2,
				"concat-part": 1,
			});
			expect(part, String(concat)).to.include({ number: 1, total: 2 });
		}
	});

	const others: Readonly<Record<string, Sms>> = {
		sender: { msisdn: "447700900002" },
		receiver: { to: "447700900009" },
		reference: { "concat-ref": "8" },
		"number of parts": { "concat-total": "3" },
	};
	for (const [what, over] of Object.entries(others)) {
		it(`gives messages of another ${what} another key`, () => {
			const part = partOf(1, 2, "a");
			expect(toPart({ ...part, ...over })?.key).to.not.equal(toPart(part)?.key);
		});
	}

	it("keeps senders and receivers apart that could be read together", () => {
		const part = partOf(1, 2, "a");
		expect(toPart({ ...part, msisdn: "1", to: "12" })?.key).to.not.equal(
			toPart({ ...part, msisdn: "11", to: "2" })?.key,
		);
	});

	const whole: Readonly<Record<string, Sms>> = {
		"an SMS without `concat`": WHOLE,
		"`concat` that is false": { ...partOf(1, 2, "a"), concat: "false" },
		"a number above the total": partOf(3, 2, "a"),
		"a number of 0": partOf(0, 2, "a"),
		"a total of 0": partOf(0, 0, "a"),
		"a total above 255": partOf(1, 256, "a"),
		"a number that is none": partOf("one", 2, "a"),
		"a negative number": partOf(-1, 2, "a"),
		"a fraction": partOf("1.5", 2, "a"),
		"no reference": partOf(1, 2, "a", { "concat-ref": undefined }),
		"an empty reference": partOf(1, 2, "a", { "concat-ref": "" }),
	};
	for (const [what, sms] of Object.entries(whole)) {
		it(`takes ${what} for a whole message`, () =>
			expect(toPart(sms)).to.equal(undefined));
	}
});

describe("toMessage", () => {
	it("has the first part's fields, the whole text, and the ids of all parts", () => {
		const [one, two, three] = partsOf(["Hel", "lo ", "world"], {
			sig: "8cfb",
			nonce: "n",
			timestamp: "1578787200",
		}) as [Sms, Sms, Sms];
		const parts = new Map([
			[3, three],
			[1, one],
			[2, two],
		]);
		expect(toMessage(parts, 3)).to.deep.equal({
			msisdn: "447700900001",
			to: "447700900000",
			messageId: "7-1",
			text: "Hello world",
			type: "text",
			keyword: "Hel",
			"message-timestamp": "2020-01-01 12:00:00",
			parts: ["7-1", "7-2", "7-3"],
		});
	});

	it("joins the data of a binary message, under the first part's header", () => {
		const binary = (number: number, data: string, udh: string): Sms =>
			partOf(number, 2, "", { type: "binary", text: undefined, data, udh });
		const parts = new Map([
			[1, binary(1, "EA06", "0500037B0201")],
			[2, binary(2, "01AE", "0500037B0202")],
		]);
		const message = toMessage(parts, 2);
		expect(message).to.include({ data: "EA0601AE", udh: "0500037B0201" });
		expect(message).to.have.property("text", undefined);
	});

	it("lists the parts that are missing, and has no keyword of a later one", () => {
		const parts = new Map([
			[2, partOf(2, 4, "STOP it")],
			[4, partOf(4, 4, " now")],
		]);
		const message = toMessage(parts, 4);
		expect(message).to.include({
			text: "STOP it now",
			"concat-missing": "1,3",
		});
		expect(message).to.not.have.property("keyword");
		expect(message).to.not.have.property("concat-part");
	});

	it("says the same whatever the order in which the parts came", () => {
		const cases = fc
			.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 12 })
			.chain((texts) => {
				const numbered = texts.map((text, index) => [index + 1, text] as const);
				return fc.record({
					texts: fc.constant(texts),
					came: fc.shuffledSubarray(numbered, { minLength: texts.length }),
				});
			});
		fc.assert(
			fc.property(cases, ({ texts, came }) => {
				const parts = new Map(
					came.map(([number, text]) => [
						number,
						partOf(number, texts.length, text),
					]),
				);
				expect(missingOf(parts, texts.length)).to.deep.equal([]);
				expect(toMessage(parts, texts.length)).to.include({
					text: texts.join(""),
				});
			}),
		);
	});
});
