import { expect } from "chai";
import { isTooDeep, JSON_DEPTH_MAX } from "../../src/event/json-depth.ts";

const lists = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const objects = (depth: number) =>
	`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
/** Lists and objects in turn. */
const mixed = (depth: number) =>
	`${'[{"a":'.repeat(depth / 2)}1${"}]".repeat(depth / 2)}`;

describe("isTooDeep", () => {
	for (const [what, nest] of [
		["lists", lists],
		["objects", objects],
		["lists and objects", mixed],
	] as const) {
		it(`takes ${what} up to the bound, and none beyond it`, () => {
			expect(isTooDeep(nest(JSON_DEPTH_MAX))).to.equal(false);
			expect(isTooDeep(nest(JSON_DEPTH_MAX + 2))).to.equal(true);
		});
	}

	it("finds what is deep behind much that is flat", () => {
		const flat = "[],".repeat(1000);
		expect(isTooDeep(`[${flat}1]`)).to.equal(false);
		expect(isTooDeep(`[${flat}${lists(JSON_DEPTH_MAX)}]`)).to.equal(true);
	});

	it("does not take brackets in texts for nesting, whatever is escaped", () => {
		const many = "[{".repeat(1000);
		for (const text of [many, `\\"${many}`, `${many}\\\\`, `\\\\\\"${many}`])
			expect(isTooDeep(`{"a":"${text}","b":[1]}`), text.slice(0, 5)).to.equal(
				false,
			);
		const deep = lists(JSON_DEPTH_MAX + 1);
		expect(isTooDeep(`{"a":"\\\\","b":${deep}}`)).to.equal(true);
		expect(isTooDeep(`{"a":"\\"","b":${deep}}`)).to.equal(true);
	});

	it("answers for what is no JSON", () => {
		for (const text of ["", '"', `"${"[".repeat(500)}`, "]".repeat(500)])
			expect(isTooDeep(text)).to.equal(false);
	});
});
