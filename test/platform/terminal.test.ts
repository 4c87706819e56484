import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { runCli } from "../cli/cli.ts";
import { ACCOUNT, SECRET, withWorld } from "./world.ts";

const CREDENTIALS = {
	VONAGE_API_KEY: ACCOUNT.apiKey,
	VONAGE_API_SECRET: SECRET,
};

describe("switchhook platform plan, on a terminal", () => {
	it("breaks lines between words, and an arrow stays with its value", () =>
		withWorld(async ({ folder, platform }) => {
			const { out } = await runCli(["platform", "plan"], folder, CREDENTIALS, {
				screens: { stdout: { columns: 80, colour: false } },
			});
			const lines = out.split("\n");
			expect(lines.filter(({ length }) => length > 80)).to.deep.equal([]);
			expect(out).to.match(
				/^ {2}~ voice\.answer_url: https:\/\/old\.example\/answer\n? +→ http:\/\/127\.0\.0\.1:\d+\/answer\n {6}\(answer, routes\.yaml:\d+\)$/m,
			);
			// The same words, whatever the width.
			const plain = (await platform("plan")).out;
			expect(out.split(/\s+/)).to.deep.equal(plain.split(/\s+/));
		}));

	it("has colours only where the terminal has them", () =>
		withWorld(async ({ folder }) => {
			const shown = async (colour: boolean) => {
				const screens = { stdout: { columns: 200, colour } };
				const args = ["platform", "plan"];
				return (await runCli(args, folder, CREDENTIALS, { screens })).out;
			};
			const coloured = await shown(true);
			expect(coloured).to.include("\u001b[33m  ~ moCallBackUrl");
			expect(stripVTControlCharacters(coloured)).to.equal(await shown(false));
		}));
});
