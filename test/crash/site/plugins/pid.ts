import { definePlugin } from "switchhook";

/** Answers with the id of the process that handles the call. */
export default definePlugin({
	name: "pid",
	on: {
		"voice.answer": () => [{ action: "talk", text: String(process.pid) }],
	},
});
