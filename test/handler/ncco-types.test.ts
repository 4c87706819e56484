import { expect } from "chai";
import type {
	ConnectAction,
	ConversationAction,
	InputAction,
	Ncco,
	NccoAction,
	NotifyAction,
	PayAction,
	RecordAction,
	StreamAction,
	TalkAction,
	TransferAction,
	WaitAction,
} from "../../src/event/ncco.ts";
import type {
	AppEndpoint,
	PhoneEndpoint,
	SipEndpoint,
	VbcEndpoint,
	WebsocketEndpoint,
} from "../../src/event/ncco-endpoint.ts";
import { readNccoSchema, type Schema } from "../../src/handler/ncco/schema.ts";
import { sharedChecker } from "./ncco-samples.ts";

type Keys<T> = Record<keyof T, 1>;

/** Every option of the types, kept complete by the compiler. */
const TYPES: Readonly<Record<string, object>> = {
	talk: {
		action: 1,
		text: 1,
		bargeIn: 1,
		loop: 1,
		level: 1,
		language: 1,
		style: 1,
		premium: 1,
		provider: 1,
		providerOptions: 1,
		voiceName: 1,
	} satisfies Keys<TalkAction>,
	stream: {
		action: 1,
		streamUrl: 1,
		level: 1,
		bargeIn: 1,
		loop: 1,
	} satisfies Keys<StreamAction>,
	input: {
		action: 1,
		type: 1,
		dtmf: 1,
		speech: 1,
		mode: 1,
		eventUrl: 1,
		eventMethod: 1,
		timeOut: 1,
		maxDigits: 1,
		submitOnHash: 1,
	} satisfies Keys<InputAction>,
	connect: {
		action: 1,
		endpoint: 1,
		from: 1,
		randomFromNumber: 1,
		eventType: 1,
		timeout: 1,
		limit: 1,
		machineDetection: 1,
		advancedMachineDetection: 1,
		eventUrl: 1,
		eventMethod: 1,
		ringbackTone: 1,
	} satisfies Keys<ConnectAction>,
	conversation: {
		action: 1,
		name: 1,
		musicOnHoldUrl: 1,
		startOnEnter: 1,
		endOnExit: 1,
		record: 1,
		canSpeak: 1,
		canHear: 1,
		mute: 1,
		transcription: 1,
		eventUrl: 1,
		eventMethod: 1,
	} satisfies Keys<ConversationAction>,
	record: {
		action: 1,
		format: 1,
		split: 1,
		channels: 1,
		endOnSilence: 1,
		endOnKey: 1,
		timeOut: 1,
		beepStart: 1,
		eventUrl: 1,
		eventMethod: 1,
		transcription: 1,
	} satisfies Keys<RecordAction>,
	notify: {
		action: 1,
		payload: 1,
		eventUrl: 1,
		eventMethod: 1,
	} satisfies Keys<NotifyAction>,
	wait: { action: 1, timeout: 1 } satisfies Keys<WaitAction>,
	transfer: {
		action: 1,
		conversationId: 1,
		canHear: 1,
		canSpeak: 1,
		mute: 1,
	} satisfies Keys<TransferAction>,
	pay: {
		action: 1,
		amount: 1,
		currency: 1,
		eventUrl: 1,
		eventMethod: 1,
		prompts: 1,
		voice: 1,
	} satisfies Keys<PayAction>,
	phoneEndpoint: {
		type: 1,
		number: 1,
		dtmfAnswer: 1,
		onAnswer: 1,
		shaken: 1,
	} satisfies Keys<PhoneEndpoint>,
	appEndpoint: { type: 1, user: 1 } satisfies Keys<AppEndpoint>,
	websocketEndpoint: {
		type: 1,
		uri: 1,
		"content-type": 1,
		headers: 1,
		authorization: 1,
	} satisfies Keys<WebsocketEndpoint>,
	sipEndpoint: {
		type: 1,
		uri: 1,
		user: 1,
		domain: 1,
		headers: 1,
		standardHeaders: 1,
	} satisfies Keys<SipEndpoint>,
	vbcEndpoint: { type: 1, extension: 1 } satisfies Keys<VbcEndpoint>,
};

describe("the types of NCCO actions", () => {
	const defs = readNccoSchema().$defs as Record<string, Schema>;

	for (const [name, options] of Object.entries(TYPES)) {
		it(`have the options that the schema lists for ${name}`, () => {
			const listed = Object.entries(defs[name]?.properties as Schema)
				.filter(([, option]) => !("x-alias-of" in (option as Schema)))
				.map(([key]) => key);
			expect(Object.keys(options)).to.have.members(listed);
		});
	}

	it("take what a plugin's author writes, and tell actions apart", () => {
		const ncco: Ncco = [
			{ action: "talk", text: "Press 1", bargeIn: true },
			{ action: "input", type: ["dtmf"], dtmf: { maxDigits: 1 } },
			{
				action: "connect",
				endpoint: [{ type: "phone", number: "447700900001" }],
			},
		];
		expect(sharedChecker().check(ncco)).to.deep.equal({
			errors: [],
			warnings: [],
		});
		// The name of an action says which options it has; what is left over is none.
		const told = ncco.map((action): string => {
			switch (action.action) {
				case "talk":
					return action.text;
				case "input":
					return String(action.dtmf?.maxDigits);
				case "connect":
					return action.endpoint.map(({ type }) => type).join();
				case "conversation":
					return action.name;
				case "stream":
					return action.streamUrl.join();
				case "notify":
					return action.eventUrl.join();
				case "transfer":
					return action.conversationId;
				case "record":
				case "wait":
				case "pay":
					return action.action;
				default:
					return action satisfies never;
			}
		});
		expect(told).to.deep.equal(["Press 1", "1", "phone"]);
		// @ts-expect-error A talk has a text.
		const silent: NccoAction = { action: "talk" };
		// @ts-expect-error A phone has a number, not a user.
		const odd: PhoneEndpoint = { type: "phone", user: "x" };
		expect([silent, odd]).to.have.length(2);
	});
});

describe("schemas/ncco.schema.json", () => {
	it("describes every action and every option", () => {
		const bare: string[] = [];
		const visit = (schema: unknown, path: string): void => {
			if (typeof schema !== "object" || schema === null) return;
			for (const [key, value] of Object.entries(schema)) {
				if (key === "properties" && !/\/(if|anyOf\/\d+)$/.test(path)) {
					for (const [name, option] of Object.entries(value as Schema)) {
						if (!("description" in (option as Schema)))
							bare.push(`${path}/${name}`);
					}
				}
				visit(value, `${path}/${key}`);
			}
		};
		visit(readNccoSchema(), "");
		expect(bare).to.deep.equal([]);
	});
});
