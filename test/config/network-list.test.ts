import { expect } from "chai";
import { checkConfig } from "../../src/config/check.ts";
import { readConfig } from "../../src/config/read/read.ts";
import { formatFinding } from "../../src/finding/finding.ts";
import { HANDLER_TYPES } from "../../src/handler/types.ts";
import { kinds } from "./kinds.ts";

const CONFIG = `version: 1
networks: { a: { file: list }, b: { file: ./list } }
defaults: { firewall: [a, b], signature: none }
routes:
  - { name: r, path: /r, kind: sms.inbound, handler: { plugin: log } }
`;

/** The ranges of a list, or what is wrong with it, and how often its file was read. */
async function read(list: string) {
	let count = 0;
	const config = await readConfig("/config/routes.yaml", {
		env: {},
		readFile: async (file) => {
			if (file === "/config/routes.yaml") return CONFIG;
			count += 1;
			return list;
		},
	});
	const { settings, findings } = checkConfig(config, {
		kinds,
		handlerTypes: HANDLER_TYPES,
	});
	return {
		ranges: settings?.networks.get("a")?.ranges,
		lines: findings.map(formatFinding),
		count,
	};
}

describe("a network from a file", () => {
	it("is read once, however many networks name the file", async () => {
		const { ranges, lines, count } = await read("203.0.113.0/24\n");
		expect(ranges).to.deep.equal(["203.0.113.0/24"]);
		expect(lines).to.deep.equal([]);
		expect(count).to.equal(1);
	});

	it("may begin with a byte order mark and end its lines as Windows does", async () => {
		const { ranges } = await read("\uFEFF203.0.113.0/24\r\n# none\r\n::1\r\n");
		expect(ranges).to.deep.equal(["203.0.113.0/24", "::1/128"]);
		const json = await read('\uFEFF\r\n["203.0.113.0/24"]');
		expect(json.ranges).to.deep.equal(["203.0.113.0/24"]);
	});

	it("is told about once, although two networks name it", async () => {
		const { ranges, lines } = await read("203.0.113.0/24\nhere\n");
		expect(ranges).to.equal(undefined);
		expect(lines).to.have.length(1);
		expect(lines[0]).to.match(/^\/config\/list:2:1: error: "here" is neither/);
	});

	it("admits nobody by accident: an empty JSON, a text, a number are errors", async () => {
		for (const list of ["[]", "{}", '{ "a": "203.0.113.0/24" }', "", "12"]) {
			const { ranges, lines } = await read(list);
			expect(ranges, list).to.equal(undefined);
			expect(lines.join("\n"), list).to.contain(" error: ");
		}
	});

	it("is an error in JSON that writes a key twice: readers disagree about which one counts", async () => {
		const { ranges, lines } = await read(
			'{\n\t"a": ["203.0.113.0/24"],\n\t"a": ["::/0"]\n}',
		);
		expect(ranges).to.equal(undefined);
		expect(lines[0]).to.match(
			/^\/config\/list:3:2: error: the key `a` is written twice/,
		);
	});

	it("takes 20,000 lines", async () => {
		const lines = Array.from(
			{ length: 20_000 },
			(_, index) => `10.${index >> 8}.${index & 255}.0/24`,
		);
		const { ranges } = await read(lines.join("\n"));
		expect(ranges).to.have.length(20_000);
		const { ranges: same } = await read(JSON.stringify(lines));
		expect(same).to.deep.equal(ranges);
	});
});
