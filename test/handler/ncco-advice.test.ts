import { expect } from "chai";
import { withAdvice } from "../../src/handler/ncco/advice.ts";
import { nccoReply } from "../../src/handler/ncco/check.ts";
import { input, record, sharedChecker, talk } from "./ncco-samples.ts";

/** The checker of a route, with its log and a clock that is set by hand. */
function startRoute() {
	const lines: string[] = [];
	const clock = { now: 0 };
	const log = { info: (line: string) => void lines.push(line) };
	const checker = withAdvice(sharedChecker(), log, () => clock.now);
	return { lines, clock, send: (ncco: unknown) => nccoReply(ncco, checker) };
}

const MINUTE = 60_000;

describe("withAdvice", () => {
	it("logs what is odd in an NCCO, which is sent as it is", () => {
		const { lines, send } = startRoute();
		const reply = send([...talk({}), ...input({ timeOut: 30 })]);
		expect(reply.body).to.contain('"timeOut":30');
		expect(lines).to.deep.equal([
			"an NCCO is sent as it is, but: [1] `input.timeOut` is 30. Expected a number from 0 to 10 seconds.",
		]);
	});

	it("logs each warning once, however often it comes", () => {
		const { lines, clock, send } = startRoute();
		for (let i = 0; i < 5; i += 1) {
			send(input({ timeOut: 30 }));
			clock.now += MINUTE;
		}
		send([...input({ timeOut: 30 }), ...record({ eventMethod: "post" })]);
		expect(lines).to.have.length(2);
		expect(lines[1]).to.not.contain("timeOut");
	});

	it("logs an option that the platform does not know, once, and takes an undefined one for absent", () => {
		const { lines, clock, send } = startRoute();
		send(talk({ lang: undefined, language: undefined }));
		clock.now += MINUTE;
		for (const _ of ["first", "again"]) {
			send(talk({ lang: "de" }));
			clock.now += MINUTE;
		}
		expect(lines).to.deep.equal([
			"an NCCO is sent as it is, but: [0] `talk.lang` is not an option that the platform documents",
		]);
	});

	it("looks at one NCCO a minute", () => {
		const { lines, clock, send } = startRoute();
		send(talk({}));
		clock.now = MINUTE - 1;
		send(input({ timeOut: 30 }));
		expect(lines).to.deep.equal([]);
		clock.now = MINUTE;
		send(input({ timeOut: 30 }));
		expect(lines).to.have.length(1);
	});

	it("shows no value that may be somebody's", () => {
		const { lines, send } = startRoute();
		send([
			...talk({ loop: "Jamie", level: "0.123" }),
			...record({ format: "Jamie" }),
		]);
		expect(lines).to.have.length(1);
		expect(lines[0]).to.not.match(/Jamie|0\.123/);
	});

	it("says nothing of an NCCO as it should be", () => {
		const { lines, send } = startRoute();
		send(talk({ loop: 2 }));
		expect(lines).to.deep.equal([]);
	});
});
