import { expect } from "chai";
import {
	createEnvFiles,
	type EnvFiles,
	type Variables,
} from "../../src/config/read/env-file.ts";

/** Files of variables on a disk that a test may change. */
function open(
	env: Variables,
	disk: Record<string, string>,
	isRequired = false,
): EnvFiles {
	return createEnvFiles(
		["/c/.env", "/c/more.env"].map((path) => ({ path, isRequired })),
		env,
		async (path) => {
			const text = disk[path];
			if (text === undefined) {
				throw Object.assign(new Error("none"), { code: "ENOENT" });
			}
			return text;
		},
	);
}

describe("createEnvFiles", () => {
	it("reads the format of Node: comments, quotes, several lines, export", async () => {
		const env: Variables = {};
		const text = `# a comment
A=1 # behind
B="two words"
C='a # b'
D="first
second"
export E=5
F=\`it's "so"\`
G=
`;
		expect(await open(env, { "/c/.env": text }).read()).to.deep.equal([]);
		expect(env).to.deep.equal({
			A: "1",
			B: "two words",
			C: "a # b",
			D: "first\nsecond",
			E: "5",
			F: `it's "so"`,
			G: "",
		});
	});

	it("lets the environment win, and the later file before the earlier", async () => {
		const env: Variables = { A: "environment" };
		await open(env, {
			"/c/.env": "A=file\nB=first\n",
			"/c/more.env": "B=second\n",
		}).read();
		expect(env).to.deep.equal({ A: "environment", B: "second" });
	});

	it("takes changes over when it reads again, and takes out what is gone", async () => {
		const env: Variables = { KEPT: "environment" };
		const disk = { "/c/.env": "A=1\nB=2\nKEPT=file\n" };
		const files = open(env, disk);
		await files.read();
		expect(env).to.deep.equal({ KEPT: "environment", A: "1", B: "2" });
		disk["/c/.env"] = "B=3\nC=4\n";
		await files.read();
		expect(env).to.deep.equal({ KEPT: "environment", B: "3", C: "4" });
		disk["/c/.env"] = "A=5\n";
		await files.read();
		expect(env).to.deep.equal({ KEPT: "environment", A: "5" });
	});

	it("leaves alone what somebody else has set since", async () => {
		const env: Variables = {};
		const disk = { "/c/.env": "A=1\n" };
		const files = open(env, disk);
		await files.read();
		env.A = "a plugin's";
		disk["/c/.env"] = "A=2\n";
		await files.read();
		expect(env).to.deep.equal({ A: "a plugin's" });
		disk["/c/.env"] = "";
		await files.read();
		expect(env).to.deep.equal({ A: "a plugin's" });
	});

	it("says nothing of a file that need not be there, and names one that must", async () => {
		expect(await open({}, {}).read()).to.deep.equal([]);
		const [finding] = await open({}, {}, true).read();
		expect(finding).to.include({ file: "/c/.env", severity: "error" });
		expect(finding?.what).to.equal("the environment file does not exist");
	});

	const slips: readonly [text: string, place: string, words: RegExp][] = [
		["A=1\nnothing\n", "2:1", /not a variable/],
		["A: s3cr3t\n", "1:1", /not a variable/],
		["1A=s3cr3t\n", "1:1", /not a variable/],
		['A="s3cr3t\nB=2\n', "1:3", /never closed/],
		["A=s3cr3t\nB=1\nA=s3cr3t\n", "3:1", /`A` is set twice, first in line 1/],
		['A="\nB=s3cr3t\n"\n  s3cr3t\n', "4:3", /not a variable/],
	];
	for (const [text, place, words] of slips) {
		it(`says where and never shows a value: ${JSON.stringify(text)}`, async () => {
			const findings = await open({}, { "/c/.env": text }).read();
			expect(
				findings.map(({ line, column }) => `${line}:${column}`),
			).to.deep.equal([place]);
			expect(findings[0]?.what).to.match(words);
			expect(JSON.stringify(findings)).to.not.include("s3cr3t");
		});
	}
});
