import { definePlugin, type HookEvent } from "switchhook";

/** Hands every event to the test in this process, and answers a call. */
export default definePlugin({
	name: "collect",
	on: {
		"*": (event, { route }) => {
			const sink = (globalThis as { collected?: HookEvent[] }).collected;
			sink?.push(event as HookEvent);
			if (route.mode === "reply") return [{ action: "talk", text: "Hello" }];
		},
	},
});
