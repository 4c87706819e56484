import { expect } from "chai";
import { isHeard, type Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { ownKinds, SCHEMAS } from "./folder.ts";

const CALL_STATES = [
	"started",
	"ringing",
	"answered",
	"completed",
	"timeout",
	"failed",
	"rejected",
	"cancelled",
	"unanswered",
	"busy",
	"disconnected",
	"human",
	"machine",
	"as-yet-unknown",
];

/** The states of a call whose answer may be an NCCO: those of a synchronous `connect`, of a websocket, and of machine detection. */
const HEARD_STATES = CALL_STATES.slice(4, 13);

/** Kinds whose answer counts, and how: all others are answered for their status alone. */
const ANSWERS: Readonly<Record<string, string>> = {
	"voice.answer": "ncco",
	"voice.fallback-answer": "ncco",
	"voice.event": "ncco or nothing",
	"ncco.connect": "ncco or nothing",
	"ncco.connect.onAnswer": "ncco",
	"ncco.input": "ncco or nothing",
	"ncco.notify": "ncco or nothing",
	"ncco.stream": "audio",
	"legacy.call.answer": "voicexml",
	"legacy.call.error": "voicexml or nothing",
	"studio.node": "any or nothing",
};

describe("the answer that a kind takes", () => {
	let kinds: readonly Kind[] = [];
	before(async () => {
		kinds = [...ownKinds(await loadKinds([SCHEMAS])).values()];
	});

	it("is what its file says, and none for most", () => {
		const answers = kinds
			.filter(({ reply }) => reply.body !== "none")
			.map(({ name, reply: { body, required } }) => [
				name,
				required ? body : `${body} or nothing`,
			]);
		expect(Object.fromEntries(answers)).to.deep.equal(ANSWERS);
	});

	it("depends on the state for call events alone", () => {
		const names = kinds
			.filter(({ reply }) => reply.when !== undefined)
			.map(({ name }) => name);
		expect(names.toSorted()).to.deep.equal(["ncco.connect", "voice.event"]);
	});

	for (const name of ["voice.event", "ncco.connect"])
		for (const status of CALL_STATES) {
			const heard = HEARD_STATES.includes(status);
			it(`${heard ? "counts" : "is ignored"} where ${name} says ${status}`, () => {
				const rule = kinds.find((kind) => kind.name === name)?.reply;
				if (rule === undefined) throw new Error(`no kind ${name}`);
				expect(isHeard(rule, { status })).to.equal(heard);
			});
		}

	it("is ignored where the payload has no such field, or no fields", () => {
		const rule = {
			body: "ncco",
			required: false,
			when: new Map([["status", new Set(["busy"])]]),
		} as const;
		for (const payload of [{}, { status: ["busy"] }, [], null, "busy"])
			expect(isHeard(rule, payload)).to.equal(false);
	});
});
