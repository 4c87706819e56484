import { expect } from "chai";
import fc from "fast-check";
import { packCells, unpackCells } from "../../src/inbox/sql/cells.ts";

describe("packCells", () => {
	it("takes a byte for most numbers", () => {
		const cells = [0, 1, 11, 127, 200, 128];
		expect([...packCells(cells)]).to.deep.equal([
			0, 1, 11, 127, 0xbd, 0x01, 0x80, 0x01,
		]);
		expect(packCells([])).to.have.length(0);
	});

	it("gives back any numbers, however large", () => {
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.nat(1000), { maxLength: 60 }),
				fc.array(fc.maxSafeNat(), { minLength: 60, maxLength: 60 }),
				(slots, values) => {
					const cells = slots
						.sort((one, other) => one - other)
						.flatMap((slot, at) => [slot, values[at] ?? 0]);
					expect(unpackCells(packCells(cells))).to.deep.equal(cells);
				},
			),
		);
	});
});
