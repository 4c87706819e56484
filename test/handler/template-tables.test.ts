import { expect } from "chai";
import { HookError } from "../../src/errors.ts";
import { answerTo, findingsOf } from "./template-tools.ts";

const TABLES = {
	tenants: {
		"447700900001": { number: "447700900001", greeting: "Hello", vip: true },
		size: { greeting: "from size" },
		constructor: { greeting: "from constructor" },
		own: { number: "own", size: "large", first: "1st", more: { deep: "down" } },
	},
	"by-name": { acme: { number: "447700900001" } },
};

/** Renders a text by a payload. */
function render(
	text: string,
	payload: Record<string, unknown> = { to: "447700900001" },
): unknown {
	const yaml = `- { action: talk, text: ${JSON.stringify(text)} }\n`;
	const [talk] = answerTo(yaml, payload, {}, TABLES) as [{ text: string }];
	return talk.text;
}

function say(text: string): string {
	return `- action: talk\n  text: ${JSON.stringify(text)}\n`;
}

describe("a table in a template", () => {
	for (const [text, expected, payload] of [
		["{{ tenants[payload.to].greeting }}, you", "Hello, you"],
		["{{ tenants[payload.to].greeting | upcase }}", "HELLO"],
		["{% assign t = tenants[payload.to] %}{{ t.greeting }}", "Hello"],
		['{{ tenants["447700900001"].greeting }}', "Hello"],
		[
			"{{ tenants[by-name[payload.name].number].greeting }}",
			"Hello",
			{ name: "acme" },
		],
		// A key is text, whatever the payload has.
		["{{ tenants[payload.to].greeting }}", "Hello", { to: 447700900001 }],
		// What LiquidJS or JavaScript would know by themselves is a key like others.
		["{{ tenants[payload.to].greeting }}", "from size", { to: "size" }],
		[
			"{{ tenants[payload.to].greeting }}",
			"from constructor",
			{ to: "constructor" },
		],
		[
			"{{ tenants[payload.to].size }} {{ tenants[payload.to].first }} {{ tenants[payload.to].more.deep }}",
			"large 1st down",
			{ to: "own" },
		],
		// A column that this row lacks and others have is like a field that is not there.
		["[{{ tenants[payload.to].vip }}]", "[]", { to: "own" }],
		[
			'{{ tenants[payload.to].greeting | default: "Welcome" }}',
			"Welcome",
			{ to: "unknown" },
		],
		[
			'{{ tenants[payload.to].greeting | strip | default: "Welcome" | upcase }}',
			"WELCOME",
			{ to: "unknown" },
		],
		[
			'{{ tenants[by-name[payload.to].number].greeting | default: "Welcome" }}',
			"Welcome",
			{ to: "unknown" },
		],
		[
			'{{ tenants[payload.to].greeting | default: tenants["own"].number }}',
			"own",
			{ to: "unknown" },
		],
		[
			'{{ tenants[payload.a].greeting | default: tenants[payload.b].greeting | default: "Welcome" }}',
			"Welcome",
			{ a: "x", b: "y" },
		],
		[
			"{% if tenants[payload.to] %}known{% else %}unknown{% endif %}",
			"unknown",
			{ to: "unknown" },
		],
		["{% if tenants[payload.to] %}known{% else %}unknown{% endif %}", "known"],
		[
			"{% unless tenants[payload.to] %}unknown{% endunless %}",
			"unknown",
			{ to: "size of" },
		],
		[
			"{% if tenants[payload.to] and tenants[payload.to].vip %}vip{% else %}other{% endif %}",
			"other",
			{ to: "unknown" },
		],
		[
			"{% if tenants[payload.to] == nil %}unknown{% endif %}",
			"unknown",
			{ to: "first" },
		],
		[
			'{% if tenants[payload.to] %}{% else %}{{ tenants[payload.to].greeting | default: "?" }}{% endif %}',
			"?",
			{ to: "unknown" },
		],
	] as const) {
		it(`renders ${text} to ${expected}`, () => {
			expect(render(text, payload)).to.equal(expected);
		});
	}

	for (const [text, key] of [
		["{{ tenants[payload.to].greeting }}", "payload.to"],
		["{{ tenants[payload.to].greeting | upcase }}", "payload.to"],
		["{% assign t = tenants[payload.to] %}{{ t.greeting }}", "payload.to"],
		['{% if tenants[payload.to].greeting == "x" %}y{% endif %}', "payload.to"],
		[
			"{{ tenants[payload.to].greeting | default: tenants[payload.to].number }}",
			"payload.to",
		],
		[
			"{% if tenants[payload.to] %}{% else %}{{ tenants[payload.to].greeting }}{% endif %}",
			"payload.to",
		],
	] as const) {
		for (const to of [
			"unknown",
			"__proto__",
			"toString",
			"valueOf",
			"then",
			"first",
			"last",
			"toLiquid",
			undefined,
		]) {
			it(`fails for ${text} without a row for ${to}`, () => {
				expect(() => render(text, { to }))
					.to.throw(
						HookError,
						`the template failed: the table \`tenants\` has no row for \`${key}\``,
					)
					.with.property("code", "HANDLER_FAILED");
			});
		}
	}

	it("keeps one failure from what is rendered next", () => {
		const text =
			"{{ tenants[payload.a].greeting | default: tenants[payload.b].greeting }}";
		expect(() => render(text, { a: "x", b: "y" })).to.throw(HookError);
		expect(() =>
			render("{{ tenants[payload.a].greeting }}", { a: "x" }),
		).to.throw(HookError);
	});

	for (const [what, text, ...lines] of [
		[
			"nothing",
			"{{ tenants[payload.to].greeting }}{{ by-name[query.x].number }}{% if tenants[payload.to] %}{% endif %}",
		],
		[
			"a table that is not there",
			"{{ tenant[payload.to].greeting }}",
			"error: a template knows no `tenant`. Expected `payload`, `query`, `params`, `headers`, `route`, `claims`, `tenants` or `by-name`. Did you mean `tenants`?",
		],
		[
			"a column that no row has, and suggests",
			"{{ tenants[payload.to].greting }}",
			"error: the table `tenants` has no column `greting`. Did you mean `greeting`?",
		],
		[
			"a column that no row has, and lists",
			"{{ by-name[payload.to].zzz }}",
			"error: the table `by-name` has no column `zzz`. Expected `number`.",
		],
		[
			"the column of an assigned row",
			"{% assign t = tenants[payload.to] %}{{ t.greting }}",
			"error: the table `tenants` has no column `greting`. Did you mean `greeting`?",
		],
		[
			"a row that is not there",
			'{{ tenants["x"].greeting }}',
			"warning: the table `tenants` has no row `x`. Add it, or say by `| default:` what stands in for it.",
		],
		[
			"a column in place of a row",
			"{{ tenants.greeting }}",
			"error: this writes a whole row, which is not text. Name one of its columns.",
			"warning: the table `tenants` has no row `greeting`. Write `tenants[payload.to].greeting` for the column.",
		],
		[
			"a whole table",
			"{% for t in tenants %}{{ t }}{% endfor %}",
			"error: `tenants` is a whole table. Expected a row of it, such as `tenants[payload.to]`.",
		],
		[
			"a whole row",
			"{{ tenants[payload.to] }}",
			"error: this writes a whole row, which is not text. Name one of its columns.",
		],
	] as const) {
		it(`finds ${what}`, () => {
			const found = findingsOf(say(text), TABLES);
			expect(found).to.have.members(lines.map((line) => `a.yaml:2:9: ${line}`));
		});
	}

	it("may choose the host of a URL, and a payload behind it may not", () => {
		const url = (text: string) =>
			findingsOf(`- { action: stream, streamUrl: ['${text}'] }\n`, TABLES);
		expect(url("{{ tenants[payload.to].greeting }}")).to.deep.equal([]);
		expect(
			url(
				'{{ tenants[payload.to].greeting | default: "https://example.com/a.mp3" }}',
			),
		).to.deep.equal([]);
		expect(
			url("{{ tenants[payload.to].greeting | default: payload.from }}").join(),
		).to.contain("lets a value choose the host");
	});
});
