import { expect } from "chai";
import { MENU, play } from "./play.ts";

describe("a call of the phone", () => {
	it("walks through a menu, with a wrong key and then the right one", async () => {
		const played = await play(
			MENU,
			`steps:
  - hear: Press 1 for hours
  - press: "7"
  - hear: 7 is not in the menu
  - press: "1"
  - hear: We open at nine
  - ends: platform
`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.rungs).to.deep.equal([
			"caller started",
			"caller ringing",
			"caller answer",
			"caller answered",
			"caller input",
			"caller input",
			"caller completed",
		]);
	});

	it("has one set of ids, and the fields of the platform", async () => {
		const played = await play(
			MENU,
			`from: "447700900123"
to: "447700900099"
steps: [{ press: "1" }, { ends: true }]
`,
		);
		const all = played.entries.flatMap((entry) =>
			entry.what === "webhook" ? [entry] : [],
		);
		const ids = new Set(
			all.map(
				({ payload }) => `${payload?.uuid} ${payload?.conversation_uuid}`,
			),
		);
		expect(ids.size).to.equal(1);
		for (const { payload } of all)
			expect(payload).to.include({ from: "447700900123", to: "447700900099" });
		expect(played.payloads("answer")[0]).to.have.keys(
			...["from", "to", "uuid", "conversation_uuid"],
			...["endpoint_type", "region_url"],
		);
		expect(played.payloads("completed")[0]).to.deep.include({
			...{ status: "completed", direction: "inbound", network: "GB-FIXED" },
			...{ disconnected_by: "platform", duration: "1", rate: "0.01270000" },
			price: "0.00021167",
			start_time: "2026-01-01T12:00:00.000Z",
		});
		const outcomes = all.map(({ label, answer }) => [
			label,
			answer?.status,
			answer?.route,
		]);
		expect(outcomes).to.deep.equal([
			["started", 200, "events"],
			["ringing", 200, "events"],
			["answer", 200, "answer"],
			["answered", 200, "events"],
			["input", 200, "hours"],
			["completed", 200, "events"],
		]);
	});

	it("tells of an input without a key, after the time of the NCCO", async () => {
		const played = await play(MENU, "steps: [{ silence: true }]\n");
		expect(played.said).to.deep.equal([]);
		const [input] = played.payloads("input");
		expect(input).to.deep.include({
			dtmf: { digits: "", timed_out: true },
			speech: { results: [] },
		});
		const listened = played.entries.find(({ what }) => what === "listens");
		const told = Date.parse(String(input?.timestamp));
		expect(told - (listened?.at ?? 0)).to.equal(4000);
	});

	it("connects: the second leg rings, answers and leaves, and the NCCO goes on", async () => {
		const played = await play(
			MENU,
			`steps:
  - press: "2"
  - hear: One moment
  - callee: answer
  - hangUp: callee
    after: 30s
  - hear: The agent has left
  - ends: platform
`,
		);
		expect(played.said).to.deep.equal([]);
		expect(
			played.rungs.filter((rung) => rung.startsWith("callee")),
		).to.deep.equal([
			"callee started",
			"callee ringing",
			"callee answered",
			"callee completed",
		]);
		const ofCallee = played
			.payloads("completed")
			.find(({ direction }) => direction === "outbound");
		expect(ofCallee).to.include({
			...{ to: "447700900002", disconnected_by: "user", duration: "30" },
		});
		const uuids = played.payloads("started").map(({ uuid }) => uuid);
		expect(new Set(uuids).size).to.equal(2);
		const conversations = played
			.payloads("started")
			.map((payload) => payload.conversation_uuid);
		expect(new Set(conversations).size).to.equal(1);
	});

	it("plays the NCCO that a busy second leg is answered with", async () => {
		const played = await play(
			MENU,
			`steps:
  - press: "2"
  - hear: One moment
  - callee: busy
  - webhook: { label: busy, route: agent-busy, payload: { sip_code: 486 } }
  - hear: The agent is busy
  - ends: platform
`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.heardBy("caller")).to.not.include("The agent has left.");
	});

	const outcomes: readonly (readonly [string, string, object])[] = [
		["reject", "rejected", { detail: "declined", sip_code: 603 }],
		["fail", "failed", { detail: "cannot_route", sip_code: 404 }],
		["unavailable", "unanswered", { detail: "unavailable", sip_code: 480 }],
		["noAnswer", "timeout", {}],
	];
	for (const [act, status, extra] of outcomes) {
		it(`reports a second leg that does "${act}" as ${status}`, async () => {
			const played = await play(
				MENU,
				`steps: [{ press: "2" }, { callee: ${act} }, { hear: The agent has left }]\n`,
			);
			expect(played.said).to.deep.equal([]);
			expect(played.payloads(status)[0]).to.deep.include({
				...{ status, direction: "outbound", ...extra },
			});
		});
	}

	it("rings for as long as the NCCO says", async () => {
		const config = MENU.replace(
			"eventType: synchronous",
			"eventType: synchronous, timeout: 17",
		);
		const played = await play(
			config,
			`steps: [{ press: "2" }, { webhook: { label: timeout } }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		const times = ["ringing", "timeout"].map((label) =>
			Date.parse(String(played.payloads(label).at(-1)?.timestamp)),
		);
		expect((times[1] ?? 0) - (times[0] ?? 0)).to.equal(17_000);
	});
});

describe("a hang-up in the phone", () => {
	const moments: readonly (readonly [
		string,
		string,
		readonly string[],
		string,
	])[] = [
		[
			"while an announcement plays",
			"- hear: Press 1",
			["caller completed"],
			"user",
		],
		[
			"while an input listens",
			`- { webhook: { label: answered } }
  - { after: 3s }`,
			["caller completed"],
			"user",
		],
		[
			"between two keys",
			`- { press: "7" }
  - { hear: 7 is not }`,
			["caller input", "caller completed"],
			"user",
		],
		[
			"while the second leg rings",
			`- { press: "2" }
  - { webhook: { label: ringing, leg: callee } }`,
			[
				...["caller input", "callee started", "callee ringing"],
				...["callee cancelled", "caller completed"],
			],
			"user",
		],
		[
			"while the two talk",
			`- { press: "2" }
  - { callee: answer }
  - { after: 10s }`,
			[
				...["caller input", "callee started", "callee ringing"],
				...["callee answered", "callee completed", "caller completed"],
			],
			"user",
		],
	];
	for (const [moment, steps, rungs, by] of moments) {
		it(`ends the call ${moment}`, async () => {
			const played = await play(
				MENU,
				`steps:\n  ${steps}\n  - { hangUp: caller }\n  - { ends: ${by} }\n`,
			);
			expect(played.said).to.deep.equal([]);
			expect(played.rungs.slice(4)).to.deep.equal(rungs);
			expect(played.session.view()).to.include({ isActive: false });
		});
	}

	it("of a second leg that rings is a rejection, and the NCCO goes on", async () => {
		const played = await play(
			MENU,
			`steps:
  - { press: "2" }
  - { webhook: { label: ringing, leg: callee } }
  - { hangUp: callee }
  - { webhook: { label: rejected, leg: callee } }
  - { hear: The agent has left }
`,
		);
		expect(played.said).to.deep.equal([]);
	});

	it("while the second leg hears its own announcement ends both", async () => {
		const config = MENU.replace(
			`number: "447700900002" }`,
			`number: "447700900002", onAnswer: { url: "https://hooks.example.com/voice/whisper" } }`,
		);
		const played = await play(
			`${config}  - { name: whisper, path: /voice/whisper, kind: ncco.connect.onAnswer, methods: [GET], level: ncco, handler: { ncco: [{ action: talk, text: A call from the menu of the office. }] } }\n`,
			`steps:
  - { press: "2" }
  - { callee: answer }
  - { hear: A call from, leg: callee }
  - { hangUp: caller }
  - { ends: platform, leg: callee }
  - { ends: user }
`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.rungs.slice(-2).sort()).to.deep.equal([
			...["callee completed", "caller completed"],
		]);
	});

	it("before the answer came lets nothing play", async () => {
		const played = await play(
			MENU,
			`steps:
  - fault: { fault: slow, kind: voice.answer, for: 2s }
  - { hangUp: caller, after: 1s }
  - { ends: user }
`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.heardBy("caller")).to.deep.equal([]);
		expect(played.payloads("completed")[0]).to.include({
			...{ start_time: null, duration: "0" },
		});
	});
});
