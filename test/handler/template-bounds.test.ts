import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import type { Source } from "../../src/finding/located.ts";
import { parseSource } from "../../src/finding/source.ts";
import { compileNccoTemplate } from "../../src/handler/ncco/template.ts";
import {
	RENDER_LIMIT_MS,
	type TemplateEngine,
} from "../../src/handler/template/engine.ts";
import { sharedChecker } from "./ncco-samples.ts";
import { answerTo, engine, findingsOf, urls } from "./template-tools.ts";

const say = (text: string) =>
	`- action: talk\n  text: ${JSON.stringify(text)}\n`;
const spoken = (text: string, payload: object): unknown =>
	(answerTo(say(text), { ...payload }) as { text: unknown }[])[0]?.text;

describe("the bounds of a template", () => {
	const failing: [string, string, string][] = [
		[
			"a huge range",
			"{% for i in (1..1000000000) %}x{% endfor %}",
			"memory alloc limit exceeded",
		],
		[
			"nested loops",
			"{% for i in (1..9000) %}{% for j in payload.l %}{% for k in payload.l %}{% endfor %}{% endfor %}{% endfor %}",
			"template render limit exceeded",
		],
		[
			"a long text",
			"{% for i in (1..10) %}{{ payload.to }}{% endfor %}",
			"the text has more than 32768 characters",
		],
	];
	for (const [what, text, why] of failing) {
		it(`stop ${what} soon`, () => {
			const l = Array.from({ length: 50 }, () => "x");
			expect(() => spoken(text, { to: "x".repeat(4000), l }))
				.to.throw(HookError, `[0] \`talk.text\`: the template failed: ${why}`)
				.with.property("code", "HANDLER_FAILED");
		});
	}

	it("give all texts of an NCCO one time together", () => {
		const deadlines = new Set<number>();
		const watching: TemplateEngine = {
			...engine,
			render: (_template, _scope, deadline) => {
				deadlines.add(deadline);
				while (performance.now() <= deadline - RENDER_LIMIT_MS + 1);
				return "x";
			},
		};
		const { source } = parseSource(say("{{ 1 }}").repeat(3), "a.yaml");
		const { template } = compileNccoTemplate(source as Source, {
			checker: sharedChecker(),
			engine: watching,
			urls,
		});
		if (template?.type === "dynamic") template.render({} as never);
		expect(deadlines.size).to.equal(1);
	});

	it("refuse a template that is too long when it is compiled", () => {
		const [finding] = findingsOf(say(`{{ 1 }}${"x".repeat(50_000)}`));
		expect(finding).to.match(/parse length limit exceeded/);
	});
});
