import { expect } from "chai";
import { load } from "./folder.ts";

const END = 'export default { on: { "*"() {} } };';

describe("a plugin that would end the process", () => {
	const calls: Readonly<
		Record<string, readonly [text: string, finding: RegExp]>
	> = {
		"at its top": [
			`\nprocess.exit(0);\n${END}`,
			/^a\.ts:2:\d+: error: the plugin calls `process\.exit\(\)` while it is loaded/,
		],
		"by an import of Node": [
			`import { exit } from "node:process";\nexit();\n${END}`,
			/^a\.ts:2:\d+: error: the plugin calls `process\.exit\(\)`/,
		],
		"by a signal to itself": [
			`process.kill(process.pid, "SIGKILL");\n${END}`,
			/^a\.ts:1:\d+: error: the plugin calls `process\.kill\(process\.pid\)`/,
		],
		"by an abort": [
			`process.abort();\n${END}`,
			/^a\.ts:1:\d+: error: the plugin calls `process\.abort\(\)`/,
		],
		"and takes the error for its own": [
			`try { process.exit(0); } catch {}\n${END}`,
			/^a\.ts:1:\d+: error: the plugin calls `process\.exit\(\)`/,
		],
		"after an await": [
			`await null;\nprocess.exit(0);\n${END}`,
			/^a\.ts:2:\d+: error: the plugin calls `process\.exit\(\)`/,
		],
	};
	for (const [title, [text, finding]] of Object.entries(calls)) {
		it(`is an error that names the file: ${title}`, () =>
			load({ "a.ts": text }, (plugin, findings) => {
				expect(plugin).to.equal(undefined);
				expect(findings).to.have.length(1);
				expect(findings[0]).to.match(finding);
			}));
	}

	it("is an error where a file that it imports does it", () =>
		load(
			{ "a.ts": `import "./b.ts";\n${END}`, "b.ts": "process.exit(0);" },
			(plugin, findings) => {
				expect(plugin).to.equal(undefined);
				expect(findings[0]).to.match(/^a\.ts:\d+:\d+: error: the plugin calls/);
			},
		));

	it("may still ask whether a process is there", () =>
		load(
			{ "a.ts": `process.kill(process.pid, 0);\n${END}` },
			(plugin, findings) => {
				expect(findings).to.deep.equal([]);
				expect(plugin).to.not.equal(undefined);
			},
		));

	it("leaves the process as it was", async () => {
		const { exit, abort, kill } = process;
		await load({ "a.ts": `process.exit(0);\n${END}` }, () => {});
		expect(process).to.include({ exit, abort, kill });
	});

	for (const thrown of ["undefined", "null", "7", '"text"', "{ a: 1 }"]) {
		it(`is told from one that throws ${thrown}`, () =>
			load({ "a.ts": `throw ${thrown};\n${END}` }, (plugin, findings) => {
				expect(plugin).to.equal(undefined);
				expect(findings).to.have.length(1);
				expect(findings[0]).to.match(/^a\.ts:1:1: error: the plugin threw/);
			}));
	}
});
