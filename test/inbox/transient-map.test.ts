import { expect } from "chai";
import fc from "fast-check";
import { TransientMap } from "../../src/inbox/worker/transient-map.ts";

describe("TransientMap", () => {
	it("holds what a Map would, in the same order", () => {
		const key = fc.integer({ min: 0, max: 9 });
		const step = fc.oneof(
			fc.record({ key, value: fc.integer() }),
			fc.record({ key }),
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const map = new Map<number, object>();
				const sut = new TransientMap<number, object>(3);
				for (const { key, ...set } of steps) {
					if ("value" in set) for (const one of [map, sut]) one.set(key, set);
					else for (const one of [map, sut]) one.delete(key);
				}
				expect([...sut]).to.deep.equal([...map]);
				expect([...sut.values()]).to.deep.equal([...map.values()]);
				expect(sut.size).to.equal(map.size);
				for (let at = 0; at < 10; at++)
					expect(sut.get(at)).to.equal(map.get(at));
			}),
		);
	});
});
