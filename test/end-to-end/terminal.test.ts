import { expect } from "chai";
import { playScene } from "../../scripts/terminal/scene.ts";
import { PROGRAM } from "../program.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the colours
const COLOR = /\u001b\[[\d;]+m/g;

/** The environment says nothing of colours, whatever that of the tests says. */
const SILENT = { NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: "xterm" };

const play = (
	columns: number,
	env: Readonly<Record<string, string | undefined>>,
) => playScene({ program: PROGRAM, columns, env: { ...SILENT, ...env } });

describe("`serve` at a terminal", function () {
	this.timeout(120_000);
	let raw = "";
	let lines: readonly string[] = [];
	/** The line that has the text, and so many behind it. */
	const from = (text: string | RegExp, count = 1): string => {
		const at = lines.findIndex((line) =>
			typeof text === "string" ? line.includes(text) : text.test(line),
		);
		expect(at, `no line has ${text}:\n${lines.join("\n")}`).to.be.at.least(0);
		return lines.slice(at, at + count).join("\n");
	};

	before(async () => {
		raw = await play(130, {});
		lines = raw.replaceAll("\r", "").replaceAll(COLOR, "").split("\n");
	});

	it("says who it is, how long it took, where it listens and where it keeps", () => {
		expect(from("ready in")).to.match(
			/^ {2}switchhook v\d+\.\d+\.\d+ {2}ready in (?:\d+ ms|[\d.]+ s)$/,
		);
		expect(from("listens on")).to.match(/^ {2}listens on {3}http:\/\/127/);
		expect(from("inbox  ")).to.match(/^ {2}inbox {8}data\/inbox\.db$/);
	});

	it("lists each URL with its routes, and says once how to see what is masked", () => {
		expect(from(/localhost:\d+\/webhooks\/answer$/, 2)).to.match(
			/\n {4}GET POST {2}answer +voice\.answer {2}app +plugin calls$/,
		);
		expect(
			lines.filter((line) => line.includes("--log-payloads shows them")),
		).to.have.length(1);
	});

	it("has a webhook in one line, with all of it", () => {
		expect(from(/200 received {5}GET \/webhooks\/inbound-sms/)).to.match(
			/^\d\d:\d\d:\d\d 200 received {5}GET \/webhooks\/inbound-sms +(<1|\d+) ms {2}[\da-f]{8}-[\da-f]{4}-7[\da-f]{3} {2}inbound-sms {2}sms\.inbound {2}account {2}127\.0\.0\.1$/,
		);
	});

	it("has a plugin's line with the event, whatever names its fields have", () => {
		const line = from("order stored", 2);
		expect(line).to.match(
			/^\d\d:\d\d:\d\d {5}info {9}orders {2}order stored {2}order=17 {2}outcome=ok {2}severity=fatal {2}line=webhook/,
		);
		expect(line.replaceAll(/\s+/g, " ")).to.include(
			'note="two\\x0alines, \\x1b[31mred"',
		);
		expect(line).to.match(
			/[\da-f]{8}-[\da-f]{4}-7[\da-f]{3} {2}try 1 {2}inbound-sms/,
		);
		expect(raw).not.to.include("\u001b[31mred");
	});

	it("has a delivery in one line, and says when one that waits comes again", () => {
		expect(from(/delivered {4}inbound-sms/)).to.match(
			/inbound-sms +(<1|\d+) ms {2}[\da-f-]{18} {2}sms\.inbound {2}try 1$/,
		);
		expect(from(/waiting {6}receipts/, 2)).to.match(
			/sms\.dlr {2}try 1 {2}again in [\d.]+ m?s\n {26}GET http:\/\/127\.0\.0\.1:9\S* nothing listens there/,
		);
	});

	it("says of a refusal which path it was, why, and what to do", () => {
		expect(from("/webhooks/inbuond-sms", 2)).to.match(
			/404 unknown {6}GET \/webhooks\/inbuond-sms +(<1|\d+) ms {2}127\.0\.0\.1\n {26}ROUTE_UNKNOWN {2}No route has this path\. Did you mean \/webhooks\/inbound-sms\?$/,
		);
		expect(from("PUT /webhooks/inbound-sms", 3)).to.match(
			/405 unknown {6}PUT .*\n {26}ROUTE_METHOD {2}The path takes GET, HEAD, POST, not PUT\.\n {26}The Allow header/,
		);
	});

	it("names the command that releases, and the one that shows", () => {
		expect(from("quarantined", 4)).to.match(
			/PAYLOAD_INVALID[^→]*→ switchhook inbox release [\da-f]{8}-[\da-f]{4}-7[\da-f]{3}$/m,
		);
		expect(from(/dead {9}call-events/, 5)).to.match(
			/HANDLER_FAILED[^→]*→ switchhook inbox show [\da-f]{8}-[\da-f]{4}-7[\da-f]{3}$/m,
		);
	});

	it("names the place in a plugin that threw, and shows its frames", () => {
		expect(from(/dead {9}call-events/, 5)).to.match(
			/threw at plugins\/calls\.ts:7:9: [^→]*\n {28}at voice\.event \(plugins\/calls\.ts:7:9\)\n/,
		);
		expect(from("200 fallback", 4)).to.match(
			/threw at plugins\/calls\.ts:11:\d+: [^→]*\n {28}at voice\.answer \(plugins\/calls\.ts:11:\d+\)/,
		);
	});

	it("tells a reload that failed with its findings, and one that did not", () => {
		expect(from(/^error: unknown kind/, 7)).to.match(
			/--> routes\.yaml:7:11\n[\s\S]*kind: sms\.inbuond\n[\s\S]*\^{11}\n[\s\S]*did you mean `sms\.inbound`\?/,
		);
		expect(from(/^not reloaded: routes\.yaml changed\. The previous/));
		expect(from(/^reloaded in/)).to.match(
			/reloaded in \d+ ms: routes\.yaml changed; no route changed$/,
		);
	});

	it("never says undefined, nor ends a line with an empty object", () => {
		for (const line of lines) {
			expect(line).not.to.match(
				/undefined(?! \(reading)(?!$)|\{\}$|no route(?! has| changed)/i,
			);
			expect(line).not.to.match(/\s$/);
		}
	});

	it("has colours", () => {
		const colored = raw.replaceAll("\u001b", "ESC");
		expect(colored).to.include("ESC[32m200ESC[39m");
		expect(colored).to.include("ESC[33m404ESC[39m");
		expect(colored).to.match(/ESC\[31mdead +ESC\[39m/);
		expect(colored).to.match(/ESC\[2m[\da-f-]{18}ESC\[22m/);
	});

	it("has none with NO_COLOR, and breaks no line of a narrow terminal", async () => {
		const narrow = (await play(80, { NO_COLOR: "1" })).replaceAll("\r", "");
		expect(narrow).not.to.include("\u001b");
		const long = narrow
			.split("\n")
			// A frame, and a finding's place, stay whole.
			.filter((line) => line.length > 80 && !/ at .*\.ts:\d/.test(line));
		expect(long).to.deep.equal([]);
		expect(narrow).to.match(
			/GET \/webhooks\/inbound-sms +(<1|\d+) ms {2}[\da-f-]{18}\n {26}inbound-sms {2}sms\.inbound/,
		);
	});

	it("has them with FORCE_COLOR, whatever NO_COLOR says", async () => {
		const forced = await play(100, { NO_COLOR: "1", FORCE_COLOR: "1" });
		expect(forced).to.include("\u001b[32m");
	});
});
