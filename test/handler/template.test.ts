import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { HookEvent } from "../../src/event/webhook.ts";
import {
	compileNccoTemplate,
	readNccoTemplate,
} from "../../src/handler/ncco/template.ts";
import { sharedChecker } from "./ncco-samples.ts";
import { CountingDeadline } from "./plugin-harness.ts";
import {
	answerTo,
	compile,
	engine,
	eventWith,
	findingsOf,
	handlerOf,
	urls,
} from "./template-tools.ts";

const say = (text: string) =>
	`- action: talk\n  text: ${JSON.stringify(text)}\n`;
const spoken = (
	text: string,
	payload: object,
	over: Partial<HookEvent> = {},
): unknown =>
	(answerTo(say(text), { ...payload }, over) as { text: unknown }[])[0]?.text;

describe("an NCCO template", () => {
	it("sees payload, route and claims", () => {
		const text =
			"{{ payload.from }} {{ route.name }} {{ route.path }} {{ route.level }} {{ route.params.tenant }} {{ claims.application_id }}";
		expect(spoken(text, { from: "44" })).to.equal(
			"44 answer /webhooks/answer app acme app-1",
		);
	});

	it("sees the query, the values of the path, and headers", () => {
		const over = {
			query: "lang=de&from=%2B44+7&note=a%26b&x-y=1&empty",
			params: { tenant: "acme" },
			headers: { "x-tenant": "t1", "user-agent": "Nexmo" },
		};
		const text =
			"{{ query.lang }} {{ query.from }} {{ query.note }} {{ query.x-y }} [{{ query.empty }}{{ query.none }}] {{ params.tenant }} {{ headers.x-tenant }} {{ payload.lang }}";
		expect(spoken(text, { lang: "en" }, over)).to.equal(
			"de +44 7 a&b 1 [] acme t1 en",
		);
	});

	it("reads a parameter that comes again as a list, as a payload does", () => {
		const over = { query: "a=1&b=2&a=3" };
		const text =
			"{{ query.a | last }}{{ query.a[0] }}{{ query.a | join: '-' }}{{ query.b }}";
		expect(spoken(text, {}, over)).to.equal("311-32");
	});

	it("reads what it can of a query with a broken escape", () => {
		const over = { query: "note=100%&lang=de&name=J%F6rg&a=1&a=%" };
		expect(
			spoken(
				"{{ query.lang }} {{ query.note }} {{ query.a | join: ',' }}",
				{},
				over,
			),
		).to.equal("de 100% 1,%");
	});

	it("names the headers that it reads, so that the route keeps them", () => {
		const { readsHeaders } = handlerOf(
			say("{{ headers.x-shop }}") + say("{{ headers.traceparent }}"),
		);
		expect(readsHeaders).to.deep.equal(["x-shop", "traceparent"]);
	});

	it("parses the query once for all texts, and not for one that reads none", () => {
		let reads = 0;
		const event = (): HookEvent => ({
			...eventWith({}),
			get query() {
				reads += 1;
				return "a=1";
			},
		});
		const reading = handlerOf(
			say("{{ query.a }}{{ query.b }}") + say("{{ query.a }}"),
		);
		reading.handle(event(), new CountingDeadline());
		expect(reads).to.equal(1);
		handlerOf(say("x{{ payload.a }}")).handle(event(), new CountingDeadline());
		expect(reads).to.equal(1);
	});

	it("renders a missing field as nothing", () => {
		expect(spoken("Hello {{ payload.to }}!", {})).to.equal("Hello !");
	});

	it("has conditions, loops and filters", () => {
		const text =
			"{% if payload.to %}{{ payload.to | upcase }}{% else %}nobody{% endif %}";
		expect(spoken(text, { to: "a" })).to.equal("A");
		expect(spoken(text, {})).to.equal("nobody");
	});

	it("keeps what a text renders to a text, and what is no text as it is", () => {
		const yaml =
			'- action: talk\n  text: "{{ payload.to }}"\n  loop: "{{ 2 }}"\n  level: 0.5\n- action: wait\n';
		expect(answerTo(yaml, { to: "x" })).to.deep.equal([
			{ action: "talk", text: "x", loop: "2", level: 0.5 },
			{ action: "wait" },
		]);
	});

	it("reaches into lists and mappings", () => {
		const yaml =
			'- action: notify\n  payload: { a: [{ b: "{{ payload.to }}" }] }\n  eventUrl: ["{{ \'menu\' | url }}"]\n';
		expect(answerTo(yaml, { to: "x" })).to.deep.equal([
			{
				action: "notify",
				payload: { a: [{ b: "x" }] },
				eventUrl: ["https://hooks.example.com/v1/webhooks/menu"],
			},
		]);
	});

	it("reads no inherited property of a payload", () => {
		const text =
			"x{{ payload.constructor }}{{ payload.__proto__ }}{{ payload.toString }}{{ payload.from.constructor.name }}";
		expect(spoken(text, { from: "y" })).to.equal("x");
		const query = "__proto__=1&constructor=2";
		expect(
			spoken(
				"x{{ query.toString }}{{ query.__proto__ }}{{ query.constructor }}",
				{},
				{ query },
			),
		).to.equal("x12");
	});
});

describe("a value of a payload", () => {
	const attempts = [
		'"},{"action":"transfer","conversationId":"CON-x"},{"x":"',
		'quote " and \\ backslash \\u0022',
		"line\nbreak\r\ttab\u2028\u0000",
		"{{ payload.from }} {% assign x = 1 %} {{ 7 | times: 6 }}",
		"{{ 'menu' | url }}",
		"- action: record\n  eventUrl: [x]",
		"]}',--",
		"\ud800 half a pair",
	];
	for (const value of attempts) {
		it(`changes only its own text: ${JSON.stringify(value)}`, () => {
			expect(
				answerTo(say("Hi {{ payload.to }}."), { to: value }),
			).to.deep.equal([{ action: "talk", text: `Hi ${value}.` }]);
		});
	}

	it("adds no tag within <speak>, by whichever tag it is written", () => {
		const to = '</speak><break time="9s"/>&';
		const escaped = "&lt;/speak&gt;&lt;break time=&#34;9s&#34;/&gt;&amp;";
		for (const write of [
			"{{ payload.to }}",
			"{% echo payload.to %}",
			"{% cycle payload.to, 'x' %}",
			"{% if true %}{{ payload.to }}{% endif %}",
		]) {
			expect(spoken(`<speak>${write}</speak>`, { to })).to.equal(
				`<speak>${escaped}</speak>`,
			);
		}
		expect(
			spoken("<speak>{{ payload.to | raw }}</speak>", { to: "<s/>" }),
		).to.equal("<speak><s/></speak>");
	});

	it("does not make a text SSML that is none, however it begins", () => {
		for (const before of [
			"",
			" \n",
			"\u200b",
			"<?xml version='1.0'?>",
			"<!---->",
		]) {
			const to = `${before}<speak><audio src='https://x.example'/></speak>`;
			for (const text of ["{{ payload.to }}", "{{ payload.to | raw }}"]) {
				expect(spoken(text, { to })).to.equal(
					to.replace(/</g, "&lt;").replace(/>/g, "&gt;"),
				);
			}
		}
		const to = "speak>a & b</speak>";
		expect(spoken("<{{ payload.to }}", { to })).to.equal(
			"&lt;speak&gt;a &amp; b&lt;/speak&gt;",
		);
	});

	it("keeps its characters where it makes no SSML, and what is not spoken", () => {
		const to = "1 < 2 & <speak>";
		expect(spoken("{{ payload.to }}", { to })).to.equal(to);
		const yaml =
			'- action: notify\n  payload: { text: "{{ payload.to }}" }\n  eventUrl: ["http://x.example/"]\n';
		expect(answerTo(yaml, { to: "<speak>" })).to.have.nested.property(
			"[0].payload.text",
			"<speak>",
		);
	});

	it("does not make a prompt of pay SSML either", () => {
		const yaml =
			'- action: pay\n  amount: 1\n  prompts: [{ type: CardNumber, text: "{{ payload.to }}", errors: {} }]\n';
		expect(answerTo(yaml, { to: "<speak>" })).to.have.nested.property(
			"[0].prompts[0].text",
			"&lt;speak&gt;",
		);
	});

	it("that makes the NCCO invalid is refused with action and option", () => {
		const yaml = `${say("x")}- action: connect\n  endpoint: [{ type: phone, number: "{{ payload.to }}" }]\n`;
		expect(() => answerTo(yaml, { to: "" }))
			.to.throw(HookError, "[1] `connect.endpoint[0].number` is empty text")
			.with.property("code", "NCCO_INVALID");
	});
});

describe("compileNccoTemplate", () => {
	it("makes one reply for all events where there is no expression", () => {
		const handler = handlerOf(say("Welcome"));
		const deadline = new CountingDeadline();
		const reply = handler.handle(eventWith({}), deadline);
		expect(reply).to.equal(handler.handle(eventWith({ a: "b" }), deadline));
		expect(reply).to.be.frozen;
		expect(reply).to.have.nested.property(
			"headers.content-type",
			"application/json",
		);
		expect(String((reply as { body: unknown }).body)).to.equal(
			'[{"action":"talk","text":"Welcome"}]',
		);
	});

	it("takes a list from routes.yaml, and asks it where a value stands", () => {
		const { findings, template } = compileNccoTemplate(
			{
				value: [{ action: "talk" }],
				locate: (path) => ({
					file: "routes.yaml",
					line: 7 + path.length,
					column: 3,
				}),
			},
			{ checker: sharedChecker(), engine, urls },
		);
		expect(template).to.equal(undefined);
		expect(findings[0]).to.include({ file: "routes.yaml", line: 9, column: 3 });
	});

	it("keeps a template that only has warnings", () => {
		const { template, findings } = compile("- action: wait\n  timeout: '5'\n");
		expect(template?.type).to.equal("static");
		expect(findings.map(({ severity }) => severity)).to.deep.equal(["warning"]);
	});

	it("refuses a list that is nested without end", () => {
		const deep = `${"[".repeat(50)}${"]".repeat(50)}`;
		const yaml = `- action: notify\n  payload: { a: ${deep} }\n  eventUrl: [http://x.example]\n`;
		expect(findingsOf(yaml)).to.deep.equal([
			"a.yaml:2:47: error: the NCCO is nested deeper than 32 levels",
		]);
	});
});

describe("readNccoTemplate", () => {
	let folder: string;
	const options = {
		checker: sharedChecker(),
		engine,
		urls,
		usedAt: { file: "routes.yaml", line: 3, column: 5 },
	};
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "switchhook-ncco-"));
	});
	after(() => rm(folder, { recursive: true }));

	it("reads YAML and JSON", async () => {
		for (const [name, text] of [
			["a.yaml", say("{{ payload.to }}")],
			["a.json", '[{"action":"talk","text":"{{ payload.to }}"}]'],
		] as const) {
			const file = join(folder, name);
			await writeFile(file, text);
			const { template, findings } = await readNccoTemplate(file, options);
			expect(findings).to.deep.equal([]);
			expect(template?.type).to.equal("dynamic");
		}
	});

	it("finds a missing file where it is named, and broken YAML where it is", async () => {
		const missing = await readNccoTemplate(join(folder, "no.yaml"), options);
		expect(missing.findings[0]).to.include({ file: "routes.yaml", line: 3 });
		const file = join(folder, "broken.yaml");
		await writeFile(file, "- action: 'talk\n");
		const broken = await readNccoTemplate(file, options);
		expect(broken.findings[0]).to.include({ file, severity: "error" });
		expect(broken.template).to.equal(undefined);
	});
});
