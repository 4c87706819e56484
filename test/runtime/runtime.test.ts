import { expect } from "chai";
import { closeRoutes } from "../../src/runtime/runtime.ts";
import type { ServedRoute } from "../../src/runtime/served-route.ts";

describe("closeRoutes", () => {
	let closed: string[];
	beforeEach(() => {
		closed = [];
	});

	const handlerOf = (name: string, handsOn?: readonly string[]) => ({
		handle: () => undefined,
		close: async () => {
			// A later turn: one that is closed at the same time would be first.
			for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
			closed.push(name);
		},
		...(handsOn && { handsOn }),
	});
	const route = (name: string, ...handsOn: readonly string[]): ServedRoute =>
		({ name, handler: handlerOf(name, handsOn) }) as unknown as ServedRoute;

	it("closes those that hand on before those that they hand on to", async () => {
		await closeRoutes([
			route("last"),
			route("second", "last", "gone"),
			route("first", "second"),
		]);
		expect(closed).to.deep.equal(["first", "second", "last"]);
	});

	it("closes handler and fallback of a route, each once", async () => {
		const both = {
			name: "a",
			handler: handlerOf("handler"),
			fallback: handlerOf("fallback", ["b"]),
		} as unknown as ServedRoute;
		await closeRoutes([route("b"), both]);
		expect(closed).to.deep.equal(["handler", "fallback", "b"]);
	});

	it("closes routes that go in a circle, too", async () => {
		await closeRoutes([route("a", "b"), route("b", "a"), route("c", "a")]);
		expect(closed[0]).to.equal("c");
		expect(closed).to.have.members(["a", "b", "c"]);
	});
});
