import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { maskPersonal, maskText } from "../../src/observe/mask.ts";
import { maskPayload } from "../../src/observe/mask-payload.ts";

describe("maskText", () => {
	const cases: readonly (readonly [string, string])[] = [
		["447700900001", "44********01"],
		["+447700900001", "+44********01"],
		["call 1234567 now", "call 12***67 now"],
		["123456 is short", "123456 is short"],
		[
			"/sms/447700900001/in?to=447700900002",
			"/sms/44********01/in?to=44********02",
		],
		["u447700900001x", "u44********01x"],
		["+44 (0) 7700 900 001", "+44*********01"],
		["sip:+447700900001@example.com", "sip:+44********01@example.com"],
		["2024-01-31 10:00:00 took 1500 ms", "2024-01-31 10:00:00 took 1500 ms"],
		["api_secret=abc&to=x", "api_secret=[secret]&to=x"],
		['{"password":"p w","a":1}', '{"password":"[secret] w","a":1}'],
		["sig: 0a1b", "sig: [secret]"],
		["design: fine", "design: fine"],
		["refreshToken = abc.def", "refreshToken = [secret]"],
		["sent Bearer eyJhbGciOi.J9-_x", "sent Bearer [secret]"],
		["basic dXNlcjpwYXNz", "basic [secret]"],
		["the basic idea", "the basic idea"],
		["postgres://me:pw@db/inbox", "postgres://[secret]@db/inbox"],
		["nothing to see", "nothing to see"],
		["X-Api-Key: hunter22", "X-Api-Key: [secret]"],
		["x-access-key=hunter22;a", "x-access-key=[secret];a"],
		["access_key: hunter22", "access_key: [secret]"],
		["pwd=hunter22 pin: 1234", "pwd=[secret] pin: [secret]"],
		["credentials: hunter22", "credentials: [secret]"],
		["shopping: fine", "shopping: fine"],
		["Cookie: a=hunter22; b=2", "Cookie: [secret]"],
		["set-cookie: a=1; Path=/\nnext", "set-cookie: [secret]\nnext"],
		["got eyJhbGciOi.eyJzdWIi.c2ln, no", "got [secret], no"],
		["key whsec_MfKQ9r8GKYqrTwjU+/=", "key [secret]"],
		["call 07700 900 001 now", "call 07*******01 now"],
		["(020) 7946 0958", "(02*******58"],
		["415-555-2671", "41******71"],
		["06.12.34.56.78", "06******78"],
		["from 203.0.113.45:8080 at 10:00", "from 203.0.113.45:8080 at 10:00"],
		["2026-11-29T16:27:17.123Z", "2026-11-29T16:27:17.123Z"],
		["400 to 599, 12 of 34", "400 to 599, 12 of 34"],
		["HTTP 503 \u0002her words\u0003", "HTTP 503 [masked 9 characters]"],
		["answered 400\u0001: her words\u0003", "answered 400"],
		["", ""],
	];
	for (const [text, masked] of cases) {
		it(`writes ${JSON.stringify(masked)} for ${JSON.stringify(text)}`, () => {
			expect(maskText(text)).to.equal(masked);
		});
	}

	it("leaves no number whole, whatever stands around it", () => {
		const around = ["", " ", "+", "/", "a", "-", ".", "=", "\n", "é", '"', "_"];
		for (let length = 7; length <= 15; length += 1) {
			const number = "4477009000012345".slice(0, length);
			for (const before of around) {
				for (const after of around) {
					const masked = maskText(before + number + after);
					expect(masked).not.to.include(number);
					expect(masked).not.to.match(/\d{5}/);
				}
			}
		}
	});

	it("keeps every UUID whole", () => {
		const allDigits = "12345678-1234-4234-8234-123456789012";
		for (const id of [allDigits, ...Array.from({ length: 500 }, randomUUID)]) {
			expect(maskText(`event ${id}: failed`)).to.equal(`event ${id}: failed`);
		}
	});

	it("changes nothing when it is asked twice", () => {
		for (const [text] of cases) {
			const once = maskText(text);
			expect(maskText(once)).to.equal(once);
		}
	});

	it("is done soon with a long hostile text", () => {
		for (const part of [
			"a-",
			"secret",
			"+1 ",
			"bearer ",
			"://",
			"0a",
			"=",
			"1-",
			"11 ",
			"11.",
			"(11) ",
			"eyJ",
			"eyJa.",
			"cookie:",
			"\u0001",
			"\u0002a\u0003",
		]) {
			// What is quadratic here runs into mocha's own limit.
			expect(maskText(part.repeat(20_000))).to.be.a("string");
		}
	});

	it("reads a text once that is full of beginnings of tokens", () => {
		// Read to the end from each of them, it takes minutes.
		const text = "eyJ".repeat(500_000);
		expect(maskText(text)).to.equal(text);
	});

	it("finds a token in any part of a name with dots", () => {
		for (const [text, masked] of [
			["eyJ.eyJ.eyJa.b", "eyJ.eyJ.[secret]"],
			["a.eyJeyJ.b-c.d/e", "a.[secret]/e"],
			["x-eyJa eyJb.c", "x-eyJa [secret]"],
			["whsec_eyJa.b/c", "[secret]"],
			["eyJa.whsec_b/c", "[secret]/c"],
			["eyJ. eyJ", "eyJ. eyJ"],
		] as const)
			expect(maskText(text)).to.equal(masked);
	});
});

describe("maskPersonal", () => {
	const numbers: readonly (readonly [text: string, masked: string])[] = [
		["447700900001", "44********01"],
		["+44 7700 900001", "+44********01"],
		// WhatsApp has ids in the place of numbers, and email has addresses.
		["US.13491208655302741918", "US.13****************18"],
		["DE.4915112345678", "DE.49*********78"],
		["US.1349", "[masked 7 characters]"],
		["us.13491208655302741918", "[masked 23 characters]"],
		["user@example.com", "u***@example.com"],
		["user@example.com, other", "[masked 23 characters]"],
		["sip:447700900001@example.com", "[masked 28 characters]"],
		["AcmeInc", "[masked 7 characters]"],
		["0123456789", "01******89"],
		["", ""],
	];
	for (const [text, masked] of numbers) {
		it(`masks ${JSON.stringify(text)}, where a number is expected`, () => {
			expect(maskPersonal(text, "number")).to.equal(masked);
		});
	}

	it("shows nothing of an address in a field that no schema knows", () => {
		expect(maskPersonal("user@example.com", "unknown")).to.equal(
			"[masked 16 characters]",
		);
		expect(maskPersonal("US.13491208655302741918", "unknown")).to.equal(
			"US.13****************18",
		);
	});
});

describe("maskPayload", () => {
	it("masks what people said or typed, numbers and secrets, and keeps the rest", () => {
		expect(
			maskPayload({
				msisdn: "447700900001",
				to: 447700900002,
				messageId: "0C000000217B7F02",
				conversation_uuid: "CON-63f61863-4a51-4f6b-86e1-46edebcf9356",
				text: "see you at 8",
				keyword: "SEE",
				type: "text",
				"message-timestamp": "2020-01-01 12:00:00",
				sig: "0a1b2c",
				api_secret: "x",
				price: "0.0333",
				duration: 61,
				absent: null,
			}),
		).to.deep.equal({
			msisdn: "44********01",
			to: "44********02",
			messageId: "0C000000217B7F02",
			conversation_uuid: "CON-63f61863-4a51-4f6b-86e1-46edebcf9356",
			text: "[masked 12 characters]",
			keyword: "[masked 3 characters]",
			type: "text",
			"message-timestamp": "2020-01-01 12:00:00",
			sig: "[secret]",
			api_secret: "[secret]",
			price: "0.0333",
			duration: 61,
			absent: null,
		});
	});

	it("masks the headers of a request that hold a secret", () => {
		const headers = {
			"x-api-key": "a",
			"x-access-key": "b",
			"x-client-credential": "c",
			pwd: "d",
			"x-pin": "e",
			"set-cookie": ["f"],
			"proxy-authorization": "g",
			spin: "h",
			"x-trace": "got eyJhbGciOi.eyJzdWIi.c2ln",
		};
		const secrets = Object.keys(headers).slice(0, 7);
		expect(maskPayload(headers)).to.deep.equal({
			...Object.fromEntries(secrets.map((name) => [name, "[secret]"])),
			spin: "h",
			"x-trace": "got [secret]",
		});
	});

	it("masks a name that is a text, or holds a number", () => {
		expect(
			maskPayload({
				"call me, Ann": 1,
				"447700900001": 2,
				"message-timestamp": 3,
			}),
		).to.deep.equal({
			"[masked 12 characters]": 1,
			"44********01": 2,
			"message-timestamp": 3,
		});
	});

	it("masks all that is inside a field of text", () => {
		expect(
			maskPayload({
				dtmf: { digits: "1234", timed_out: true },
				speech: { results: [{ text: "yes", confidence: "0.9" }] },
			}),
		).to.deep.equal({
			dtmf: { digits: "[masked 4 characters]", timed_out: true },
			speech: {
				results: [
					{
						text: "[masked 3 characters]",
						confidence: "[masked 3 characters]",
					},
				],
			},
		});
	});

	it("takes a number for a number though the field is called an id", () => {
		expect(maskPayload({ user_id: "447700900001" })).to.deep.equal({
			user_id: "44********01",
		});
	});

	it("keeps the digits after the point of a number, and masks those before it", () => {
		const measures = {
			ms: 33.333333333,
			price: 0.30000000000000004,
			tiny: 1e-9,
		};
		expect(maskPayload(measures)).to.deep.equal(measures);
		expect(
			maskPayload({ to: 447700900001.5, from: -447700900001.5 }),
		).to.deep.equal({ to: "44********01.5", from: "-44********01.5" });
	});

	it("does not change what it is given", () => {
		const payload = { text: "hello", nested: { to: "447700900001" } };
		const before = structuredClone(payload);
		maskPayload(payload);
		expect(payload).to.deep.equal(before);
	});

	it("treats `__proto__` as a field", () => {
		const payload = JSON.parse('{"__proto__":{"to":"447700900001"}}');
		const masked = maskPayload(payload);
		expect(Object.keys(masked)).to.deep.equal(["__proto__"]);
		expect(JSON.stringify(masked)).to.equal(
			'{"__proto__":{"to":"44********01"}}',
		);
	});

	it("ends on a cycle, a deep tree and a wide one", () => {
		const cycle: Record<string, unknown> = {};
		cycle.a = cycle;
		cycle.b = cycle;
		const wide = Object.fromEntries(
			Array.from({ length: 5000 }, (_, n) => [`k${n}`, "v"]),
		);
		for (const hostile of [
			cycle,
			{ a: wide, b: [wide] },
			{ list: Array(9999).fill(1) },
		]) {
			expect(JSON.stringify(maskPayload(hostile))).to.include("[more]");
		}
	});

	it("never throws, and shows no bytes", () => {
		const throwing = {
			get a(): string {
				throw new Error("no");
			},
		};
		expect(maskPayload(throwing)).to.deep.equal({ unloggable: true });
		expect(maskPayload({ raw: Buffer.from("447700900001") })).to.deep.equal({
			raw: "[masked 12 bytes]",
		});
		expect(
			maskPayload({ at: new Date(0), url: new URL("http://x/447700900001") }),
		).to.deep.equal({
			at: "1970-01-01T00:00:00.000Z",
			url: "http://x/44********01",
		});
	});
});
