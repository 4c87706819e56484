import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { type JsonObject, parseJson } from "../../src/platform/mock/json.ts";
import type { PlatformMock } from "../../src/platform/mock/mock.ts";
import {
	ACCOUNT,
	FOREIGN,
	FORWARDED,
	MAIN,
	routesFor,
	SECRET,
	SUPPORT,
	withWorld,
} from "./world.ts";

const KEY = ACCOUNT.apiKey;

describe("switchhook platform", () => {
	it("goes from wrong URLs to a plan, an apply, an empty plan, a drift and an undo", () =>
		withWorld(
			async ({ mock, hooks, platform, writes }) => {
				const before = structuredClone(snapshot(mock));
				const plan = await platform("plan", "--prune");
				expect(plan.code).to.equal(1);
				expect(plan.out)
					.to.include(`~ moCallBackUrl: https://old.example/sms → ${hooks}/sms`)
					.and.include("~ voice.signed_callbacks: false → true")
					.and.include("- voiceCallbackType: sip")
					.and.include("8 settings of 4 objects to change, 1 problem.");
				expect(writes()).to.deep.equal([]);

				const applied = await platform("apply", "--prune", "--yes");
				expect(applied.err).to.equal("");
				expect(applied.code).to.equal(0);
				expect(writes()).to.deep.equal([
					"POST /account/settings",
					`PUT /v2/applications/${MAIN}`,
					"POST /number/update",
					"POST /number/update",
				]);
				const account = mock.state.account(KEY);
				expect(account.settings).to.deep.equal({
					moCallBackUrl: `${hooks}/sms`,
					drCallBackUrl: `${hooks}/dlr`,
					httpForwardMethod: "POST_JSON",
				});
				expect(account.number(SUPPORT)).to.include({
					moHttpUrl: `${hooks}/support`,
					app_id: MAIN,
				});
				expect(account.number(FORWARDED)).to.not.have.property(
					"voiceCallbackType",
				);
				expect(account.application(FOREIGN)?.value).to.deep.equal(
					before.foreign,
				);

				const empty = await platform("plan", "--prune");
				expect(empty.out).to.include("The platform is as the routes say.");
				expect(empty.code).to.equal(0);
				expect((await platform("drift")).code).to.equal(0);
				const again = await platform("apply", "--prune", "--yes");
				expect(again.code).to.equal(0);
				expect(writes()).to.have.length(4);

				// Somebody edits the dashboard, which drops the signing.
				await mock.edit((state) =>
					state
						.account(KEY)
						.application(MAIN)
						?.patch({
							capabilities: { voice: { signed_callbacks: null } },
						}),
				);
				const drift = await platform("drift");
				expect(drift.code).to.equal(1);
				expect(drift.out).to.match(
					/^`voice\.signed_callbacks` of application main \([^)]+\) is not set, and the routes want true \(answer, routes\.yaml:26 and 1 more\)\.$/m,
				);
				await mock.edit((state) =>
					state
						.account(KEY)
						.application(MAIN)
						?.patch({
							capabilities: { voice: { signed_callbacks: true } },
						}),
				);

				const undone = await platform("apply", "--undo", "--yes");
				expect(undone.err).to.equal("");
				expect(undone.code).to.equal(0);
				expect(undone.out).to.include("4 objects taken back.");
				expect({
					...snapshot(mock),
					settings: { ...snapshot(mock).settings, httpForwardMethod: "" },
				}).to.deep.equal(before);
				expect((await platform("apply", "--undo", "--yes")).err).to.include(
					"There is nothing to undo",
				);
			},
			{ probe: false },
		));

	it("never prints the secret, and keeps its journal for its owner", () =>
		withWorld(async ({ platform, folder }) => {
			for (const args of [
				["plan"],
				["plan", "--json"],
				["apply", "--prune", "--yes"],
				["drift", "--json"],
				["apply", "--undo", "--yes"],
			]) {
				const { out, err } = await platform(...args);
				expect(out + err).to.not.include(SECRET);
			}
			const { mode } = await stat(join(folder, "data/platform-journal.jsonl"));
			expect(mode & 0o777).to.equal(0o600);
		}));

	it("applies exactly a plan that was written to a file", () =>
		withWorld(async ({ platform, mock, hooks, writes }) => {
			await platform("plan", "--out", "plan.json");
			const applied = await platform("apply", "--plan", "plan.json", "--yes");
			expect(applied.code).to.equal(0);
			expect(mock.state.account(KEY).settings.moCallBackUrl).to.equal(
				`${hooks}/sms`,
			);
			expect(writes()).to.have.length(3);
		}));

	it("refuses a plan of a file when the platform changed since, and writes nothing", () =>
		withWorld(async ({ platform, mock, writes }) => {
			await platform("plan", "--out", "plan.json");
			await mock.edit((state) => {
				state.account(KEY).settings.drCallBackUrl = "https://new.example";
			});
			const { code, err } = await platform(
				"apply",
				"--plan",
				"plan.json",
				"--yes",
			);
			expect(code).to.equal(2);
			expect(err)
				.to.include("plan.json is out of date. Nothing was written.")
				.and.include("The account changed since the plan was made.");
			expect(writes()).to.deep.equal([]);
		}));

	const files: readonly [string, string, string][] = [
		["no JSON", "{", "It is not JSON."],
		["another file", '{"name":"x"}', "It is not a plan."],
		["a later version", '{"version":9,"accounts":[]}', "version 9"],
		[
			"another parameter",
			'{"version":1,"problems":[],"accounts":[{"account":"default","objects":[{"target":{"type":"account"},"fingerprint":"","blind":[],"changes":[{"setting":"newSecret","to":"x"}]}]}]}',
			"not a plan as this release writes it",
		],
	];
	for (const [name, text, expected] of files) {
		it(`refuses a plan that is ${name}`, () =>
			withWorld(async ({ platform, folder, mock }) => {
				await writeFile(join(folder, "plan.json"), text);
				const { code, err } = await platform(
					"apply",
					"--plan",
					"plan.json",
					"--yes",
				);
				expect(code).to.equal(2);
				expect(err).to.include(expected);
				expect(mock.requests).to.have.length(0);
			}));
	}

	it("asks before it writes, and writes nothing where there is nobody to ask", () =>
		withWorld(async ({ platform, writes }) => {
			const { code, err } = await platform("apply");
			expect(code).to.equal(2);
			expect(err).to.match(
				/^error: There is no terminal to ask at\. Nothing was written\. Add --yes to write 3 objects at 127\.0\.0\.1:\d+\.$/m,
			);
			expect(writes()).to.deep.equal([]);
		}));

	it("writes nothing when the router does not answer the platform's probe", () =>
		withWorld(
			async ({ platform, writes }) => {
				const { code, err } = await platform("apply", "--yes");
				expect(code).to.equal(2);
				expect(err).to.match(
					/^error: The platform calls http:\/\/127\.0\.0\.1:1\/sms before it saves it, and wants 200: nothing answers there\. Start the router/,
				);
				expect(writes()).to.deep.equal([]);
			},
			{},
			(mock) => routesFor(mock, "http://127.0.0.1:1"),
		));

	it("sends an application back as it came, but for what changes, links and keys", () =>
		withWorld(async ({ platform, mock }) => {
			const before = mock.state.account(KEY).application(MAIN)?.text ?? "";
			await platform("apply", "--yes");
			const put = mock.requests.find(({ method }) => method === "PUT");
			const sent = put?.body ?? "";
			expect(sent).to.include('"x-Odd":{"Keep":[1,{"me":true}]}');
			expect(sent).to.include(
				'"network_apis":{"redirect_uri":"https://redirect.example"}',
			);
			expect(sent).to.include('"connect_timeout":500');
			expect(sent).to.include('"privacy":{"improve_ai":true}');
			expect(sent).to.not.include("_links").and.not.include("public_key");
			expect(before).to.include("public_key");
			expect(mock.state.account(KEY).application(MAIN)?.text).to.include(
				"public_key",
			);
		}));

	it("keeps the spelling of numbers and the order of keys that it does not know", () =>
		withWorld(async ({ platform, mock }) => {
			await mock.edit((state) =>
				state
					.account(KEY)
					.application(MAIN)
					?.patch(
						parseJson(
							'{"capabilities":{"x-Odd":{"big":12345678901234567890},"voice":{"conversations_ttl":48.0},"vbc":{}}}',
						) as JsonObject,
					),
			);
			const before = mock.state.account(KEY).application(MAIN)?.text ?? "";
			expect(before).to.include("48.0");
			await platform("apply", "--yes");
			await platform("apply", "--undo", "--yes");
			const puts = mock.requests.filter(({ method }) => method === "PUT");
			expect(puts).to.have.length(2);
			for (const { body } of puts) {
				expect(body)
					.to.include('"conversations_ttl":48.0')
					.and.include("12345678901234567890")
					.and.include('"vbc":{}');
			}
		}));

	it("says what differs when the platform does not keep what was written", () =>
		withWorld(async ({ platform, mock }) => {
			mock.interrupt({
				on: "POST /number/update",
				when: "after",
				run: (state) => {
					state.account(KEY).settings.moCallBackUrl = "https://else.example";
				},
			});
			const { code, err } = await platform("apply", "--yes");
			expect(code).to.equal(1);
			expect(err).to.include(
				"`moCallBackUrl` of the account is https://else.example",
			);
		}));

	it("stops at a race, says what was written, and goes on afterwards", () =>
		withWorld(
			async ({ platform, mock, writes }) => {
				mock.interrupt({
					on: `GET /v2/applications/${MAIN}`,
					when: "before",
					run: (state) =>
						state
							.account(KEY)
							.application(MAIN)
							?.patch({
								capabilities: {
									voice: {
										webhooks: {
											answer_url: { address: "https://race.example" },
										},
									},
								},
							}),
				});
				const { code, err } = await platform("apply", "--yes");
				expect(code).to.equal(2);
				expect(err)
					.to.include("Somebody changed `voice.answer_url` of application main")
					.and.include("It was https://old.example/answer, and is https://race")
					.and.include("1 of 3 objects written.");
				expect(writes()).to.deep.equal(["POST /account/settings"]);

				const next = await platform("apply", "--yes");
				expect(next.err).to.match(/^The run of .* was cut after 1 object\./);
				expect(next.code).to.equal(0);
				const undone = await platform("apply", "--undo", "--yes");
				expect(undone.out).to.include("3 objects taken back.");
				expect(mock.state.account(KEY).settings.moCallBackUrl).to.equal(
					"https://old.example/sms",
				);
			},
			{ probe: false },
		));

	it("leaves on undo what somebody changed since, and says so", () =>
		withWorld(
			async ({ platform, mock }) => {
				await platform("apply", "--yes");
				await mock.edit((state) => {
					state.account(KEY).settings.moCallBackUrl = "https://mine.example";
				});
				const { code, err, out } = await platform("apply", "--undo", "--yes");
				expect(code).to.equal(1);
				expect(out).to.include("2 objects taken back.");
				expect(err).to.include("Somebody changed `moCallBackUrl`");
				expect(mock.state.account(KEY).settings.moCallBackUrl).to.equal(
					"https://mine.example",
				);
			},
			{ probe: false },
		));

	it("undoes the rest where the platform refuses a part, and can be run again", () =>
		withWorld(async ({ platform, mock }) => {
			await platform("apply", "--yes");
			const { code, err, out } = await platform("apply", "--undo", "--yes");
			expect(code).to.equal(1);
			expect(out).to.include("1 object taken back.");
			expect(err)
				.to.include("The platform refused to write the number")
				.and.include("Run `apply --undo` again once they do.");
			const main = mock.state.account(KEY).application(MAIN)?.text;
			expect(main).to.include("https://old.example/answer");
			const again = await platform("apply", "--undo", "--yes");
			expect(again.code).to.equal(1);
			// What went back is not offered a second time.
			expect(again.out)
				.to.include("number 447700900001")
				.and.not.include("application main");
			expect(again.out).to.include("0 objects taken back.");
		}));

	it("has one applier at a time", () =>
		withWorld(async ({ platform, mock, writes }) => {
			const [one, two] = await Promise.all([
				platform("apply", "--yes"),
				platform("apply", "--yes"),
			]);
			const codes = [one.code, two.code].sort();
			expect(codes).to.deep.equal([0, 2]);
			expect(one.err + two.err).to.match(
				/^error: Another `switchhook platform` command writes with this configuration \(process \d+\)\. .*Nothing was written\.$/m,
			);
			expect(writes()).to.have.length(3);
			expect(mock.state.account(KEY).settings.moCallBackUrl).to.include("/sms");
		}));

	it("takes a lock over that a dead process left", () =>
		withWorld(async ({ platform, folder }) => {
			await platform("plan");
			await mkdir(join(folder, "data"), { recursive: true });
			await writeFile(join(folder, "data/platform.lock"), "4194305");
			expect((await platform("apply", "--yes")).code).to.equal(0);
		}));
});

// --- helpers ---

function snapshot({ state }: PlatformMock) {
	const account = state.account(KEY);
	return structuredClone({
		settings: { ...account.settings },
		numbers: account.numbers,
		main: account.application(MAIN)?.value,
		foreign: account.application(FOREIGN)?.value,
	});
}
