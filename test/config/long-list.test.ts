import { expect } from "chai";
import { parse } from "yaml";
import { LONG_LENGTH } from "../../src/finding/long-list.ts";
import { parseSource } from "../../src/finding/source.ts";

const COUNT = 3000;

/** A long file: items in many ways of writing them, something before and something behind the list. */
function write(
	item: (index: number) => string,
	head = "routes:\n",
	tail = "",
): string {
	const items = Array.from({ length: COUNT }, (_, index) => item(index));
	const text = `# a comment\nversion: 1\n\n${head}${items.join("")}${tail}`;
	expect(text.length).to.be.greaterThan(LONG_LENGTH);
	return text;
}

const FORMS: readonly ((index: number) => string)[] = [
	(index) =>
		`  - name: route-${index}\n    path: /a/${index} # why: not\n    match:\n      to:\n        - "44${index}"\n        - "45"\n`,
	(index) =>
		`  - { name: route-${index}, path: /a/${index}, match: { to: ["44${index}",\n      "45"] } }\n`,
	(index) =>
		`\n  # - name: not this one\n  - name: route-${index}\n    text: |\n      - name: no item\n\n        - nor this\n    path: "/a/\n      ${index}"\n`,
	(index) =>
		`  -\n    name: route-${index}\n    path: >-\n      /a/${index}\n\n    other: 'it''s\n\n      - long'\n`,
];

describe("a long list of routes", () => {
	for (const [number, form] of FORMS.entries()) {
		it(`is read as the whole file is, written in way ${number + 1}`, () => {
			const text = write(form);
			const { source, findings } = parseSource(text, "routes.yaml");
			expect(findings).to.deep.equal([]);
			expect(source?.value).to.deep.equal(parse(text, { maxAliasCount: -1 }));
		});

		it(`knows the place of everything, written in way ${number + 1}`, () => {
			const text = write(
				form,
				"routes: # all of them\n",
				"networks:\n  office: [192.0.2.0/24]\n",
			);
			const { source } = parseSource(text, "routes.yaml");
			const lines = text.split("\n");
			for (const index of [0, 99, 100, 101, 1234, COUNT - 1]) {
				const line = lines.findIndex((content) =>
					new RegExp(`name: route-${index}\\b`).test(content),
				);
				const place = source?.locate(["routes", index, "name"], "key");
				expect(place?.line, `route ${index}`).to.equal(line + 1);
				expect(place?.column).to.equal(
					(lines[line] as string).indexOf("name:") + 1,
				);
			}
			const office = source?.locate(["networks", "office", 0]);
			expect(
				lines[(office?.line ?? 0) - 1]?.slice((office?.column ?? 0) - 1),
			).to.match(/^192\.0\.2\.0/);
			expect(source?.locate(["routes"], "key").line).to.equal(4);
		});
	}

	it("may stand at the left edge, with Windows line ends", () => {
		const text = write(
			(index) =>
				`- name: route-${index}\r\n  path: /a/${index}\r\n  text: some words so that the file is long enough\r\n`,
			"routes:\r\n",
		);
		const { source } = parseSource(text, "routes.yaml");
		expect(source?.value).to.deep.equal(parse(text, { maxAliasCount: -1 }));
		expect(source?.locate(["routes", 200, "path"]).line).to.equal(
			5 + 200 * 3 + 1,
		);
	});

	it("is read at once where anchors reach from one item to another", () => {
		const text = write((index) =>
			index === 0
				? "  - &first { name: route-0, path: /a/0, text: words }\n"
				: `  - { name: route-${index}, path: /a/${index}, text: words words words words, like: *first }\n`,
		);
		const { source, findings } = parseSource(text, "routes.yaml");
		expect(findings).to.deep.equal([]);
		expect(source?.value).to.deep.equal(parse(text, { maxAliasCount: -1 }));
	});

	it("says where a mistake is, however far down", () => {
		const text = write(
			(index) =>
				`  - name: route-${index}\n    path: /a/${index}\n${index === 2500 ? "    path: /twice\n" : ""}    text: some words so that the file is long enough\n`,
		);
		const { findings } = parseSource(text, "routes.yaml");
		const line =
			text.split("\n").findIndex((content) => content.includes("/twice")) + 1;
		expect(findings.map((finding) => finding.line)).to.deep.equal([line]);
		expect(findings[0]?.what).to.contain("twice");
	});
});
