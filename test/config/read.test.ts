// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml
import {
	mkdirSync,
	mkdtempSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { readConfig } from "../../src/config/read/read.ts";

describe("readConfig", () => {
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "switchhook-read-"));
	});

	afterEach(() => rmSync(folder, { recursive: true }));

	const write = (file: string, text: string): void => {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		writeFileSync(join(folder, file), text);
	};
	const read = (env = {}) => readConfig(join(folder, "routes.yaml"), { env });

	it("takes included files in the order of `include`, then of their names", async () => {
		write("routes.yaml", 'include: [z.yaml, "d/*.yaml"]\n');
		write("z.yaml", "include: deep/x.yaml\n");
		write("deep/x.yaml", "{}\n");
		write("d/b.yaml", "{}\n");
		write("d/a.yaml", "{}\n");
		const { files, findings, isComplete } = await read();
		expect(findings).to.deep.equal([]);
		expect(isComplete).to.equal(true);
		expect(files.map(({ label }) => label)).to.deep.equal([
			"routes.yaml",
			"z.yaml",
			"deep/x.yaml",
			"d/a.yaml",
			"d/b.yaml",
		]);
	});

	it("knows a file again under another name", async () => {
		write("routes.yaml", "include: [a.yaml, b.yaml]\n");
		write("a.yaml", "{}\n");
		symlinkSync(join(folder, "a.yaml"), join(folder, "b.yaml"));
		const { findings } = await read();
		expect(findings).to.have.length(1);
		expect(findings[0]?.what).to.equal(
			"`b.yaml` is included twice, first in routes.yaml:1",
		);
	});

	it("includes what the environment says", async () => {
		write("routes.yaml", "include: ${WHERE}/*.yaml\n");
		write("d/a.yaml", "{}\n");
		const { files, findings } = await read({ WHERE: "d" });
		expect(findings).to.deep.equal([]);
		expect(files).to.have.length(2);
	});

	it("does not name a file that the environment names", async () => {
		write("routes.yaml", 'include: ["${A}", "${B}", "${C}"]\n');
		write("self.yaml", "include: self.yaml\n");
		const { findings } = await read({
			A: "hunter2.yaml",
			B: "hunter2/*.yaml",
			C: "routes.yaml",
		});
		expect(findings).to.have.length(3);
		for (const { what } of findings) {
			expect(what).to.not.match(/hunter2|routes\.yaml/);
		}
	});

	it("is incomplete when a file is missing or broken", async () => {
		write("routes.yaml", "include: none.yaml\n");
		expect((await read()).isComplete).to.equal(false);
		write("none.yaml", "[\n");
		expect((await read()).isComplete).to.equal(false);
		write("none.yaml", "{}\n");
		expect((await read()).isComplete).to.equal(true);
	});

	it("turns a folder, and a reader that throws anything, into findings", async () => {
		mkdirSync(join(folder, "routes.yaml"));
		const { findings, files } = await read();
		expect(findings[0]?.what).to.equal("the configuration is a folder");
		expect(files).to.deep.equal([]);
		const thrown = await readConfig("x.yaml", {
			env: {},
			readFile: async () => {
				throw new Error("hunter2");
			},
		});
		expect(thrown.findings[0]?.what).to.equal(
			"the configuration cannot be read (unknown reason)",
		);
	});
});
