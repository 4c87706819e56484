import { expect } from "chai";
import { formatWording } from "../../src/finding/finding.ts";
import { wordMistake } from "../../src/handler/template/words.ts";
import { engine, findingsOf } from "./template-tools.ts";

/** Texts that LiquidJS refuses, and our words. */
const MISTAKES = [
	["{{ payload.from", "a `{{` is never closed. Expected `}}`. Close it."],
	["{{ payload.from' }}", "a quote inside `{{ }}` is never closed. Close it."],
	["{{ 'a }}", "a quote inside `{{ }}` is never closed. Close it."],
	[
		"{% if payload.x %}",
		"`{% if payload.x %}` is never closed. Write `{% endif %}` behind it.",
	],
	[
		"{% unless payload.x %}x",
		"`{% unless payload.x %}` is never closed. Write `{% endunless %}` behind it.",
	],
	[
		"{% for a in payload.b %}",
		"`{% for a in payload.b %}` is never closed. Write `{% endfor %}` behind it.",
	],
	["{% if payload.x", "a `{%` is never closed. Expected `%}`. Close it."],
	[
		"{% raw %}x",
		"`{% raw %}` is never closed. Write `{% endraw %}` behind it.",
	],
	[
		"{% comment %}x",
		"`{% comment %}` is never closed. Write `{% endcomment %}` behind it.",
	],
	[
		"{% endif %}",
		"`{% endif %}` has no `{% if … %}` in front of it. Add one, or take it out.",
	],
	[
		"{% endfor %}",
		"`{% endfor %}` has no `{% for … %}` in front of it. Add one, or take it out.",
	],
	[
		"{% else %}",
		"`{% else %}` has no `{% if … %}` in front of it. Add one, or take it out.",
	],
	[
		"{% when 'x' %}",
		"`{% when %}` has no `{% case … %}` in front of it. Add one, or take it out.",
	],
	[
		"{% if payload.a %}{% endfor %}",
		"`{% endfor %}` has no `{% for … %}` in front of it. Add one, or take it out.",
	],
	[
		"{% foo %}",
		"a template knows no tag `foo`. Expected `assign`, `break`, `capture`, `case`, `comment`, `continue`, `cycle`, `decrement`, `echo`, `for`, `if`, `increment`, `liquid`, `raw`, `tablerow` or `unless`. Did you mean `for`?",
	],
	[
		"{% iff payload.a %}",
		"a template knows no tag `iff`. Expected `assign`, `break`, `capture`, `case`, `comment`, `continue`, `cycle`, `decrement`, `echo`, `for`, `if`, `increment`, `liquid`, `raw`, `tablerow` or `unless`. Did you mean `if`?",
	],
	[
		"{% include 'x' %}",
		"a template knows no tag `include`. Expected `assign`, `break`, `capture`, `case`, `comment`, `continue`, `cycle`, `decrement`, `echo`, `for`, `if`, `increment`, `liquid`, `raw`, `tablerow` or `unless`.",
	],
	[
		"{{ payload.from | upcaes }}",
		"a template knows no filter `upcaes`. Did you mean `upcase`?",
	],
	[
		"{{ payload.from | zzzzzz }}",
		"a template knows no filter `zzzzzz`. Expected a filter of Liquid, such as `default`, `append` or `upcase`.",
	],
	[
		"{{ }}",
		"an expression is empty. Expected a value, such as `payload.from`.",
	],
	[
		"{% if %}x{% endif %}",
		"an expression is empty. Expected a value, such as `payload.from`.",
	],
	[
		"{{ payload..from }}",
		"`{{ payload..from }}` goes on behind a value. Expected a filter behind a `|`, or the end. Take one of the two dots out.",
	],
	[
		"{{ payload.a && payload.b }}",
		"`{{ payload.a && payload.b }}` goes on behind a value. Expected a filter behind a `|`, or the end. Write `and`.",
	],
	[
		"{% if payload.a || payload.b %}x{% endif %}",
		"a `|` has no filter behind it. Write `or` in a condition, and `| default:` elsewhere.",
	],
	[
		"{{ payload.a ? 1 : 2 }}",
		"`{{ payload.a ? 1 : 2 }}` goes on behind a value. Expected a filter behind a `|`, or the end. Write `{% if … %}…{% else %}…{% endif %}`.",
	],
	[
		"{{ payload.a + 1 }}",
		"`{{ payload.a + 1 }}` goes on behind a value. Expected a filter behind a `|`, or the end. Write `| plus: 1` for numbers, `| append: …` for texts.",
	],
	[
		"{{ payload.a * 2 }}",
		"`{{ payload.a * 2 }}` goes on behind a value. Expected a filter behind a `|`, or the end. Write `| times: 2`.",
	],
	[
		"{{ payload.a / 2 }}",
		"`{{ payload.a / 2 }}` goes on behind a value. Expected a filter behind a `|`, or the end. Write `| divided_by: 2`.",
	],
	[
		"{% if payload.x = 'a' %}{% endif %}",
		"`{% if payload.x = 'a' %}{% endif %}` goes on behind a value. Expected a filter behind a `|`, or the end. Write `==` to compare.",
	],
	[
		"{{ payload.from | append 'x' }}",
		'a filter has a value without a colon. Write it as `| append: "…"`.',
	],
	[
		"{% if payload.a %}{% else if payload.b %}{% endif %}",
		"`{% else if payload.b %}` is not a tag. Write `{% elsif payload.b %}`.",
	],
	["{{ payload[ }}", "a `[` is never closed. Expected `]`. Close it."],
	[
		"{% assign x %}",
		"an `assign` has no `=`. Expected `{% assign name = value %}`.",
	],
	[
		"{% for x on y %}{% endfor %}",
		"`{% for x on y %}` is not a loop. Expected `{% for item in payload.items %}`.",
	],
	[
		"{%  %}",
		"a tag has no name. Expected `{% if … %}`, `{% assign … %}` or the like.",
	],
	[
		"{{ payload.from | slice: 0 3 }}",
		"`3` stands between two values of a filter. Separate the values by commas.",
	],
] as const;

describe("wordMistake", () => {
	for (const [text, wording] of MISTAKES) {
		it(`explains ${text}`, () => {
			expect(mistakeIn(text)).to.equal(wording);
		});
	}
});

describe("an expression that LiquidJS takes by halves", () => {
	for (const text of [
		"{{ payload from }}",
		"{{ payload.from - 1 }}",
		"{% if payload.from payload.to %}x{% endif %}",
		"{% assign x = payload.from payload.to %}",
	]) {
		it(`is found in ${text}`, () => {
			const yaml = `- { action: talk, text: ${JSON.stringify(text)} }\n`;
			expect(findingsOf(yaml).join()).to.contain(
				"two values stand side by side",
			);
		});
	}

	for (const text of [
		"{% if payload.from == payload.to and payload.uuid or payload.to contains 'x' %}x{% endif %}",
		"{% unless payload.from %}x{% endunless %}",
		"{% if not payload.from %}x{% endif %}",
		"{{ payload.from | append: payload.to, 1 }}",
		"{% for x in payload.uuid limit: 2 %}{{ x }}{% endfor %}",
	]) {
		it(`is not found in ${text}`, () => {
			const yaml = `- { action: talk, text: ${JSON.stringify(text)} }\n`;
			expect(findingsOf(yaml)).to.deep.equal([]);
		});
	}
});

// --- helpers ---

function mistakeIn(text: string): string {
	try {
		engine.parse(text);
	} catch (error) {
		return formatWording(wordMistake(error, engine.words));
	}
	throw new Error("LiquidJS takes this");
}
