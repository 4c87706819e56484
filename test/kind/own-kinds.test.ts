import { expect } from "chai";
import type { Payload } from "../../src/event/webhook.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { compileKind, loadKinds } from "../../src/kind/load.ts";
import { TWINS } from "../samples.ts";
import { isUnmarked, ownKinds, SCHEMAS } from "./folder.ts";

describe("the repository's own kinds", () => {
	let kinds: readonly Kind[];
	before(async () => {
		const loaded = await loadKinds([SCHEMAS]);
		expect(loaded.findings).to.deep.equal([]);
		kinds = [...ownKinds(loaded).values()];
	});

	it("are these", () => {
		expect(kinds.map(({ name }) => name)).to.have.members([
			"legacy.call.answer",
			"legacy.call.error",
			"legacy.call.status",
			"legacy.tts",
			"legacy.tts-prompt",
			"meetings.callback",
			"messages-v0.inbound",
			"messages-v0.status",
			"messages.inbound",
			"messages.status",
			"ncco.connect",
			"ncco.connect.onAnswer",
			"ncco.conversation",
			"ncco.input",
			"ncco.notify",
			"ncco.pay",
			"ncco.record",
			"ncco.stream",
			"ncco.transcription",
			"ni.advanced-async",
			"ni.legacy",
			"reports.callback",
			"rtc.event",
			"shortcode.dlr",
			"shortcode.inbound",
			"sms.dlr",
			"sms.inbound",
			"studio.event",
			"studio.node",
			"vcc.event",
			"verify2.callback",
			"video.archive",
			"video.broadcast",
			"video.captions",
			"video.render",
			"video.session",
			"video.sip",
			"vis.event",
			"voice.answer",
			"voice.error",
			"voice.event",
			"voice.fallback-answer",
			"voice.transfer",
		]);
	});

	it("say how the platform signs them, or that it does not", () => {
		const signed = new Map(kinds.map((kind) => [kind.name, kind.signed]));
		for (const [name, schemes] of signed) {
			// What signs these, if anything does, no scheme of the router reads.
			if (/^(?:studio|vcc)\./.test(name))
				expect(schemes, name).to.equal(undefined);
			else expect(schemes, name).to.be.an("array");
		}
		expect(signed.get("sms.inbound")).to.deep.equal(["vonage-sig"]);
		expect(signed.get("shortcode.dlr")).to.deep.equal(["vonage-sig"]);
		expect(signed.get("voice.answer")).to.deep.equal(["vonage-jwt"]);
		expect(signed.get("messages-v0.status")).to.deep.equal(["vonage-jwt"]);
		expect(signed.get("ncco.stream")).to.deep.equal([]);
		expect(signed.get("vis.event")).to.deep.equal([]);
	});

	it("compile, and their examples fit and are recognized", () => {
		for (const kind of kinds) {
			expect(compileKind(kind), kind.name).to.deep.equal([]);
			expect(kind.schema.examples, kind.name).to.be.an("array").that.is.not
				.empty;
		}
	});

	it("are told apart by their examples, but for those whose body is another's", () => {
		const asked = [...kinds].sort((a, b) => b.precedence - a.precedence);
		for (const { name, schema } of kinds.filter((kind) => !isUnmarked(kind))) {
			for (const example of schema.examples as Payload[]) {
				const first = asked.find((kind) => kind.recognizes(example));
				expect(first?.name, name).to.equal(TWINS[name] ?? name);
			}
		}
	});

	it("have precedences of their own, so that the order is no accident", () => {
		const used = kinds.map(({ precedence }) => precedence);
		expect(new Set(used).size).to.equal(used.length);
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
		const visit = (schema: unknown, path: string): void => {
			for (const wall of ["enum", "const", "pattern", "format"]) {
				expect(schema, path).to.not.have.property(wall);
			}
			const { properties = {}, items } = schema as {
				properties?: Readonly<Record<string, unknown>>;
				items?: unknown;
			};
			for (const [name, field] of Object.entries(properties)) {
				visit(field, `${path} ${name}`);
			}
			if (items !== undefined) visit(items, `${path} items`);
		};
		for (const kind of kinds) visit(kind.schema, kind.name);
	});

	it("leave a live call's handler less than the platform's 5 s", () => {
		const replying = kinds.filter(({ mode }) => mode === "reply");
		expect(replying.map(({ name }) => name)).to.have.members([
			"legacy.call.answer",
			"legacy.call.error",
			"ncco.connect.onAnswer",
			"ncco.input",
			"ncco.notify",
			"ncco.stream",
			"studio.node",
			"voice.answer",
			"voice.fallback-answer",
		]);
		for (const { name, timeoutMs } of replying) {
			expect(timeoutMs, name).to.equal(4000);
		}
	});
});
