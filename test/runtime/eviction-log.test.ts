import { expect } from "chai";
import { EvictionLog } from "../../src/runtime/inbox/eviction-log.ts";

describe("EvictionLog", () => {
	const make = () => {
		const lines: object[] = [];
		const timers: (() => void)[] = [];
		const log = { warn: (fields: object) => void lines.push(fields) };
		const evictions = new EvictionLog(
			log as ConstructorParameters<typeof EvictionLog>[0],
			"they made room",
			{
				setTimer(run) {
					timers.push(run);
					return () => {};
				},
			},
		);
		const note = (...ids: string[]) =>
			evictions.note(
				ids.map((id) => ({ id, route: "sms", state: "dead" as const })),
			);
		return { evictions, lines, timers, note };
	};

	it("writes the first at once, and what follows within a second as one line", () => {
		const { lines, timers, note } = make();
		note("a");
		note("b");
		note("c", "d");
		expect(lines).to.deep.equal([{ id: "a", route: "sms", count: 1 }]);
		timers.shift()?.();
		expect(lines.slice(1)).to.deep.equal([{ id: "d", route: "sms", count: 3 }]);
		note("e");
		expect(lines).to.have.length(2);
		timers.shift()?.();
		timers.shift()?.();
		expect(timers).to.deep.equal([]);
		note("f");
		expect(lines.at(-1)).to.deep.equal({ id: "f", route: "sms", count: 1 });
	});

	it("leaves nothing unsaid at the end", () => {
		const { evictions, lines, note } = make();
		note("a");
		note("b");
		evictions.flush();
		evictions.flush();
		expect(lines.slice(1)).to.deep.equal([{ id: "b", route: "sms", count: 1 }]);
	});
});
