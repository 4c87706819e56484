import { expect } from "chai";
import { play } from "./play.ts";

const HEAD = `version: 1
server: { publicUrl: https://hooks.example.com }
defaults: { firewall: any, signature: none }
routes:
  - { name: events, path: /voice/events, kind: voice.event, level: app, handler: none }
  - { name: transfers, path: /voice/events, kind: voice.transfer, level: app, handler: none }
  - { name: inputs, path: /voice/input, kind: ncco.input, level: ncco, handler: { ncco: [{ action: talk, text: "Next: {{ payload.dtmf.digits }}{{ payload.speech.results.0.text }}." }] } }
  - { name: notified, path: /voice/notify, kind: ncco.notify, level: ncco, mode: reply, handler: { static: { status: 204 } } }
  - { name: renotified, path: /voice/notify, kind: ncco.notify, level: ncco, mode: reply, match: { payload.step: "2" }, handler: { ncco: [{ action: talk, text: Replaced. }] } }
  - { name: recorded, path: /voice/record, kind: ncco.record, level: ncco, handler: none }
  - { name: transcribed, path: /voice/record, kind: ncco.transcription, level: ncco, handler: none }
  - { name: paid, path: /voice/pay, kind: ncco.pay, level: ncco, handler: none }
  - { name: whisper, path: /voice/whisper, kind: ncco.connect.onAnswer, level: ncco, handler: { ncco: [{ action: talk, text: A call for you. }] } }
`;

/** Routes whose answer URL has this NCCO. */
function withNcco(...actions: readonly object[]): string {
	const ncco = JSON.stringify(actions);
	return `${HEAD}  - { name: answer, path: /voice/answer, kind: voice.answer, level: app, handler: { ncco: ${ncco} } }\n`;
}

const url = (path: string): readonly string[] => [
	`https://hooks.example.com${path}`,
];

describe("an action of an NCCO in the phone", () => {
	it("`talk` is heard without its tags, as often as the NCCO says", async () => {
		const played = await play(
			withNcco({
				...{ action: "talk", loop: "2", language: "de-DE" },
				text: "<speak>Guten <break time='2s'/> Tag</speak>",
			}),
			`steps: [{ hear: { by: talk, text: Guten Tag, language: de-DE } }, { ends: platform }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		// Two seconds of silence and the words, twice.
		expect(played.payloads("completed")[0]).to.include({ duration: "6" });
	});

	it("`stream` plays a URL elsewhere without calling it", async () => {
		const played = await play(
			withNcco({
				action: "stream",
				streamUrl: ["https://cdn.example.com/hello.mp3"],
			}),
			"steps: [{ hear: hello.mp3 }, { ends: platform }]\n",
		);
		expect(played.said).to.deep.equal([]);
		expect(
			played.entries.filter(({ what }) => what === "outside"),
		).to.have.length(1);
	});

	it("`stream` downloads a file of this router, and plays for as long as it is", async () => {
		const config = withNcco(
			{ action: "stream", streamUrl: url("/audio/hold") },
			{ action: "stream", streamUrl: url("/audio/missing") },
		);
		const played = await play(
			`${config}  - { name: audio, path: /audio/hold, kind: ncco.stream, level: ncco, handler: { static: { status: 200, headers: { content-type: audio/wav }, text: "${"x".repeat(8000)}" } } }\n`,
			`steps:
  - hear: { by: stream, text: { pattern: hold$ } }
  - webhook: { kind: ncco.stream, route: audio, status: 200 }
  - webhook: { path: /audio/missing, status: 404 }
  - ends: platform
`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("completed")[0]).to.include({ duration: "2" });
		expect(played.heardBy("caller")).to.have.length(1);
	});

	it("`input` takes keys until # if the NCCO says so, and a GET has them as JSON text", async () => {
		const played = await play(
			withNcco({
				...{ action: "input", type: ["dtmf"], eventMethod: "GET" },
				dtmf: { maxDigits: 8, submitOnHash: true },
				eventUrl: url("/voice/input?state=x"),
			}),
			`steps: [{ press: "123#" }, { hear: "Next: 123." }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		const [entry] = played.entries.filter(
			(one) => one.what === "webhook" && one.label === "input",
		);
		expect(entry).to.deep.include({ method: "GET", query: "state=x" });
		expect(played.payloads("input")[0]).to.deep.include({
			dtmf: { digits: "123", timed_out: false },
		});
	});

	it("`input` in the form of 2017 has the shape of 2017", async () => {
		const played = await play(
			withNcco({
				...{ action: "input", maxDigits: "2", eventUrl: url("/voice/input") },
			}),
			`steps: [{ press: "12" }, { ends: platform }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("input")[0]).to.include({
			...{ dtmf: "12", timed_out: false },
		});
	});

	it("`input` takes speech, and ends it after silence", async () => {
		const played = await play(
			withNcco({
				...{ action: "input", type: ["dtmf", "speech"] },
				speech: { endOnSilence: 1 },
				eventUrl: url("/voice/input"),
			}),
			`steps: [{ say: an agent }, { hear: "Next: an agent." }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("input")[0]).to.deep.include({
			dtmf: { digits: null, timed_out: false },
			speech: {
				timeout_reason: "end_on_silence_timeout",
				results: [{ confidence: "0.9405097", text: "an agent" }],
			},
		});
	});

	it("`input` tells that nobody spoke", async () => {
		const played = await play(
			withNcco({
				...{ action: "input", type: ["speech"] },
				eventUrl: url("/voice/input"),
			}),
			"steps: [{ silence: true }]\n",
		);
		expect(played.payloads("input")[0]).to.deep.include({
			dtmf: { digits: null, timed_out: false },
			speech: { timeout_reason: "start_timeout", results: [] },
		});
	});

	it("asynchronous `input` sends each key, and the next action runs", async () => {
		const played = await play(
			withNcco(
				{
					...{ action: "input", type: ["dtmf"], mode: "asynchronous" },
					eventUrl: url("/voice/input"),
				},
				{ action: "talk", text: "Talk to us.", loop: 0 },
			),
			`steps: [{ hear: Talk to us }, { press: "45", after: 1s }, { hangUp: true, after: 1s }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("input").map(({ dtmf }) => dtmf)).to.deep.equal([
			{ digits: "4", timed_out: false },
			{ digits: "5", timed_out: false },
		]);
	});

	it("`record` runs beside the next actions, and is told when the call is over", async () => {
		const played = await play(
			withNcco(
				{
					...{ action: "record", eventUrl: url("/voice/record") },
					transcription: {},
				},
				{ action: "wait", timeout: 20 },
			),
			"steps: [{ ends: platform }]\n",
		);
		expect(played.said).to.deep.equal([]);
		const [record] = played.payloads("record");
		expect(record).to.include({
			start_time: "2026-01-01T12:00:00Z",
			end_time: "2026-01-01T12:00:20Z",
			size: 80_000,
		});
		expect(record).to.not.have.property("uuid");
		expect(played.payloads("transcription")[0]).to.include({
			...{ type: "record", status: "transcribed" },
			recording_uuid: record?.recording_uuid,
		});
	});

	it("`record` with a key waits for the key", async () => {
		const played = await play(
			withNcco(
				{ action: "record", endOnKey: "#", eventUrl: url("/voice/record") },
				{ action: "talk", text: "Thank you." },
			),
			`steps: [{ after: 8s }, { press: "#" }, { hear: Thank you }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("record")[0]).to.include({ size: 32_000 });
	});

	it("`notify` goes on after an empty answer, and an NCCO replaces the rest", async () => {
		const notify = (step: string) => ({
			...{ action: "notify", payload: { step } },
			eventUrl: url("/voice/notify"),
		});
		const played = await play(
			withNcco(notify("1"), { action: "talk", text: "One." }, notify("2"), {
				action: "talk",
				text: "Two.",
			}),
			"steps: [{ hear: One }, { hear: Replaced }, { ends: platform }]\n",
		);
		expect(played.said).to.deep.equal([]);
		const [first] = played.payloads("notify");
		expect(first).to.have.keys("payload", "conversation_uuid", "timestamp");
	});

	it("`connect` plays an NCCO to the second leg before the two are joined", async () => {
		const played = await play(
			withNcco({
				action: "connect",
				endpoint: [
					{
						...{ type: "phone", number: "447700900002" },
						onAnswer: { url: "https://hooks.example.com/voice/whisper" },
					},
				],
			}),
			`steps:
  - callee: answer
  - { hear: A call for you, leg: callee }
  - { hangUp: caller, after: 20s }
  - ends: user
`,
		);
		expect(played.said).to.deep.equal([]);
		const [asked] = played.entries.filter(
			(one) => one.what === "webhook" && one.label === "on answer",
		);
		expect(asked).to.deep.include({ method: "GET", leg: "callee" });
	});

	it("`connect` tells of a machine, and hangs up if the NCCO says so", async () => {
		const played = await play(
			withNcco(
				{
					...{ action: "connect", machineDetection: "hangup" },
					endpoint: [{ type: "phone", number: "447700900002" }],
				},
				{ action: "talk", text: "A machine." },
			),
			"steps: [{ callee: machine }, { hear: A machine }]\n",
		);
		expect(played.said).to.deep.equal([]);
		const [machine] = played.payloads("machine");
		expect(machine).to.have.property("call_uuid");
		expect(machine).to.not.have.any.keys("uuid", "direction");
	});

	it("`conversation` joins several callers: music before it starts, and its end for all", async () => {
		const config = `${HEAD}  - { name: guest, path: /voice/guest, kind: voice.answer, level: app, handler: { ncco: [{ action: conversation, name: standup, startOnEnter: false, musicOnHoldUrl: "https://cdn.example.com/hold.mp3" }, { action: talk, text: Bye. }] } }
  - { name: host, path: /voice/host, kind: voice.answer, level: app, handler: { ncco: [{ action: conversation, name: standup, endOnExit: true, record: true, eventUrl: ["https://hooks.example.com/voice/record"] }] } }
`;
		const played = await play(
			config,
			`answer: guest
steps:
  - hear: { by: music, text: { contains: hold.mp3 } }
  - { dial: { from: "447700900003", answer: host }, after: 10s }
  - { mute: caller, after: 5s }
  - { hangUp: caller-2, after: 60s }
  - { ends: user, leg: caller-2 }
  - hear: Bye
  - ends: platform
`,
		);
		expect(played.said).to.deep.equal([]);
		const moved = played.payloads("transfer");
		expect(new Set(moved.map((one) => one.conversation_uuid_to)).size).to.equal(
			1,
		);
		expect(moved).to.have.length(2);
		expect(played.payloads("record")).to.have.length(1);
		const [music] = played.entries.filter(
			(one) => one.what === "heard" && one.by === "music",
		);
		expect(music).to.include({ end: "cut" });
	});

	it("`transfer` moves the leg to another conversation", async () => {
		const id = "CON-aaaaaaaa-bbbb-cccc-dddd-0123456789ab";
		const played = await play(
			withNcco({ action: "transfer", conversationId: id }),
			"steps: [{ after: 5s }, { hangUp: true }, { ends: user }]\n",
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("transfer")[0]).to.include({
			...{ conversation_uuid_to: id, type: "transfer" },
		});
		expect(played.payloads("completed")[0]).to.include({
			conversation_uuid: id,
		});
	});

	it("`pay` takes the card by keys, and shows no digit", async () => {
		const played = await play(
			withNcco({ action: "pay", amount: 5, eventUrl: url("/voice/pay") }),
			`steps: [{ press: "4111111111111111" }, { press: "1229" }, { press: "123#" }, { ends: platform }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("pay")[0]).to.include({ status: "success" });
		const silent = await play(
			withNcco({ action: "pay", amount: 5, eventUrl: url("/voice/pay") }),
			"steps: [{ ends: platform }]\n",
		);
		expect(silent.payloads("pay")[0]).to.include({ status: "failure" });
		expect(silent.heardBy("caller")).to.have.length(2);
	});

	it("`notify` that is answered with itself does not go on for ever", async () => {
		const config = `${HEAD}  - { name: answer, path: /voice/answer, kind: voice.answer, level: app, handler: { ncco: [{ action: notify, payload: {}, eventUrl: ["https://hooks.example.com/voice/loop"] }] } }
  - { name: loop, path: /voice/loop, kind: ncco.notify, level: ncco, mode: reply, handler: { ncco: [{ action: notify, payload: {}, eventUrl: ["https://hooks.example.com/voice/loop"] }] } }
`;
		const played = await play(config, "steps: [{ ends: platform }]\n");
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("notify")).to.have.length(1000);
	});

	it("`talk` without end is over after two hours", async () => {
		const played = await play(
			withNcco({ action: "talk", text: "For ever.", loop: 0 }),
			"steps: [{ ends: platform }]\n",
		);
		expect(played.payloads("completed")[0]).to.include({ duration: "7200" });
	});

	it("an eventUrl elsewhere is shown and not called", async () => {
		const played = await play(
			withNcco(
				{
					...{ action: "input", type: ["dtmf"] },
					eventUrl: ["https://elsewhere.example.com/input"],
				},
				{ action: "talk", text: "After it." },
			),
			`steps: [{ press: "1" }, { hear: After it }]\n`,
		);
		expect(played.said).to.deep.equal([]);
		expect(played.payloads("input")).to.deep.equal([]);
		expect(played.entries.find(({ what }) => what === "outside")).to.include({
			url: "https://elsewhere.example.com/input",
		});
	});
});
