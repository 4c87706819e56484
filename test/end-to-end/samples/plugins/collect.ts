import { definePlugin, type HookEvent } from "switchhook";

/** Hands every event to the test in this process, and answers a call by NCCO or VoiceXML. */
export default definePlugin({
	name: "collect",
	on: {
		"*": (event, { route }) => {
			const sink = (globalThis as { collected?: HookEvent[] }).collected;
			sink?.push(event as HookEvent);
			if (event.kind.startsWith("legacy.call.")) return "<vxml/>";
			if (route.mode === "reply") return [{ action: "talk", text: "Hello" }];
		},
	},
});
