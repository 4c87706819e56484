// Compiled by `tsc --noEmit`, never run: each `@ts-expect-error` fails the build when the line below is fine.
import {
	definePlugin,
	type FromSchema,
	giveUp,
	type Ncco,
	type Payload,
	type Payloads,
	respond,
	retryLater,
} from "switchhook";

declare module "switchhook" {
	interface Payloads {
		"invoice.paid": { readonly amount: number };
		"whatever.else": Payload;
	}
	interface Replies {
		"invoice.paid": { readonly ok: boolean };
	}
}

type Same<A, B> =
	(<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
		? true
		: false;

/** Fails to compile unless the two types are the same. */
function same<A, B>(_: Same<A, B>): void {}

const schema = {
	type: "object",
	required: ["text"],
	properties: {
		text: { type: "string" },
		times: { type: "integer", default: 1 },
		loud: { type: "boolean" },
		voice: { enum: ["amy", "brian"] },
		tone: { const: "low" },
		tags: { type: "array", items: { type: "string" } },
		other: {},
	},
} as const;

same<
	FromSchema<typeof schema>,
	{
		readonly text: string;
		readonly times: number;
		readonly loud?: boolean | undefined;
		readonly voice?: "amy" | "brian" | undefined;
		readonly tone?: "low" | undefined;
		readonly tags?: readonly string[] | undefined;
		readonly other?: unknown;
	}
>(true);

same<FromSchema<{ type: "object" }>, { readonly [key: string]: unknown }>(true);
same<
	FromSchema<{
		type: "object";
		additionalProperties: { type: "array"; items: { type: "string" } };
	}>,
	{ readonly [key: string]: readonly string[] }
>(true);
same<
	FromSchema<{ type: "object"; additionalProperties: false }>,
	{ readonly [key: string]: unknown }
>(true);

same<
	FromSchema<{
		type: ["string", "array", "null"];
		items: { type: "string" };
		minLength: 1;
	}>,
	string | readonly string[] | null
>(true);
same<
	FromSchema<{
		anyOf: [
			{ type: "string" },
			{
				type: "object";
				required: ["url"];
				properties: { url: { type: "string" } };
			},
		];
	}>,
	string | { readonly url: string }
>(true);
same<FromSchema<{ oneOf: [{ const: 1 }, { enum: [2, 3] }] }>, 1 | 2 | 3>(true);

// Options by schema, state by setup, payload and reply by kind.
definePlugin({
	name: "typed",
	options: {
		type: "object",
		required: ["text"],
		properties: { text: { type: "string" }, limit: { type: "number" } },
	},
	async setup({ options, log, route }) {
		log.info(options.text, { route: route.name });
		// @ts-expect-error: no such option
		options.txet;
		return { calls: 0 };
	},
	on: {
		"voice.answer": (event, { options, state, signal }) => {
			same<typeof event.payload, Payloads["voice.answer"]>(true);
			same<typeof options.limit, number | undefined>(true);
			same<typeof signal, AbortSignal>(true);
			state.calls += 1;
			// @ts-expect-error: no such part of the state
			state.cals;
			return [{ action: "talk", text: options.text }];
		},
		"sms.inbound": async (event, { state }) => {
			same<typeof event.payload, Payloads["sms.inbound"]>(true);
			if (state.calls > 3) throw retryLater("busy", { after: "5m" });
			throw giveUp(`no customer ${event.payload.msisdn}`);
		},
		"*": (event) => {
			same<typeof event.payload, { readonly [field: string]: unknown }>(true);
		},
	},
	teardown(state) {
		same<typeof state, { calls: number }>(true);
	},
});

// Handing on: in setup and in handlers, and said beforehand by the options.
definePlugin({
	name: "handing",
	options: { type: "object", properties: { to: { type: "string" } } },
	handsOn: ({ to }) => [to, "log"],
	setup: ({ handOn }) => ({ later: () => handOn("log", { a: 1 }) }),
	on: {
		"sms.inbound": async (event, { handOn, state }) => {
			await state.later();
			await handOn("log", event.payload, { params: { tenant: "a" } });
			// @ts-expect-error: a payload has fields
			await handOn("log", "text");
		},
	},
});

// A kind of one's own, by declaration merging; and one of which only the name is declared.
definePlugin({
	name: "own",
	on: {
		"invoice.paid": (event) => {
			same<typeof event.payload.amount, number>(true);
			return { ok: true };
		},
		"whatever.else": (event) => {
			same<typeof event.payload.field, unknown>(true);
			return respond({ status: 201, body: { id: 7 } });
		},
	},
});

// Mistakes in the name of a kind.
definePlugin({
	name: "wrong kinds",
	on: {
		"*": () => {},
		// @ts-expect-error: no kind has this name
		"voice.anwser": () => [],
	},
});
definePlugin({
	name: "no kind",
	// @ts-expect-error: nor has one this
	on: { inbound_sms: () => {} },
});
definePlugin({
	name: "undeclared",
	// @ts-expect-error: a kind of one's own is declared first
	on: { "invoice-paid-by-hand": () => {} },
});

// A handler that is there only sometimes.
definePlugin({
	name: "sometimes",
	on: { "sms.dlr": Math.random() > 2 ? () => {} : undefined, "*": () => {} },
});

definePlugin({
	name: "wrong replies",
	on: {
		// @ts-expect-error: an answered call wants an NCCO
		"voice.answer": () => ({ action: "talk", text: "one action is no list" }),
		// @ts-expect-error: an answered call wants something
		"voice.fallback-answer": async () => {},
		// @ts-expect-error: as the merged declaration says
		"invoice.paid": () => ({ ok: "yes" }),
	},
});

definePlugin({
	name: "wrong action",
	on: {
		// @ts-expect-error: `tlak` is no action
		"voice.answer": () => [{ action: "tlak", text: "hello" }],
	},
});

// An answer that may be nothing; one that nobody looks at.
definePlugin({
	name: "nothing",
	on: {
		"ncco.input": (_event, { log }) => log.info("thanks"),
		"voice.event": async () => {},
		"sms.dlr": () => 7,
	},
});

definePlugin({
	name: "without options",
	on: {
		"sms.inbound": (_event, { options }) => {
			same<typeof options, { readonly [option: string]: unknown }>(true);
		},
	},
});

// Fields that a payload may lack, under `exactOptionalPropertyTypes` too.
definePlugin({
	name: "perhaps",
	setup: () => ({ limit: undefined as number | undefined }),
	on: {
		"voice.answer": async (event, { handOn, store, state }) => {
			const { from } = event.payload;
			await handOn("other", event.payload, { params: undefined });
			await store.put("a", 1, { expiresAfterMs: state.limit });
			if (from === "") throw retryLater("later", { after: undefined });
			return [
				{
					action: "connect",
					from,
					endpoint: [
						{ type: "phone", number: "447700900000", dtmfAnswer: from },
					],
				},
				{ action: "talk", text: "Hello", language: from },
			];
		},
		"ncco.stream": () => respond({ status: undefined, body: "" }),
	},
});

// An option that the platform does not know, where TypeScript looks: an annotated NCCO, and an annotated return.
export const odd: Ncco = [
	// @ts-expect-error: `talk` has no `lang`
	{ action: "talk", text: "hello", lang: "de" },
];
definePlugin({
	name: "odd",
	on: {
		"voice.answer": (): Ncco => [
			// @ts-expect-error: `talk` has no `lang`
			{ action: "talk", text: "hello", lang: "de" },
		],
	},
});

// @ts-expect-error: a plugin without `on` handles nothing
definePlugin({ name: "empty" });

// @ts-expect-error: the duration has a unit
retryLater("later", { after: 5 });

export const ncco: Ncco = [{ action: "talk", text: "hello" }];
