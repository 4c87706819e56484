import { expect } from "chai";
import { withFolder } from "../cli/cli.ts";
import { startCommand } from "../end-to-end/process.ts";
import { PROJECT } from "./project.ts";

describe("an error that nobody catches", () => {
	it("fails the test whose plugin forgot it, and no other", () => {
		const files = {
			...PROJECT,
			"tests/own.yaml": `- { name: a, send: sms.inbound, set: { text: forget } }\n- { name: b, send: sms.inbound }\n`,
		};
		return withFolder(files, async (folder) => {
			// In a process of its own: mocha listens for such errors too.
			const command = startCommand(["test"], folder);
			expect(await command.ended).to.equal(1);
			expect(command.stdout()).to.contain("✗ a  tests/own.yaml:1");
			expect(command.stdout()).to.contain("got       forgotten");
			expect(command.stdout()).to.contain("✓ b");
		});
	}).timeout(30_000);
});
