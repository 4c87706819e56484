import { expect } from "chai";
import { formatFinding } from "../../src/finding/finding.ts";
import { parseRecord } from "../../src/finding/source.ts";
import { checkText } from "./case.ts";

const HEAD = "version: 1\ndefaults: { firewall: [vonage], signature: none }\n";

/** Microseconds of this process, because the machine may have other work. */
async function cost<T>(work: () => Promise<T>): Promise<[T, number]> {
	const before = process.cpuUsage();
	const result = await work();
	const { user, system } = process.cpuUsage(before);
	return [result, user + system];
}

describe("RouteSettings.locate", () => {
	it("names the place of a key, of its parent, and of what is inherited", async () => {
		const { settings } = await checkText(
			`${HEAD}routes:\n  - name: a\n    path: /a\n    kind: sms.inbound\n    handler:\n      plugin: log\n      options: { x: [1, 2] }\n`,
		);
		const at = (...keys: (string | number)[]) => {
			const site = settings?.routes[0]?.locate(...keys);
			return `${site?.line}:${site?.column}`;
		};
		expect(at()).to.equal("4:5");
		expect(at("kind")).to.equal("6:11");
		expect(at("handler", "plugin")).to.equal("8:15");
		expect(at("handler", "options", "x", 1)).to.equal("9:25");
		expect(at("handler", "options", "none")).to.equal("9:16");
		expect(at("timeout")).to.equal("4:5");
		expect(at("firewall")).to.equal("2:23");
	});
});

describe("checkConfig", () => {
	it("prints findings by line and column", async () => {
		const { lines } = await checkText(
			"version: 1\nb: 1\na: 1\nserver: { z: 1, y: 1 }\nroutes: 1\n",
		);
		expect(lines.map((line) => line.split(" ")[0])).to.deep.equal([
			"/config/routes.yaml:2:1:",
			"/config/routes.yaml:3:1:",
			"/config/routes.yaml:4:11:",
			"/config/routes.yaml:4:17:",
			"/config/routes.yaml:5:9:",
		]);
	});

	it("has no settings with an error, and settings with a warning", async () => {
		const warned = await checkText("version: 1\n");
		expect(warned.findings.map(({ severity }) => severity)).to.deep.equal([
			"warning",
		]);
		expect(warned.settings).to.not.equal(undefined);
		expect((await checkText("version: 2\n")).settings).to.equal(undefined);
	});

	it("keeps every finding on one line", async () => {
		const { lines } = await checkText(
			`${HEAD}routes:\n  - name: "a\\nb\\u001b[31m"\n    path: "/\\r\\n"\n    kind: "x\\ny"\n    handler: { plugin: log }\n`,
		);
		expect(lines).to.have.length(3);
		for (const line of lines) expect(line).to.match(/^[ -~]+$/);
	});

	it("takes inherited names such as `constructor` for what they are: unknown", async () => {
		const { lines } = await checkText(
			`${HEAD}routes:\n  - { name: constructor, path: /a, kind: constructor, firewall: [toString], handler: { plugin: log } }\n`,
		);
		expect(lines).to.have.length(2);
		expect(lines[0]).to.include("unknown kind");
		expect(lines[1]).to.include("unknown network");
	});

	it("checks 5,000 routes in less time than `yaml` takes to parse them", async () => {
		const routes = Array.from(
			{ length: 5_000 },
			(_, index) =>
				`  - name: r${index}\n    path: /webhooks/r${index}\n    kind: sms.dlr\n    level: account\n    methods: [POST]\n    handler: { plugin: log }\n`,
		);
		const text = `${HEAD}routes:\n${routes.join("")}`;
		const [, parsing] = await cost(async () => parseRecord(text, "x"));
		const [{ settings, findings }, all] = await cost(() => checkText(text));
		expect(findings.map(formatFinding)).to.deep.equal([]);
		expect(settings?.routes).to.have.length(5_000);
		expect(all).to.be.lessThan(parsing * 2 + 200_000);
	});

	it("checks 5,000 routes of one stack without comparing each with each", async () => {
		const routes = Array.from(
			{ length: 5_000 },
			(_, index) =>
				`  - { name: r${index}, path: /a, kind: sms.inbound, level: number, match: { to: "1", msisdn: "${index}" }, handler: { plugin: log } }\n`,
		);
		const text = `${HEAD}routes:\n${routes.join("")}  - { name: rest, path: /a, kind: sms.inbound, handler: { plugin: log } }\n`;
		const [, parsing] = await cost(async () => parseRecord(text, "x"));
		const [{ findings }, all] = await cost(() => checkText(text));
		expect(findings).to.deep.equal([]);
		// Each with each would be 12 million comparisons, some three seconds.
		expect(all).to.be.lessThan(parsing * 2 + 750_000);
	});

	it("finds one number that two of 100,000 claim", async () => {
		const numbers = Array.from(
			{ length: 100_000 },
			(_, index) => `"4${index}"`,
		);
		const route = (name: string, to: string) =>
			`  - { name: ${name}, path: /a, kind: sms.inbound, level: number, match: { to: ${to} }, handler: { plugin: log } }\n`;
		const { lines } = await checkText(
			`${HEAD}routes:\n${route("many", `[${numbers.join(", ")}]`)}${route("one", '"499999"')}  - { name: rest, path: /a, kind: sms.inbound, handler: { plugin: log } }\n`,
		);
		expect(lines).to.have.length(1);
		expect(lines[0]).to.include('where `to` is "499999"');
	});

	it("stops telling when thousands of patterns overlap", async () => {
		const routes = Array.from({ length: 2000 }, (_, index) => {
			const path = index % 2 === 0 ? `/:x/r${index}` : `/r${index}/:x`;
			return `  - { name: r${index}, path: "${path}", kind: sms.dlr, handler: { plugin: log } }\n`;
		});
		const { findings } = await checkText(`${HEAD}routes:\n${routes.join("")}`);
		expect(findings.length).to.be.within(1, 100);
	});
});
