import { expect } from "chai";
import { createReloadReport } from "../../src/cli/serve/reload/report.ts";
import { createReading } from "../../src/cli/watch/reading.ts";
import { createTestLog } from "../observe/lines.ts";

describe("the report of a reload at a terminal", () => {
	const NONE = { added: [], changed: [], removed: [] };
	const tell = async (
		files: readonly (readonly [string, "changed" | "created" | "removed"])[],
		ms = 80,
	): Promise<string> => {
		let text = "";
		const output = { write: (part: string) => (text += part) };
		const report = createReloadReport(
			{
				stdout: output,
				stderr: output,
				env: { NO_COLOR: "1" },
				cwd: "/site",
				isTTY: true,
				exit: () => {},
			},
			createTestLog().log,
			[],
		);
		await report.reloaded({
			routes: 1,
			ms,
			changes: NONE,
			findings: [],
			notes: [],
			restart: [],
			reading: createReading(),
			files: files.map(([name, what]) => ({ file: `/site/${name}`, what })),
		});
		return text;
	};

	it("says once what happened to several files", async () => {
		expect(
			await tell([
				["a.yaml", "changed"],
				["b.yaml", "changed"],
				["c.yaml", "created"],
			]),
		).to.equal(
			"reloaded in 80 ms: a.yaml and b.yaml changed, c.yaml created; no route changed\n",
		);
	});

	it("counts the files that it does not name", async () => {
		const many = ["a", "b", "c", "d", "e"].map(
			(name) => [name, "changed"] as const,
		);
		expect(await tell(many)).to.contain("a, b and c changed, 2 more; ");
	});

	it("writes a long time in seconds, as the start does", async () => {
		expect(await tell([["a", "removed"]], 1469)).to.equal(
			"reloaded in 1.5 s: a removed; no route changed\n",
		);
	});
});
