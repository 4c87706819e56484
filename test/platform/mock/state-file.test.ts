import { readFile, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parse as parseYaml } from "yaml";
import { formatFinding } from "../../../src/finding/finding.ts";
import { DEMO_ACCOUNT } from "../../../src/platform/mock/demo.ts";
import { parseJson, toValue } from "../../../src/platform/mock/json.ts";
import { openStateFile } from "../../../src/platform/mock/state/file.ts";
import {
	formatPretty,
	formatYaml,
} from "../../../src/platform/mock/state/format.ts";
import { readState } from "../../../src/platform/mock/state/read.ts";
import { PlatformState } from "../../../src/platform/mock/state/state.ts";
import { withFolder } from "../../cli/cli.ts";
import { ACCOUNT, APP, KEY } from "./ground.ts";

describe("the mock's state file", () => {
	for (const name of ["mock.yaml", "mock.json"]) {
		it(`keeps everything in ${name}, numbers as they were spelled`, () =>
			withFolder({}, async (folder) => {
				const file = join(folder, name);
				const state = new PlatformState([
					{ ...ACCOUNT, isReadOnly: true },
					DEMO_ACCOUNT,
					{ apiKey: "bare", apiSecret: "yes" },
				]);
				const odd =
					'{"2":[],"1":{},"x":1.0,"big":12345678901234567890,"list":[[1,[2]],{"a":null},{"b":[true]}],"text":["yes","1.0","a: b","- x","","#","é\\n"," a"]}';
				state
					.account(KEY)
					.application(APP)
					?.patch(parseJson(`{"odd":${odd}}`) as never);
				await openStateFile(file).save(state);
				expect((await stat(file)).mode & 0o777).to.equal(0o600);
				const read = await openStateFile(file).read();
				expect(read?.findings).to.deep.equal([]);
				expect(read?.lacksIds).to.equal(false);
				const again = new PlatformState(read?.accounts ?? []);
				expect(again).to.deep.equal(state);
				expect(again.account(KEY).application(APP)?.text).to.contain(
					`"odd":${odd}`,
				);
			}));
	}

	it("is read again when somebody edits it, and only then", () =>
		withFolder({}, async (folder) => {
			const path = join(folder, "mock.yaml");
			const file = openStateFile(path);
			const state = new PlatformState([ACCOUNT]);
			await file.save(state);
			expect((await file.refresh(state)).isChanged).to.equal(false);
			const text = await readFile(path, "utf8");
			await writeFile(path, text.replace("name: Hotline", "name: Edited"));
			expect(await file.refresh(state)).to.deep.equal({
				isChanged: true,
				findings: [],
			});
			expect(state.account(KEY).application(APP)?.value.name).to.equal(
				"Edited",
			);
			expect((await file.refresh(state)).isChanged).to.equal(false);
		}));

	it("with a mistake changes nothing, and is not written over", () =>
		withFolder({}, async (folder) => {
			const path = join(folder, "mock.yaml");
			const file = openStateFile(path);
			const state = new PlatformState([ACCOUNT]);
			await file.save(state);
			const good = await readFile(path, "utf8");
			const broken = good.replace("accounts:", "acounts:");
			await writeFile(path, broken);
			const { isChanged, findings } = await file.refresh(state);
			expect(isChanged).to.equal(false);
			expect(findings[0]?.todo).to.equal("did you mean `accounts`?");
			expect(state.accounts).to.have.length(1);
			// Told once.
			expect((await file.refresh(state)).findings).to.deep.equal([]);
			state.account(KEY).settings.moCallBackUrl = "https://new.example";
			await file.save(state);
			expect(await readFile(path, "utf8")).to.equal(broken);
			await writeFile(path, good);
			expect((await file.refresh(state)).isChanged).to.equal(true);
			await file.save(state);
			expect(await readFile(path, "utf8")).to.equal(good);
		}));

	it("gets the ids that its applications lack", () =>
		withFolder(
			{
				"mock.yaml":
					"accounts: [{ apiKey: a, apiSecret: b, applications: [{ name: New }] }]\n",
			},
			async (folder) => {
				const file = openStateFile(join(folder, "mock.yaml"));
				const read = await file.read();
				expect(read?.lacksIds).to.equal(true);
				const state = new PlatformState(read?.accounts ?? []);
				await file.save(state);
				const [application] = state.account("a").applications;
				expect(await readFile(join(folder, "mock.yaml"), "utf8")).to.contain(
					application?.id,
				);
			},
		));

	it("goes on after a write that failed, and comes back where it was deleted", () =>
		withFolder({}, async (folder) => {
			const state = new PlatformState([ACCOUNT]);
			const lost = openStateFile(join(folder, "gone", "mock.yaml"));
			expect(await lost.read()).to.equal(undefined);
			for (let count = 0; count < 2; count++) {
				let failure: unknown;
				await lost.save(state).catch((error: unknown) => (failure = error));
				expect(failure).to.have.property("code", "ENOENT");
			}
			const path = join(folder, "mock.yaml");
			const file = openStateFile(path);
			await file.save(state);
			await unlink(path);
			expect((await file.refresh(state)).isChanged).to.equal(false);
			await file.save(state);
			expect(await readFile(path, "utf8")).to.contain(KEY);
		}));

	it("reads aliases, and a folder that is none is an error of the system", () =>
		withFolder(
			{
				"mock.yaml": `accounts:
  - apiKey: a
    apiSecret: b
    applications:
      - { id: one, name: One, capabilities: &same { voice: { odd: 1.0 } } }
      - { id: two, name: Two, capabilities: *same }
`,
			},
			async (folder) => {
				const read = await openStateFile(join(folder, "mock.yaml")).read();
				const state = new PlatformState(read?.accounts ?? []);
				expect(state.account("a").application("two")?.text).to.equal(
					'{"name":"Two","capabilities":{"voice":{"odd":1.0}}}',
				);
				state.account("a").application("one")?.patch({ capabilities: null });
				expect(state.account("a").application("two")?.text).to.contain("odd");
				let failure: unknown;
				await openStateFile(folder)
					.read()
					.catch((error: unknown) => (failure = error));
				expect(failure).to.have.property("code", "EISDIR");
			},
		));

	it("tells every mistake with its place", () => {
		const text = `accounts:
  - apiKey: 12345678
    apiSecret: ""
    setings: {}
  - apiKey: same
    apiSecret: s
    settings: { moCallbackUrl: https://a.example }
  - apiKey: same
    apiSecret: s
    readOnly: sometimes
    settings: []
    numbers:
      - { country: GB, msisdn: 447700900000 }
      - { country: GB, msisdn: "447700900001", features: SMS, app_id: 7 }
      - { msisdn: "447700900001" }
      - text
    applications:
      - { id: one }
      - { id: one, name: Twice }
  - text
`;
		const { accounts, findings } = readState(text, "mock.yaml");
		expect(accounts).to.equal(undefined);
		expect(findings.map(formatFinding)).to.deep.equal([
			"mock.yaml:2:13: error: `apiKey` is a number. Expected text. Put it in quotes.",
			"mock.yaml:3:16: error: `apiSecret` is empty. Expected text.",
			"mock.yaml:4:5: error: unknown key `setings` in an account. Did you mean `settings`?",
			"mock.yaml:7:17: error: unknown key `moCallbackUrl` in `settings`. Did you mean `moCallBackUrl`?",
			"mock.yaml:8:13: error: `apiKey` `same` is there twice. Take one out.",
			"mock.yaml:10:15: error: `readOnly` is text. Expected `true` or `false`.",
			"mock.yaml:11:15: error: `settings` is a list. Expected a mapping.",
			"mock.yaml:13:32: error: `msisdn` is a number. Expected text. Put it in quotes.",
			"mock.yaml:14:58: error: `features` is text. Expected a list.",
			"mock.yaml:14:71: error: `app_id` is a number. Expected text. Put it in quotes.",
			"mock.yaml:15:9: error: `country` is missing. Expected text.",
			"mock.yaml:15:19: error: `msisdn` `447700900001` is there twice. Take one out.",
			"mock.yaml:16:9: error: an item of `numbers` is text. Expected a mapping.",
			"mock.yaml:18:9: error: `name` is missing. Expected text.",
			"mock.yaml:19:15: error: `id` `one` is there twice. Take one out.",
			"mock.yaml:20:5: error: an item of `accounts` is text. Expected a mapping.",
		]);
	});

	it("tells what is no state at all", () => {
		const told = (text: string) =>
			readState(text, "mock.yaml").findings.map(formatFinding);
		for (const [text, what] of [
			["", "the state of the mock is empty"],
			["[]", "the state of the mock is a list"],
			["accounts:\n", "`accounts` is empty"],
			["{}", "`accounts` is missing"],
		] as const) {
			expect(told(text), text).to.have.length(1);
			expect(told(text)[0], text).to.contain(what);
		}
		expect(told("a: [\n")).to.have.length.above(0);
	});
});

describe("the mock's YAML", () => {
	it("reads back as what it was", () => {
		for (const text of [
			"{}",
			"[]",
			'{"a":{},"b":[],"c":[[],{}]}',
			'[[["deep"]],{"a":[{"b":1}]}]',
			'{"true":"true","null":"~","a b":"a b","a:b":"a:b","k":"x #y"}',
		]) {
			const json = parseJson(text);
			expect(toValue(parseJson(formatPretty(json)))).to.deep.equal(
				JSON.parse(text),
			);
			expect(parseYaml(formatYaml(json)), text).to.deep.equal(JSON.parse(text));
		}
	});
});
