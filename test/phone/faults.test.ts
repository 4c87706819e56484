import { expect } from "chai";
import { MENU, play } from "./play.ts";

const FALLBACK = `${MENU}  - name: fallback
    path: /voice/fallback
    kind: voice.fallback-answer
    level: app
    handler: { ncco: [{ action: talk, text: "Call later. {{ payload.reason }}" }] }
`;

describe("a fault of the phone", () => {
	it("loses an event", async () => {
		const played = await play(
			MENU,
			`steps: [{ fault: { fault: lost, label: ringing } }, { press: "1" }, { ends: true }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.arrived()).to.deep.equal([
			...["started", "answer", "answered", "menu", "completed"],
		]);
	});

	it("sends an event twice, with the same ids", async () => {
		const played = await play(
			MENU,
			`steps: [{ fault: { fault: twice, label: answered } }, { press: "1" }, { ends: true }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		const [first, second] = played.payloads("answered");
		expect(second).to.deep.equal(first);
	});

	it("lets an event come after later ones", async () => {
		const played = await play(
			MENU,
			`steps: [{ fault: { fault: late, label: ringing, for: 5s } }, { press: "1" }, { ends: true }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		const order = played.arrived();
		expect(order.indexOf("ringing")).to.be.above(order.indexOf("answered"));
		expect([...order].sort()).to.deep.equal(
			["answer", "answered", "completed", "menu", "ringing", "started"].sort(),
		);
	});

	it("tries a URL that is down twice, and then the fallback twice", async () => {
		const played = await play(
			FALLBACK,
			`steps:
  - fault: { fault: down, kind: voice.answer }
  - hear: Call later. Connection closed.
  - ends: platform
`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("answer")).to.have.length(2);
		const [fallback] = played.payloads("fallback");
		expect(fallback).to.deep.include({
			reason: "Connection closed.",
			original_request: {
				url: "https://hooks.example.com/voice/answer",
				type: "answer",
			},
		});
		const both = await play(
			FALLBACK,
			`steps:
  - fault: { fault: down, kind: voice.answer }
  - fault: { fault: down, kind: voice.fallback-answer }
  - ends: platform
`,
		);
		expect(both.payloads("fallback")).to.have.length(2);
		expect(both.heardBy("caller")).to.deep.equal([]);
	});

	for (const status of [429, 503]) {
		it(`is answered with ${status} once, and tried again`, async () => {
			const played = await play(
				MENU,
				`steps: [{ fault: { fault: ${status}, kind: voice.answer } }, { hear: Press 1 }, { hangUp: true }]\n`,
			);
			expect(played.said).to.deep.equal([]);
			expect(played.payloads("answer")).to.have.length(2);
		});
	}

	it("lets a slow answer be too late", async () => {
		const played = await play(
			FALLBACK,
			`steps: [{ fault: { fault: slow, kind: voice.answer, for: 6s } }, { hear: Press 1 }]\n`,
		);
		// The second try is not slow.
		expect(played.said).to.deep.equal([]);
		const [first] = played.entries.filter(
			(entry) => entry.what === "webhook" && entry.label === "answer",
		);
		expect(first).to.include({ failure: "Socket timeout." });
	});

	it("of an input asks the fallback, and the call goes on with it", async () => {
		const played = await play(
			FALLBACK,
			`steps:
  - press: "1"
  - fault: { fault: down, kind: ncco.input }
  - hear: We open
`,
		);
		// The fault came after the key, so it waits for another input.
		expect(played.said).to.deep.equal([]);
		const later = await play(
			FALLBACK,
			`steps:
  - fault: { fault: down, kind: ncco.input }
  - press: "1"
  - hear: Call later
`,
		);
		expect(later.said).to.deep.equal([]);
		expect(later.payloads("fallback")[0]).to.deep.include({
			original_request: {
				url: "https://hooks.example.com/voice/menu",
				type: "event",
			},
		});
	});
});

describe("an answer that is no NCCO", () => {
	const BROKEN = FALLBACK.replace(
		/handler:\n {6}ncco:\n {8}- \{ action: talk, text: "Press 1 for hours.*\n.*\n/,
		'handler: { forward: "http://127.0.0.1:9/x" }\n',
	);

	it("ends the call if there is no fallback", async () => {
		const config = BROKEN.slice(0, BROKEN.indexOf("  - name: fallback"));
		const played = await play(config, "steps: [{ ends: platform }]\n");
		expect(played.said.join("\n")).to.match(/webhook answer/);
		expect(played.heardBy("caller")).to.deep.equal([]);
	});

	it("is told to the fallback without a second try", async () => {
		const played = await play(
			BROKEN,
			"steps: [{ hear: Call later }, { ends: platform }]\n",
		);
		expect(played.heardBy("caller")).to.have.length(1);
		expect(played.rungs).to.include("caller fallback");
	});
});
