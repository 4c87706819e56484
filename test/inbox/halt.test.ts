import { expect } from "chai";
import { Halt } from "../../src/inbox/port/halt.ts";

describe("Halt", () => {
	it("tells its listeners, once, and says why", () => {
		const halt = new Halt();
		const heard: unknown[] = [];
		const listener = (): void => void heard.push(halt.reason);
		halt.addEventListener("abort", listener);
		expect(halt).to.include({ aborted: false, reason: undefined });
		const why = new Error("enough");
		halt.abort(why);
		halt.abort(new Error("again"));
		expect(heard).to.deep.equal([why]);
		expect(halt).to.include({ aborted: true, reason: why });
	});

	it("tells nobody who listens no more, or came too late", () => {
		const halt = new Halt();
		const heard: string[] = [];
		const early = (): void => void heard.push("early");
		halt.addEventListener("abort", early);
		halt.removeEventListener("abort", early);
		halt.abort(new Error("enough"));
		halt.addEventListener("abort", () => heard.push("late"));
		expect(heard).to.deep.equal([]);
	});
});
