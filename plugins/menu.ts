import { definePlugin, type Ncco } from "switchhook";

/** Answers the key that a caller pressed with how the call goes on. */
export default definePlugin({
	name: "menu",
	on: {
		"ncco.input": (event, { url }) => {
			const key = event.payload.dtmf?.digits;
			if (key === "1") return leaveMessage(url("recordings"));
			if (key === "2") return wait(url("hold-music"));
			return askAgain(url("menu"));
		},
	},
});

// --- helpers ---

const language = "en-GB";

function leaveMessage(eventUrl: string): Ncco {
	return [
		{ action: "talk", text: "Please speak after the tone.", language },
		{
			action: "record",
			beepStart: true,
			endOnSilence: 3,
			eventUrl: [eventUrl],
		},
		{ action: "talk", text: "Thank you, goodbye.", language },
	];
}

function wait(streamUrl: string): Ncco {
	return [
		{ action: "talk", text: "One moment, please.", language },
		{
			action: "stream",
			streamUrl: [streamUrl],
			loop: 10,
		},
		{ action: "talk", text: "Nobody is free. Please call again.", language },
	];
}

function askAgain(eventUrl: string): Ncco {
	return [
		{
			action: "talk",
			text: "Please press 1 or 2.",
			language,
			bargeIn: true,
		},
		{
			action: "input",
			type: ["dtmf"],
			dtmf: { maxDigits: 1, timeOut: 5 },
			eventUrl: [eventUrl],
		},
	];
}
