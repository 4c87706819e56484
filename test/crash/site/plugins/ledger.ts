import { appendFileSync } from "node:fs";
import { definePlugin } from "switchhook";

/** Writes down each event that it is given, and keeps the last number of each sender beside it. */
export default definePlugin({
	name: "ledger",
	options: {
		type: "object",
		additionalProperties: false,
		properties: {
			file: { type: "string", default: "ledger.txt" },
			holds: { type: "boolean", default: false },
			isFlaky: { type: "boolean", default: true },
		},
	},
	on: {
		"sms.inbound": async ({ payload, attempt }, { options, store, signal }) => {
			if (options.holds) {
				await new Promise((done) => signal.addEventListener("abort", done));
				throw new Error("held");
			}
			const { msisdn, text } = payload;
			const last = (await store.get<number>(msisdn)) ?? 0;
			appendFileSync(options.file, `${msisdn} ${text} ${attempt} ${last}\n`);
			await store.put(msisdn, Number(text));
			// After the write, which must not count then.
			const isSeventh = Number(text) % 7 === 0;
			if (options.isFlaky && isSeventh && attempt === 1)
				throw new Error("not yet");
		},
	},
});
