import { expect } from "chai";
import type { Payload } from "../../src/event/webhook.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import {
	isReadable,
	loadSamples,
	parseSample,
	TWINS,
	UNMARKED,
} from "../samples.ts";
import { isUnmarked, ownKinds, SCHEMAS } from "./folder.ts";

/** Products whose webhooks the platform sends to one URL. */
const FAMILIES: readonly (readonly string[])[] = [
	["sms"],
	["shortcode"],
	["voice", "ncco"],
	["messages", "messages-v0"],
	["verify2"],
	["ni"],
	["rtc"],
	["reports"],
	["video"],
	["vis"],
	["vcc"],
	["studio"],
	["meetings"],
	["legacy"],
];

/** Fields that alone tell a kind from others of its product: without one it is told as another, or as none. */
const MARKS: Readonly<Record<string, readonly string[]>> = {
	"legacy.tts-prompt": ["digits"],
	"ncco.connect": ["status"],
	"ncco.notify": ["payload"],
	"ni.legacy": ["callback_part"],
	"reports.callback": ["request_status"],
	"video.broadcast": ["event"],
	"video.captions": ["captionsId"],
	"voice.event": ["status", "call_uuid"],
	"voice.fallback-answer": ["original_request"],
};

/** Fields whose values say which event it is, of which the platform may have more than are known. */
const TELLING: readonly string[] = ["status", "event", "state", "type"];

/** Fields whose known values are all marks. */
const CLOSED: Readonly<Record<string, string>> = {
	"meetings.callback": "event",
	"rtc.event": "type",
	"video.broadcast": "event",
};

describe("kinds of one product on one path", () => {
	let kinds: ReadonlyMap<string, Kind>;
	before(async () => {
		kinds = ownKinds(await loadKinds([SCHEMAS]));
	});

	it("are all looked at here", () => {
		const products = new Set([...kinds.values()].map(({ product }) => product));
		expect([...products]).to.have.members(FAMILIES.flat());
	});

	for (const family of FAMILIES) {
		it(`are told apart: ${family.join(", ")}`, () => {
			const mates = [...kinds.values()]
				.filter((kind) => family.includes(kind.product) && !isUnmarked(kind))
				.sort((a, b) => b.precedence - a.precedence);
			for (const kind of mates) {
				const names = [kind.name, TWINS[kind.name]];
				for (const [what, payload] of variantsOf(kind)) {
					if (kind.validate(kind.decode(payload, "json")) !== undefined)
						continue;
					const found = mates.find((mate) => mate.recognizes(payload));
					expect(found?.name, `${kind.name} ${what}`).to.be.oneOf(names);
				}
			}
		});
	}
});

// --- helpers ---

const samples = loadSamples().filter(
	({ name, valid, parserOnly }) =>
		valid && parserOnly !== true && !UNMARKED.includes(name),
);

/**
 * The kind's samples and examples: as they are, without each field that is no mark, with each known field
 * besides, and with each known value of a field that says which event it is and one that nobody knows.
 */
function* variantsOf(kind: Kind): Generator<readonly [string, Payload]> {
	const { name, schema } = kind;
	const marks = MARKS[name] ?? [];
	const properties = (schema.properties ?? {}) as Record<string, Payload>;
	for (const payload of payloadsOf(kind)) {
		yield ["as it is", payload];
		for (const field of Object.keys(payload)) {
			if (marks.includes(field)) continue;
			const { [field]: _, ...rest } = payload;
			yield [`without ${field}`, rest];
		}
		for (const [field, { examples }] of Object.entries(properties)) {
			if (Object.hasOwn(payload, field) || !Array.isArray(examples)) continue;
			yield [`with ${field}`, { ...payload, [field]: examples[0] }];
		}
		for (const field of TELLING) {
			if (!Object.hasOwn(payload, field)) continue;
			const known = (properties[field]?.["x-known-values"] ?? []) as string[];
			const unknown = CLOSED[name] === field ? [] : ["not-known-yet"];
			for (const value of [...known, ...unknown])
				yield [`with ${field} ${value}`, { ...payload, [field]: value }];
		}
	}
}

function payloadsOf({ name, schema }: Kind): Payload[] {
	const captured = samples
		.filter((sample) => sample.kind === name && isReadable(sample))
		.map((sample) => parseSample(sample).parsed);
	return [...captured, ...(schema.examples as Payload[])];
}
