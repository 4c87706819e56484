import { expect } from "chai";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import {
	fromText,
	isReadable,
	loadSamples,
	parseSample,
	TWINS,
	toQuery,
	UNMARKED,
} from "../samples.ts";
import { isUnmarked, ownKinds, SCHEMAS } from "./folder.ts";

/** Kinds that no captured webhook is known of. */
const UNSEEN: readonly string[] = [
	"legacy.call.error",
	"legacy.tts-prompt",
	"ncco.connect",
	"ncco.connect.onAnswer",
	"ncco.conversation",
	"ncco.stream",
	"shortcode.inbound",
	"studio.event",
	"studio.node",
	"video.broadcast",
	"video.captions",
	"video.render",
];

const samples = loadSamples().filter(
	(sample) => !sample.parserOnly && isReadable(sample),
);
const valid = samples.filter((sample) => sample.valid);

describe("the platform's samples", () => {
	let kinds: ReadonlyMap<string, Kind>;
	const kindOf = (name: string): Kind => {
		const kind = kinds.get(name);
		if (kind === undefined) throw new Error(`no kind ${name}`);
		return kind;
	};
	before(async () => {
		kinds = ownKinds(await loadKinds([SCHEMAS]));
	});

	it("cover every kind that has a payload", () => {
		const covered = new Set(valid.map(({ kind }) => kind));
		for (const name of kinds.keys()) {
			expect(covered.has(name), name).to.equal(!UNSEEN.includes(name));
		}
	});

	for (const sample of samples) {
		const { parsed, encoding } = parseSample(sample);

		it(`${sample.valid ? "accepts" : "refuses"} ${sample.name}`, () => {
			const kind = kindOf(sample.kind);
			const problems = kind.validate(kind.decode(parsed, encoding));
			if (sample.valid) expect(problems).to.equal(undefined);
			else expect(problems).to.be.an("array").that.is.not.empty;
		});

		it(`decodes ${sample.name} to the same from all its encodings`, () => {
			const kind = kindOf(sample.kind);
			if (kind.contentTypes.length === 1) return;
			const decoded = kind.decode(parsed, encoding);
			const text = fromText(toQuery(parsed));
			expect(kind.decode(text, "query")).to.deep.equal(decoded);
			expect(kind.decode(text, "form")).to.deep.equal(decoded);
			if (encoding === "json") {
				expect(kind.decode(decoded, "json")).to.deep.equal(decoded);
			} else {
				expect(kind.decode(text, "json")).to.deep.equal(decoded);
			}
		});
	}

	for (const sample of valid) {
		if (UNMARKED.includes(sample.name)) continue;
		it(`recognizes ${sample.name} among all kinds`, () => {
			const { parsed } = parseSample(sample);
			const asked = [...kinds.values()].sort(
				(a, b) => b.precedence - a.precedence,
			);
			const named = asked.find((kind) => kind.recognizes(parsed));
			expect(named?.name).to.equal(TWINS[sample.kind] ?? sample.kind);
		});
	}

	it("recognizes an unmarked one as no kind that is told by marks", () => {
		for (const sample of valid) {
			if (!UNMARKED.includes(sample.name)) continue;
			const { parsed } = parseSample(sample);
			const all = [...kinds.values()];
			expect(
				all.filter((kind) => kind.recognizes(parsed)),
				sample.name,
			).to.have.members(all.filter(isUnmarked));
		}
	});
});
