import { expect } from "chai";
import { LEVELS } from "../../src/event/webhook.ts";
import type { Kind } from "../../src/kind/kind.ts";
import { loadKinds } from "../../src/kind/load.ts";
import {
	describeSetting,
	type SettingOwner,
} from "../../src/platform/plan/setting-text.ts";
import { ownKinds, SCHEMAS } from "../kind/folder.ts";

describe("the place of a route's URL at the platform", () => {
	let kinds: ReadonlyMap<string, Kind>;
	before(async () => {
		kinds = ownKinds(await loadKinds([SCHEMAS]));
	});

	const cases: readonly [string, Partial<SettingOwner>, string | undefined][] =
		[
			[
				"voice.answer",
				{ level: "app", apps: ["main"] },
				"application main, Voice, answer URL",
			],
			[
				"voice.event",
				{ level: "app", apps: ["main", "sales"] },
				"applications main and sales, Voice, event URL",
			],
			[
				"messages.status",
				{ level: "app" },
				"the application, Messages, status URL",
			],
			[
				"messages.status",
				{ level: "app", apps: ["a", "b", "c", "d"] },
				"4 applications, Messages, status URL",
			],
			[
				"sms.inbound",
				{ level: "account", accounts: ["uk"] },
				"account uk, API Settings, webhook URL for Inbound Message",
			],
			["sms.inbound", { level: "number" }, "the number, Inbound Webhook URL"],
			[
				"sms.dlr",
				{ level: "request" },
				"the request, POST https://rest.nexmo.com/sms/json, parameter callback (at most 100 characters)",
			],
			[
				"studio.event",
				{ level: "request" },
				"AI Studio, the agent, Webhook node: URL Endpoint",
			],
			[
				"ncco.input",
				{ level: "ncco" },
				"the NCCO, eventUrl of the action input (a list of one)",
			],
			["voice.answer", { level: undefined }, undefined],
			["voice.answer", { level: "ncco" }, undefined],
		];
	for (const [name, owner, text] of cases) {
		it(`of ${name} with ${JSON.stringify(owner)} is ${text}`, () => {
			const kind = kinds.get(name) as Kind;
			expect(
				describeSetting({ kind, level: "app", match: undefined, ...owner }),
			).to.equal(text);
		});
	}

	it("is told for every level of every kind, without an empty step", () => {
		for (const [name, kind] of kinds) {
			for (const level of LEVELS) {
				const text = describeSetting({ kind, level, match: undefined });
				const setting = kind.settings[level];
				expect(text === undefined, `${name} ${level}`).to.equal(
					setting === undefined,
				);
				if (text !== undefined)
					expect(text, name).to.not.match(/undefined|, ,|,$|^,/);
			}
		}
	});
});
