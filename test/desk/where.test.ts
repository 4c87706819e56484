import { expect } from "chai";
import { compileWhere } from "../../src/desk/where/compile.ts";
import { pointAt, WhereError } from "../../src/desk/where/error.ts";

const SUBJECT = {
	payload: {
		status: "delivered",
		price: "0.0333",
		count: 12,
		long: "12345678901234567890",
		isTest: true,
		flag: "false",
		empty: null,
		"err-code": "0",
		"session.id": "s1",
		usage: { price: "0.12", currency: "EUR" },
		time: "2026-01-31T09:30:00Z",
		tags: ["red", "Blue"],
		items: [{ price: 1.5 }, { price: 20 }],
		text: "Hello World",
	},
	headers: { "x-tenant": "acme" },
	query: "page=2&page=3&q=a",
	params: { tenant: "acme" },
	claims: { application_id: "app" },
};

const select = (source: string) => compileWhere(source)(SUBJECT);

describe("compileWhere", () => {
	const fitting = [
		"payload.usage.price > 0.1",
		"usage.price>0.1",
		"usage.price < 1",
		"price = 0.03330",
		"price >= 3.33e-2",
		'count = "12"',
		"count != 13",
		"count <= 12 and count >= 12",
		"long > 12345678901234567889",
		"not long > 12345678901234567890",
		'usage.price > "0.1"',
		"isTest = true",
		"flag = false",
		"missing = null",
		"empty = null",
		"status != null",
		"missing != 3",
		"err-code = 0",
		"payload.err-code = 0",
		'session.id = "s1"',
		'time >= "2026-01-31" and time < "2026-02-01"',
		'tags = "red"',
		"items.1.price = 20",
		'tags ~ "blue"',
		'text ~ "WORLD"',
		"text ~ /^hello/i",
		"text =~ /World$/",
		'payload ~ "eur"',
		'headers.X-Tenant = "acme"',
		"query.page = 3",
		'params.tenant = "acme"',
		"claims.application_id = 'app'",
		'status = "no" or count = 12',
		'status = "no" or status = "delivered" and count = 12',
		'(status = "no" or status = "delivered") and count = 12',
		"NOT (count = 1 OR count = 2)",
		'count == 12 && !(status = "no" || status = "x")',
		'status = "deliv\\ered"',
	];
	for (const source of fitting)
		it(`selects by ${source}`, () => expect(select(source)).to.equal(true));

	const others = [
		"payload.usage.price > 0.12",
		"usage.price > 9",
		'status = "Delivered"',
		"missing > 0",
		"missing < 0",
		'missing ~ "a"',
		"status > 5",
		"usage = 1",
		"isTest = 1",
		'text ~ "earth"',
		"text ~ /hello/",
		"tags != 'red'",
		'status = "delivered" and (count = 1 or count = 2)',
	];
	for (const source of others)
		it(`does not select by ${source}`, () =>
			expect(select(source)).to.equal(false));

	const mistakes: readonly (readonly [
		source: string,
		column: number,
		says: RegExp,
	])[] = [
		["", 1, /at the end: the expression ends here\. Expected a field/],
		["payload.price", 14, /at the end: .*Expected one of = != </],
		["payload.price >", 16, /at the end: .*Expected a value/],
		["price > 0.1 )", 13, /column 13: this bracket was never opened/],
		["(price > 0.1", 13, /Expected `and`, `or` or `\)`/],
		[
			"price > 0.1 price < 2",
			13,
			/column 13: .*Expected `and`, `or` or the end/,
		],
		[
			"status = failed",
			10,
			/`failed` is not in quotes\. Expected a value, such as "failed"/,
		],
		['status = "failed', 10, /this text has no end/],
		["price > > 1", 9, /column 9: `>` does not fit\. Expected a value/],
		["price ! 1", 7, /Expected one of = != </],
		["price > true", 9, /`true` has no order/],
		["and price > 1", 1, /Expected a field/],
		["price > 1 and", 14, /Expected a field/],
		["text = /a/", 8, /a pattern needs the operator `~`/],
		["text ~ /(?=a)/", 8, /this pattern cannot be used/],
		["text ~ /a/g", 8, /unknown flags/],
		["text ~ /(/", 8, /this pattern cannot be used/],
		["price > 1 ; drop", 11, /`;` begins nothing/],
		["1 = price", 1, /Expected a field/],
		["price > 1.2.3", 9, /begins nothing|does not fit/],
		["(".repeat(60), 52, /nested too deeply/],
		["!".repeat(60), 52, /nested too deeply/],
		["a".repeat(5000), 4001, /too long/],
	];
	for (const [source, column, says] of mistakes)
		it(`says what is wrong with ${source.slice(0, 30) || "nothing"}`, () => {
			try {
				compileWhere(source);
				expect.fail("it compiled");
			} catch (error) {
				if (!(error instanceof WhereError)) throw error;
				expect(error.message).to.match(says);
				expect(error.column).to.equal(column);
			}
		});

	it("marks the mistake below the expression", () => {
		const source = "status = failed";
		try {
			compileWhere(source);
		} catch (error) {
			expect(pointAt(source, error as WhereError)).to.deep.equal([
				"status = failed",
				"         ^^^^^^",
			]);
		}
	});

	it("takes no long time for a long text", () => {
		const subject = { ...SUBJECT, payload: { text: "a".repeat(200_000) } };
		expect(compileWhere("text ~ /(a+)+b/")(subject)).to.equal(false);
	});
});
