import { expect } from "chai";
import { transpile } from "../../src/plugin/loader/transpile.ts";

const A = "export const a: number = 1;";
const B = "export const b: number = 2;";

describe("transpile", () => {
	it("knows a file again until its text changes", () => {
		const codeOf = (source: string) =>
			transpile({ filename: "/x/a.ts", source, ts: true, async: true }).code;
		for (const [source, name] of [
			[A, "a"],
			[A, "a"],
			[B, "b"],
			[A, "a"],
		] as const) {
			expect(codeOf(source)).to.include(`exports.${name} = void 0`);
		}
	});

	it("keeps the texts of two files apart, and two ways to load one file", () => {
		const pathOf = (filename: string) =>
			transpile({ filename, source: "export default import.meta.url;" }).code;
		expect(pathOf("/x/one.js")).to.include("/x/one.js");
		expect(pathOf("/x/two.js")).to.include("/x/two.js");
		const source = 'import { a } from "./a.js"; export default a;';
		const codeOf = (async: boolean) =>
			transpile({ filename: "/x/three.js", source, async }).code;
		expect(codeOf(true)).to.include("await jitiImport(");
		expect(codeOf(false)).to.include("require(");
		expect(codeOf(true)).to.include("await jitiImport(");
	});

	it("takes next to no time for a file that did not change", () => {
		const source = Array.from(
			{ length: 500 },
			(_, index) => `export const a${index}: number = ${index};`,
		).join("\n");
		const cost = (times: number): number => {
			const before = process.cpuUsage();
			for (let count = 0; count < times; count += 1)
				transpile({ filename: "/x/long.ts", source, ts: true });
			return process.cpuUsage(before).user;
		};
		const first = cost(1);
		expect(cost(10)).to.be.lessThan(first);
	});

	it("tells a mistake each time", () => {
		for (let times = 0; times < 2; times += 1) {
			const { code } = transpile({ filename: "/x/bad.ts", source: "a b" });
			expect(code).to.include("ParseError");
		}
	});
});
