import { expect } from "chai";
import { createFiles, SCHEMA_FILES } from "../../src/config/read/files.ts";
import { createReport } from "../../src/finding/report.ts";
import { Site } from "../../src/finding/site.ts";
import { parseSource } from "../../src/finding/source.ts";

/** Looks a schema up in `/c`, which holds the files. */
function find(text: string, names: readonly string[]) {
	const { source } = parseSource(`schema: "${text}"\n`, "/c/routes.yaml");
	if (source === undefined) throw new Error("not YAML");
	const file = {
		source,
		label: "routes.yaml",
		value: source.value,
		secret: new Set<string>(),
		broken: new Set<string>(),
	};
	const report = createReport();
	const files = createFiles(
		"/c",
		(path) => names.includes(path),
		report,
		(folder) =>
			names
				.filter((name) => name.startsWith(`${folder}/`))
				.map((name) => name.slice(folder.length + 1)),
	);
	const found = files.find(text, new Site(file, ["schema"]), SCHEMA_FILES);
	return { found, findings: report.list([]) };
}

describe("createFiles", () => {
	for (const ending of [
		".json",
		".yaml",
		".yml",
		".schema.json",
		".schema.yaml",
	]) {
		it(`finds a schema by its name without ${ending}`, () => {
			const file = `/c/schemas/push${ending}`;
			expect(find("push", [file])).to.deep.equal({ found: file, findings: [] });
		});
	}

	it("suggests the file that was probably meant", () => {
		const [finding] = find("pusj", ["/c/schemas/push.schema.json"]).findings;
		expect(finding?.todo).to.equal("did you mean `push`?");
		const [other] = find("schemas/pus.schema.json", [
			"/c/schemas/push.schema.json",
		]).findings;
		expect(other?.todo).to.equal("did you mean `push.schema.json`?");
	});

	it("names the endings that a name may go without", () => {
		const [finding] = find("push", []).findings;
		expect(finding?.expected).to.include("`.schema.json`");
		expect(finding?.todo).to.equal(undefined);
	});
});
