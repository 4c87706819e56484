import { definePlugin } from "switchhook";

/** Does what the text of a message says. */
export default definePlugin({
	name: "steps",
	setup: () => new Map<string, () => void>(),
	on: {
		"sms.inbound": ({ payload }, { state, log, signal }) => {
			if (payload.text === "throw") throw new Error(`no ${payload.msisdn}`);
			if (payload.text === "wait") {
				log.info("waiting");
				return new Promise<void>((done) => {
					state.set("wait", done);
					signal.addEventListener("abort", () => done());
				});
			}
			if (payload.text === "go on") state.get("wait")?.();
			log.info("handled", { text: payload.text, from: payload.msisdn });
		},
		"voice.answer": () => {
			throw new Error("out of order");
		},
	},
	teardown(state) {
		state.clear();
	},
});
