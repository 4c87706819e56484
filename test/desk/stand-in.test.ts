import { expect } from "chai";
import { StandIns } from "../../src/desk/stand-in.ts";
import { loadKinds } from "../../src/kind/load.ts";

const { kinds } = await loadKinds(["schemas"]);
const kindOf = (name: string) => {
	const kind = kinds.get(name);
	if (kind === undefined) throw new Error(`no kind ${name}`);
	return kind;
};

describe("StandIns", () => {
	it("gives a number the same stand-in everywhere, in its own grouping", () => {
		const one = new StandIns();
		const stand = one.number("447700123456");
		expect(stand).to.match(/^447700900\d{3}$/);
		expect(one.number("+447700123456")).to.equal(`+${stand}`);
		expect(one.number("00447700123456")).to.equal(`00${stand}`);
		expect(one.number("+44 7700 123456")).to.equal(
			`+44 7700 ${stand.slice(6)}`,
		);
		expect(new StandIns().number("447700123456")).to.equal(stand);
	});

	it("keeps the length and two digits of other numbers, and no more", () => {
		const stand = new StandIns().number("14155552671");
		expect(stand).to.match(/^14000000\d{3}$/);
		expect(new StandIns().number("12345")).to.match(/^12\d{3}$/);
		expect(new StandIns().number("123")).to.have.length(3);
	});

	it("keeps two numbers apart", () => {
		const one = new StandIns();
		const many = Array.from({ length: 500 }, (_, at) =>
			one.number(`4477001${String(at).padStart(5, "0")}`),
		);
		expect(new Set(many).size).to.equal(500);
	});

	it("leaves a payload valid, and nothing personal in it", () => {
		const kind = kindOf("sms.inbound");
		const payload = {
			msisdn: "447700123456",
			to: "447700123999",
			messageId: "0A0000000123ABCD1",
			text: "Call me at 447700123456, Ann",
			type: "text",
			keyword: "CALL",
			"message-timestamp": "2026-01-15 12:00:00",
			unknown: "Ann Smith, 447700123456",
			contact: "ann@smith.example",
			nested: { from: "447700123456" },
		};
		const masked = new StandIns().replace(payload, kind);
		expect(kind.validate(masked)).to.equal(undefined);
		expect(masked.messageId).to.equal(payload.messageId);
		expect(masked["message-timestamp"]).to.equal(payload["message-timestamp"]);
		expect(masked.msisdn).to.match(/^447700900\d{3}$/);
		expect((masked.nested as { from: string }).from).to.equal(masked.msisdn);
		expect(masked.text).to.have.length(payload.text.length);
		expect(JSON.stringify(masked)).to.not.match(
			/Ann|Smith|447700123|smith|Call me/,
		);
	});

	for (const [name, kind] of kinds) {
		const { examples } = kind.schema;
		if (!Array.isArray(examples)) continue;
		for (const [index, example] of examples.entries()) {
			it(`leaves example ${index + 1} of ${name} valid and recognised`, () => {
				const decoded = kind.decode(example, "json");
				const masked = new StandIns().replace(decoded, kind);
				expect(kind.validate(masked)).to.deep.equal(kind.validate(decoded));
				expect(kind.recognizes(masked)).to.equal(kind.recognizes(decoded));
			});
		}
	}
});
