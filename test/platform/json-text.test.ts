import { expect } from "chai";
import {
	array,
	boolean,
	assert as check,
	constant,
	dictionary,
	integer,
	letrec,
	oneof,
	property,
	string,
} from "fast-check";
import { editJson, itemTextsAt, textAt } from "../../src/platform/json-text.ts";

describe("editJson", () => {
	const text = `{ "id": "a", "ttl": 1.0, "big": 12345678901234567890,
	"capabilities": {"x-Odd": {"B": [1, {"a": "}"}], "a": 1e2}, "voice": {} } , "keys": {"public_key": "-----\\n"}, "_links": {} }`;

	const rows: readonly [string, string[], unknown, string, string][] = [
		["replaces a value", ["id"], "b", '"id": "a"', '"id": "b"'],
		[
			"adds a key to an empty object",
			["capabilities", "voice", "signed_callbacks"],
			true,
			'"voice": {}',
			'"voice": {"signed_callbacks":true}',
		],
		[
			"adds the objects on the way",
			["capabilities", "rtc", "webhooks"],
			{},
			'"voice": {} }',
			'"voice": {},"rtc":{"webhooks":{}} }',
		],
		[
			"takes a key in the middle out",
			["keys"],
			undefined,
			' , "keys": {"public_key": "-----\\n"}',
			"",
		],
		["takes the first key out", ["id"], undefined, '"id": "a", ', ""],
		["takes the last key out", ["_links"], undefined, ', "_links": {}', ""],
		["leaves what is not there", ["none", "at all"], undefined, "", ""],
	];
	for (const [name, path, value, before, after] of rows) {
		it(`${name}, and nothing else`, () => {
			expect(text).to.include(before);
			expect(editJson(text, [{ path, value }])).to.equal(
				text.replace(before, () => after),
			);
		});
	}

	it("takes the only key out, and one that stands there twice", () => {
		expect(
			editJson('{ "a": 1 }', [{ path: ["a"], value: undefined }]),
		).to.equal("{  }");
		expect(
			editJson('{"a":1,"b":2,"a":3}', [{ path: ["a"], value: undefined }]),
		).to.equal('{"b":2}');
	});

	it("changes the one that counts of two equal keys", () => {
		expect(editJson('{"a":1,"a":3}', [{ path: ["a"], value: 4 }])).to.equal(
			'{"a":1,"a":4}',
		);
	});

	it("puts an object in the place of a value that is none", () => {
		expect(editJson('{"a":null}', [{ path: ["a", "b"], value: 1 }])).to.equal(
			'{"a":{"b":1}}',
		);
	});

	it("does what plain data would, whatever the text", () => {
		const { value } = letrec((tie) => ({
			value: oneof(
				{ maxDepth: 4 },
				string(),
				integer(),
				boolean(),
				constant(null),
				array(tie("value")),
				dictionary(string(), tie("value")),
			),
		}));
		const object = dictionary(string(), value).filter(
			(one) => !Object.hasOwn(one, "__proto__"),
		);
		check(
			property(object, string(), integer(), (data, key, number) => {
				if (key === "__proto__") return;
				for (const blanks of [undefined, 1, "\t"]) {
					const whole = JSON.stringify(data, null, blanks);
					const set = editJson(whole, [{ path: [key], value: number }]);
					expect(JSON.parse(set)).to.deep.equal({ ...data, [key]: number });
					const gone = editJson(set, [{ path: [key], value: undefined }]);
					const { [key]: _, ...rest } = data;
					expect(JSON.parse(gone)).to.deep.equal(rest);
				}
			}),
		);
	});

	it("refuses a text that is no JSON", () => {
		expect(() => editJson("{", [{ path: ["a"], value: 1 }])).to.throw(
			SyntaxError,
		);
	});
});

describe("textAt", () => {
	it("returns a value as it is spelt", () => {
		expect(textAt('{"a": {"b" : 1.0 }}', ["a", "b"])).to.equal("1.0");
		expect(textAt('{"a": 1}', ["b"])).to.equal(undefined);
	});
});

describe("itemTextsAt", () => {
	it("returns the items of a list as they are spelt", () => {
		expect(itemTextsAt('{"a": [ {"b":1.0}, 2 ,[] ]}', ["a"])).to.deep.equal([
			'{"b":1.0}',
			"2",
			"[]",
		]);
		expect(itemTextsAt('{"a": {}}', ["a"])).to.deep.equal([]);
	});
});
