import { expect } from "chai";
import fc from "fast-check";
import type { Encoding, Headers, Payload } from "../../src/event/webhook.ts";
import { createDedupeKey } from "../../src/inbox/port/keys.ts";
import type { WebhookKeyword } from "../../src/kind/keyword.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import { subjectOf } from "../route/kinds.ts";
import {
	fromText,
	isReadable,
	loadSamples,
	parseSample,
	toQuery,
} from "../samples.ts";
import { ownKinds, SCHEMAS } from "./folder.ts";

/** How the platform's webhooks of one kind differ: what the texts say, whatever the kind's file says. */
interface Course {
	/** Any of them names the webhook. */
	readonly ids: readonly string[];
	/** Fields besides in which two events differ. */
	readonly varies?: readonly string[];
	/** Without all of these the same bytes can be another event; an empty list for always. */
	readonly recursWithout?: readonly string[];
}

const RECEIPT: Course = {
	ids: ["messageId"],
	varies: ["status", "err-code", "scts", "message-timestamp"],
};
const LEG: Course = {
	ids: ["uuid", "call_uuid"],
	varies: ["status", "sub_state", "timestamp", "detail"],
};
const STATUS: Course = {
	ids: ["message_uuid"],
	varies: ["status", "timestamp", "usage.price"],
};
const CALL: Course = {
	ids: ["call-id", "call_id"],
	varies: ["status", "digits", "call-end"],
};

const COURSES: Readonly<Record<string, Course>> = {
	"sms.inbound": { ids: ["messageId"] },
	"shortcode.inbound": { ids: ["messageId"] },
	"sms.dlr": RECEIPT,
	"shortcode.dlr": RECEIPT,
	"voice.event": LEG,
	"ncco.connect": LEG,
	"voice.transfer": {
		ids: ["uuid"],
		varies: ["conversation_uuid_from", "conversation_uuid_to", "timestamp"],
		recursWithout: ["timestamp"],
	},
	"voice.error": {
		ids: ["conversation_uuid"],
		varies: ["reason", "timestamp"],
		recursWithout: ["timestamp"],
	},
	"ncco.record": { ids: ["recording_uuid"] },
	"ncco.conversation": {
		ids: ["recording_uuid", "uuid"],
		varies: ["status", "timestamp"],
	},
	"ncco.transcription": {
		ids: ["recording_uuid"],
		varies: ["status", "transcription_url"],
	},
	"ncco.input": {
		ids: ["uuid"],
		varies: ["dtmf.digits", "timestamp"],
		recursWithout: ["timestamp"],
	},
	"ncco.notify": {
		ids: ["conversation_uuid"],
		varies: ["payload.foo", "timestamp"],
		recursWithout: ["timestamp"],
	},
	"ncco.pay": {
		ids: ["uuid"],
		varies: ["status", "timestamp"],
		recursWithout: ["timestamp"],
	},
	"messages.inbound": { ids: ["message_uuid"] },
	"messages-v0.inbound": { ids: ["message_uuid"] },
	"messages.status": STATUS,
	"messages-v0.status": STATUS,
	"verify2.callback": {
		ids: ["request_id"],
		varies: ["type", "channel", "status", "triggered_at", "finalized_at"],
		recursWithout: ["triggered_at", "submitted_at", "finalized_at", "workflow"],
	},
	"ni.advanced-async": { ids: ["request_id"] },
	"ni.legacy": { ids: ["request_id"], varies: ["callback_part"] },
	"rtc.event": {
		ids: ["id", "conversation_id"],
		recursWithout: ["id", "timestamp"],
	},
	"reports.callback": { ids: ["request_id"], varies: ["request_status"] },
	"video.session": {
		ids: ["sessionId"],
		varies: ["event", "timestamp", "stream.id", "connection.id"],
		recursWithout: ["timestamp", "stream.id", "connection.id"],
	},
	"video.sip": {
		ids: ["sessionId"],
		varies: ["event", "timestamp", "call.connectionId", "state"],
		recursWithout: ["timestamp"],
	},
	"video.archive": { ids: ["id"], varies: ["status"], recursWithout: [] },
	"video.broadcast": { ids: ["id"], varies: ["status"], recursWithout: [] },
	"video.captions": {
		ids: ["captionsId"],
		varies: ["status"],
		recursWithout: [],
	},
	"video.render": { ids: ["id"], varies: ["status", "reason"] },
	"vcc.event": { ids: ["id"] },
	"vis.event": { ids: ["metadata.deliveryId"] },
	"meetings.callback": {
		ids: ["session_id", "recording_id"],
		varies: ["event", "participant_id", "started_at"],
		recursWithout: ["recording_id", "started_at", "ended_at"],
	},
	"legacy.call.status": CALL,
	"legacy.tts": CALL,
	"legacy.tts-prompt": CALL,
};

/** Kinds that are answered and not kept for later, and whose webhooks are all alike or name a call. */
const ANSWERED: readonly string[] = [
	"legacy.call.answer",
	"legacy.call.error",
	"ncco.connect.onAnswer",
	"ncco.stream",
	"studio.node",
	"voice.answer",
	"voice.fallback-answer",
];

/** Kinds whose payloads are the user's own, so that only a route can say what tells two apart. */
const UNKEYED: readonly string[] = ["studio.event"];

describe("the dedupe keys of the platform's kinds", () => {
	let kinds: ReadonlyMap<string, Kind>;
	before(async () => {
		kinds = ownKinds(await loadKinds([SCHEMAS]));
	});

	it("are looked at here, all of them", () => {
		const known = [...Object.keys(COURSES), ...ANSWERED, ...UNKEYED];
		expect([...kinds.keys()]).to.have.members(known);
	});

	it("are missing only where the kind's page says why", () => {
		for (const { name, mode, dedupe, schema } of kinds.values()) {
			const { dedupeNote } = schema.webhook as WebhookKeyword;
			if (mode === "accept" && dedupe.length === 0)
				expect(dedupeNote, name).to.be.a("string");
		}
	});

	for (const [name, course] of Object.entries(COURSES)) {
		it(`take each event of ${name} once, whatever came before it`, () => {
			const kind = kinds.get(name) as Kind;
			const bases = payloadsOf(kind).filter((payload) =>
				course.ids.some((field) => at(payload, field) !== undefined),
			);
			expect(bases).to.not.be.empty;
			fc.assert(
				fc.property(coursesOf(kind, course, bases), (sent) => {
					expect(handledOf(kind, sent)).to.deep.equal(dueOf(course, sent));
				}),
				{ numRuns: 150 },
			);
		});
	}

	it("know a delivery of VBC, whichever metadata policy brings its id", () => {
		const kind = kinds.get("vis.event") as Kind;
		const event = { id: "e1", state: "HELD" };
		const keyOf = keyReaderOf(kind);
		const inHeader = (id: string, attempt: string): Headers => ({
			"x-von-delivery-id": id,
			"x-von-attempt": attempt,
		});
		const key = keyOf(
			subjectOf({ event, metadata: { deliveryId: "d", attempt: 1 } }),
		);
		expect(key).to.be.a("string");
		expect(
			keyOf(subjectOf({ event }, { headers: inHeader("d", "1") })),
		).to.equal(key);
		expect(
			keyOf(subjectOf({ event }, { headers: inHeader("d", "2") })),
		).to.equal(key);
		expect(
			keyOf(
				subjectOf({ event, metadata: {} }, { headers: inHeader("d", "3") }),
			),
		).to.equal(key);
		expect(
			keyOf(subjectOf({ event }, { headers: inHeader("e", "1") })),
		).to.not.equal(key);
		expect(keyOf(subjectOf({ event }))).to.equal(undefined);
	});
});

// --- helpers ---

/** One webhook as it is sent. */
interface Sent {
	readonly payload: Payload;
	readonly encoding: Encoding;
}

const samples = loadSamples().filter(
	(sample) => sample.valid && !sample.parserOnly && isReadable(sample),
);

/** The kind's samples and examples, decoded. */
function payloadsOf(kind: Kind): Payload[] {
	const captured = samples
		.filter((sample) => sample.kind === kind.name)
		.map(parseSample)
		.map(({ parsed, encoding }) => kind.decode(parsed, encoding));
	return [...captured, ...(kind.schema.examples as Payload[])];
}

/** Webhooks in any order: events that are alike but for a few fields, and some of them again. */
function coursesOf(
	kind: Kind,
	{ ids, varies = [], recursWithout = [] }: Course,
	bases: readonly Payload[],
): fc.Arbitrary<readonly Sent[]> {
	const encoding = fc.constantFrom(...kind.contentTypes);
	const change = fc.record({
		field: fc.constantFrom(...ids, ...varies),
		value: fc.constantFrom("1", "2"),
	});
	const lost = fc.subarray([...new Set([...varies, ...recursWithout])]);
	const event = fc.record({
		changes: fc.array(change, { maxLength: 3 }),
		lost: fc.oneof(fc.constant([]), lost),
		encoding,
		again: fc.array(encoding, { maxLength: 2 }),
	});
	const events = fc.array(event, { minLength: 1, maxLength: 12 });
	return fc.tuple(fc.constantFrom(...bases), events).map(([base, events]) => {
		const sent = events.map(({ changes, lost, encoding }) => {
			let payload = base;
			for (const { field, value } of changes)
				payload = put(payload, field, value);
			let bare = payload;
			for (const field of lost) bare = put(bare, field, undefined);
			const isNamed = ids.some((field) => at(bare, field) !== undefined);
			return { payload: isNamed ? bare : payload, encoding };
		});
		const again = events.flatMap(({ again }, index) =>
			again.map((encoding) => ({ ...(sent[index] as Sent), encoding })),
		);
		return [...sent, ...again];
	});
}

/** Which webhooks are to be handled: all but those that came before, and cannot be another event. */
function dueOf(
	{ recursWithout }: Course,
	sent: readonly Sent[],
): readonly boolean[] {
	const texts = sent.map(({ payload }) => JSON.stringify(payload));
	return sent.map(({ payload }, index) => {
		const recurs = recursWithout?.every(
			(field) => at(payload, field) === undefined,
		);
		return recurs === true || texts.indexOf(texts[index] as string) === index;
	});
}

/** Which webhooks are handled: those of a new key, and those that have none. */
function handledOf(kind: Kind, sent: readonly Sent[]): readonly boolean[] {
	const keyOf = keyReaderOf(kind);
	const known = new Set<string>();
	return sent.map(({ payload, encoding }) => {
		const parsed = encoding === "json" ? payload : fromText(toQuery(payload));
		const key = keyOf(subjectOf(kind.decode(parsed, encoding)));
		const isNew = key === undefined || !known.has(key);
		if (key !== undefined) known.add(key);
		return isNew;
	});
}

function keyReaderOf({ dedupe, dedupeNeeds }: Kind) {
	return createDedupeKey(dedupe, dedupeNeeds);
}

function at(payload: Payload, field: string): unknown {
	const [name = "", inner] = field.split(".");
	const value = payload[name];
	if (inner === undefined || typeof value !== "object")
		return inner ? undefined : value;
	return (value as Payload)[inner];
}

/** Changes a field where it is there, and takes it away for undefined. */
function put(payload: Payload, field: string, value: unknown): Payload {
	const old = at(payload, field);
	if (old === undefined) return payload;
	const [name = "", inner] = field.split(".");
	const same = typeof old === "number" ? Number(value) : value;
	const next = value === undefined ? undefined : same;
	const whole =
		inner === undefined
			? next
			: { ...(payload[name] as Payload), [inner]: next };
	return Object.fromEntries(
		Object.entries(payload)
			.map(([key, was]) => [key, key === name ? whole : was])
			.filter(([, now]) => now !== undefined),
	) as Payload;
}
