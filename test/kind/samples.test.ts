import { expect } from "chai";
import type { Kind } from "../../src/kind/kind.ts";
import {
	compileKind,
	type LoadedKinds,
	loadKinds,
} from "../../src/kind/load.ts";
import { fromText, loadSamples, parseSample, toQuery } from "../samples.ts";
import { SCHEMAS } from "./folder.ts";

/** Fragments of the SDKs' tests that carry no mark: on a path of their own they pass. */
const UNMARKED: readonly string[] = [
	// An empty object, which the Java SDK takes as a call event.
	"voice-event--java-event-empty-object",
];

/** Without the schemas of single routes, which may be kept in the same folder. */
function ownKinds({ kinds }: LoadedKinds): ReadonlyMap<string, Kind> {
	return new Map(
		[...kinds].filter(([, { schema }]) => schema.webhook !== undefined),
	);
}

const samples = loadSamples().filter(({ parserOnly }) => !parserOnly);
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
			if (name !== "ncco.stream") expect(covered, name).to.include(name);
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

		it(`decodes ${sample.name} to the same from query, form and JSON`, () => {
			const kind = kindOf(sample.kind);
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
			expect(named?.name).to.equal(sample.kind);
		});
	}

	it("recognizes an unmarked one as no kind that is told by marks", () => {
		for (const sample of valid) {
			if (!UNMARKED.includes(sample.name)) continue;
			const { parsed } = parseSample(sample);
			const known = [...kinds.values()].filter((kind) =>
				kind.recognizes(parsed),
			);
			expect(known.map(({ name }) => name)).to.deep.equal(["ncco.stream"]);
		}
	});
});

describe("the repository's own kinds", () => {
	let kinds: readonly Kind[];
	before(async () => {
		const loaded = await loadKinds([SCHEMAS]);
		expect(loaded.findings).to.deep.equal([]);
		kinds = [...ownKinds(loaded).values()];
	});

	it("are these", () => {
		expect(kinds.map(({ name }) => name)).to.have.members([
			"sms.inbound",
			"sms.dlr",
			"voice.answer",
			"voice.fallback-answer",
			"voice.event",
			"voice.transfer",
			"ncco.input",
			"ncco.record",
			"ncco.stream",
		]);
	});

	it("compile, and their examples fit and are recognized", () => {
		for (const kind of kinds) {
			expect(compileKind(kind), kind.name).to.deep.equal([]);
			expect(kind.schema.examples, kind.name).to.be.an("array").that.is.not
				.empty;
		}
	});

	it("say everything about themselves", () => {
		for (const kind of kinds) {
			expect(kind.title, kind.name).to.not.equal(kind.name);
			expect(kind.description, kind.name).to.match(/\.$/);
			expect(kind.levelsWhy, kind.name).to.match(/\.$/);
			expect(Object.keys(kind.settings), kind.name).to.have.members([
				...kind.levels,
			]);
			const { webhook } = kind.schema as { webhook: { source: unknown } };
			expect(webhook.source, kind.name).to.be.an("array").that.is.not.empty;
		}
	});

	it("describe every field at every depth, and close no object", () => {
		const visit = (schema: unknown, path: string): void => {
			const { properties = {}, items } = schema as {
				properties?: Record<string, { description?: string; type?: unknown }>;
				items?: unknown;
			};
			expect(schema, path).to.not.have.property("additionalProperties");
			for (const [name, field] of Object.entries(properties)) {
				expect(field.description, `${path} ${name}`).to.match(/\.$/);
				expect(field.type, `${path} ${name}`).to.not.equal(undefined);
				visit(field, `${path} ${name}`);
			}
			if (items !== undefined) visit(items, `${path} items`);
		};
		for (const kind of kinds) visit(kind.schema, kind.name);
	});

	it("close no enumeration that the platform extends", () => {
		for (const kind of kinds) {
			const { properties } = kind.schema;
			expect(JSON.stringify(properties), kind.name).to.not.match(
				/"(enum|const|pattern|format)":/,
			);
		}
	});

	it("leave a live call's handler less than the platform's 5 s", () => {
		const replying = kinds.filter(({ mode }) => mode === "reply");
		expect(replying).to.have.length(4);
		for (const { name, timeoutMs } of replying) {
			expect(timeoutMs, name).to.equal(4000);
		}
	});
});
