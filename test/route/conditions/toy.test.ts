import { expect } from "chai";
import { generateRoutesReference } from "../../../scripts/generate-routes-reference.ts";
import { checkConfig } from "../../../src/config/check.ts";
import { readConfig } from "../../../src/config/read/read.ts";
import { formatFinding } from "../../../src/finding/finding.ts";
import { HANDLER_TYPES } from "../../../src/handler/types.ts";
import type { ConditionType } from "../../../src/route/conditions/condition.ts";
import { CONDITIONS } from "../../../src/route/conditions/index.ts";
import { describeMatch } from "../../../src/route/conditions/show.ts";
import { createConditions } from "../../../src/route/conditions/table.ts";
import { compileMatcher } from "../../../src/route/match.ts";
import { kinds } from "../../config/kinds.ts";
import { fakeRoute, matchOf, subjectOf } from "../kinds.ts";

/** `{ longer: 3 }`: texts of more characters than that. */
const LONGER: ConditionType = {
	name: "longer",
	keys: {
		longer: {
			description: "The text has more characters than this.",
			type: "integer",
			minimum: 0,
			defaultNote: "–",
		},
	},
	read({ longer }, { site, report }) {
		const length = longer as number;
		if (length > 1000) {
			report.error(site.at("longer"), {
				what: "no duck reads so much",
			});
			return undefined;
		}
		return {
			written: { longer: length },
			describe: () => `longer than ${length} characters`,
			fits: (value) => typeof value === "string" && value.length > length,
			samples: () => ["x".repeat(length + 1)],
			misfit: ({ types }) =>
				types === 0 ? undefined : { why: "is of a type that has no length" },
		};
	},
};

/** The built-in conditions and one more: nothing but this table tells the router of it. */
const conditions = createConditions([...CONDITIONS.types, LONGER]);

async function check(match: string, known = conditions) {
	const route = (name: string, rest: string) =>
		`  - { name: ${name}, path: /a, kind: sms.inbound, ${rest}handler: { plugin: log } }\n`;
	const text = `version: 1\ndefaults: { firewall: [vonage], signature: none }\nroutes:\n${route("rest", "")}${match}`;
	const read = await readConfig("/config/routes.yaml", {
		env: {},
		readFile: async () => text,
	});
	const { findings, settings } = checkConfig(read, {
		kinds,
		handlerTypes: HANDLER_TYPES,
		isFile: () => true,
		conditions: known,
	});
	return { settings, lines: findings.map(formatFinding).join("\n") };
}

const ROUTE = (name: string, match: string) =>
	`  - { name: ${name}, path: /a, kind: sms.inbound, level: number, match: ${match}, handler: { plugin: log } }\n`;

describe("a condition that a table adds", () => {
	it("is read by `check`, with its findings", async () => {
		const { settings, lines } = await check(
			ROUTE("long", "{ keyword: { longer: 3 } }"),
		);
		expect(lines).to.equal("");
		expect(describeMatch(settings?.routes[1]?.match ?? new Map())).to.equal(
			"keyword: longer than 3 characters",
		);
		const wrong = await check(ROUTE("long", "{ keyword: { longer: 2000 } }"));
		expect(wrong.lines).to.include("no duck reads so much");
		const misfit = await check(ROUTE("long", "{ extra: { longer: 3 } }"));
		expect(misfit.lines).to.include("a type that has no length");
	});

	it("is in the schema, and unknown without the table", async () => {
		const typed = await check(ROUTE("long", '{ keyword: { longer: "3" } }'));
		expect(typed.lines).to.include("`longer` is text");
		const route = ROUTE("long", "{ keyword: { longer: 3 } }");
		const unknown = await check(route, CONDITIONS);
		expect(unknown.lines).to.include("unknown key `longer`");
	});

	it("overlaps with what takes the same text", async () => {
		const { lines } = await check(
			ROUTE("long", "{ keyword: { longer: 3 } }") +
				ROUTE("longer", "{ keyword: { longer: 5 } }"),
		);
		expect(lines).to.include('where `keyword` is "xxxxxx"');
	});

	it("chooses a route, alone and inside `not`", () => {
		const match = (written: unknown) =>
			matchOf({ text: written }, [], conditions);
		const matcher = compileMatcher([
			fakeRoute("long", "account", { match: match({ longer: 3 }) }),
			fakeRoute("short", "account", { match: match({ not: { longer: 3 } }) }),
		]);
		expect(matcher.select(subjectOf({ text: "abcd" }))?.name).to.equal("long");
		expect(matcher.select(subjectOf({ text: "abc" }))?.name).to.equal("short");
	});

	it("is on the reference page", () => {
		expect(generateRoutesReference({ conditions })).to.include(
			"| `longer` | integer |  | – | The text has more characters than this. |",
		);
	});
});
