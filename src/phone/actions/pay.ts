import { isRecord } from "../../event/is-record.ts";
import type { Payload } from "../../event/webhook.ts";
import { speakingMs, toPlain } from "../speech.ts";
import { toIso } from "../time.ts";
import { type PlayAction, targetOf } from "./action.ts";
import { collectDigits } from "./digits.ts";

/** Takes a card payment by keys. A question without an answer is asked twice, and then the payment fails. */
export const playPay: PlayAction = async (action, { leg, context }) => {
	let isPaid = true;
	for (const question of QUESTIONS) {
		isPaid &&= await ask(action, question);
		if (!isPaid) break;
	}
	context.tell(leg, {
		...{ kind: "ncco.pay", label: "pay", target: targetOf(action) },
		payload: {
			...{ from: leg.facts.from, to: leg.facts.to, type: "payment" },
			uuid: leg.uuid,
			conversation_uuid: leg.conversationUuid,
			status: isPaid ? "success" : "failure",
			timestamp: toIso(context.clock.wallMs()),
		},
	});
	return undefined;

	async function ask(
		written: Payload,
		{ type, text, maxDigits }: (typeof QUESTIONS)[number],
	): Promise<boolean> {
		const prompts = Array.isArray(written.prompts) ? written.prompts : [];
		const own: unknown = prompts.find(
			(prompt: unknown) => isRecord(prompt) && prompt.type === type,
		);
		const said = isRecord(own) ? String(own.text ?? text) : text;
		for (let count = 0; count < ASKED_MAX; count++) {
			const ms = speakingMs(said);
			await leg.hear({ by: "talk", text: toPlain(said), ms });
			const id = context.journal.add({
				...{ what: "listens", leg: leg.name, digits: "" },
				...{ dtmf: true, speech: false },
			});
			const ear = leg.listen(["key"]);
			const options = { maxDigits, timeOutMs: ANSWER_MS, submitOnHash: true };
			const { digits } = await collectDigits(ear, options, undefined, {
				...{ journal: context.journal, id },
			}).finally(() => ear.close());
			const end = digits === "" ? "timeout" : "done";
			// The number of a card is for nobody's eyes.
			context.journal.amend(id, { end, digits: "•".repeat(digits.length) });
			if (digits !== "") return true;
		}
		return false;
	}
};

// --- helpers ---

const ASKED_MAX = 2;
const ANSWER_MS = 10_000;

const QUESTIONS = [
	{ type: "CardNumber", text: "Please enter your card number.", maxDigits: 16 },
	{
		type: "ExpirationDate",
		text: "Please enter the expiration date.",
		maxDigits: 4,
	},
	{
		type: "SecurityCode",
		text: "Please enter the security code.",
		maxDigits: 4,
	},
] as const;
