import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { runCli, withFolder } from "../cli/cli.ts";
import { PROJECT, runTests } from "./project.ts";

describe("switchhook test", () => {
	const passing: readonly (readonly [string, string])[] = [
		[
			"the route, by number",
			`{ send: sms.inbound, set: { to: "447700900001" }, expect: { route: support-line, kind: sms.inbound, outcome: received, status: 200 } }`,
		],
		[
			"an NCCO in part",
			`{ send: voice.answer, set: { from: "447700900005" }, expect: { outcome: handled, ncco: [{ action: talk, text: { pattern: "0005$" } }, { action: input }], headers: { Content-Type: { contains: json } } } }`,
		],
		[
			"an NCCO that contains an action",
			`{ send: answer, expect: { ncco: { contains: [{ action: input }] } } }`,
		],
		[
			"a refusal of what is not signed",
			`{ send: voice.answer, unsigned: true, expect: { outcome: unsigned, status: 401, code: SIGNATURE_MISSING } }`,
		],
		[
			"a refusal of a wrong secret",
			`{ send: answer, sign: { scheme: vonage-jwt, secret: ffffffffffffffffffffffffffffffff }, expect: { code: SIGNATURE_INVALID } }`,
		],
		[
			"a refusal of an address",
			`{ send: sms.inbound, from: 203.0.113.7, expect: { status: 403, code: FIREWALL_DENIED } }`,
		],
		[
			"a refusal of a method",
			`{ send: /sms, method: PUT, expect: { status: 405 } }`,
		],
		[
			"a path that no route has",
			`{ send: /nope?a=1, expect: { code: ROUTE_UNKNOWN } }`,
		],
		[
			"a body that cannot be read",
			`{ send: sms.inbound, as: json, body: "{", expect: { code: BODY_JSON, status: 400 } }`,
		],
		[
			"quarantine of what is not valid",
			`{ send: sms.inbound, unset: to, expect: { outcome: quarantined, reason: is missing } }`,
		],
		[
			"a whole payload",
			`{ send: /sms, payload: { msisdn: "1234567", to: "447700900001", messageId: x1, text: hi }, as: form, expect: { route: support-line, forwarded: { contains: { body: { messageId: x1 } } } } }`,
		],
		[
			"what was forwarded",
			`{ send: support-line, set: { to: "447700900001", text: help }, as: json, query: { lang: de }, expect: { forwarded: [{ url: "http://127.0.0.1:3000/sms", method: POST, body: { text: help }, query: { lang: de }, headers: { switchhook-kind: sms.inbound } }], fetched: [] } }`,
		],
		[
			"what was handed on",
			`{ send: sms.inbound, set: { text: hand }, expect: { outcome: delivered, handedOn: [{ route: support-line, payload: { text: handed } }], forwarded: { contains: { method: { exists: true } } } } }`,
		],
		[
			"the state and the log of a plugin",
			`{ at: "2026-03-01T09:30:00+01:00", send: sms.inbound, expect: { state: { obeys: { calls: 1, none: null } }, log: [obeying, { calls: 1, load: 1, at: "2026-03-01T08:30:00.000Z" }] } }`,
		],
		[
			"the answer to a fetch",
			`{ send: sms.inbound, set: { text: "fetch https://api.example.com/x?y=1" }, fetch: [{ url: "https://api.example.com/x", method: POST, answer: { status: 201, body: { ok: true } } }], expect: { outcome: delivered, fetched: [{ url: "https://api.example.com/x", query: { y: "1" }, body: { a: "1" } }], log: [{ body: '{"ok":true}' }] } }`,
		],
		[
			"the answer to a request of http",
			`{ send: sms.inbound, set: { text: "http http://api.example.com/x" }, fetch: [{ url: "http://api.example.com/*", answer: { status: 418 } }], expect: { log: [{ status: 418 }] } }`,
		],
		[
			"a connection that a test lets fail",
			`{ send: sms.inbound, set: { text: "fetch https://api.example.com" }, fetch: [{ url: "https://api.example.com/", answer: { error: ECONNRESET } }], expect: { outcome: waiting, code: HANDLER_FAILED } }`,
		],
		[
			"the code of a service that fails",
			`{ send: support-line, set: { to: "447700900001" }, fetch: [{ url: "http://127.0.0.1:3000/*", answer: { status: 503 } }], expect: { outcome: waiting, code: UPSTREAM_FAILED } }`,
		],
		[
			"and of one that refuses for good",
			`{ send: support-line, set: { to: "447700900001" }, fetch: [{ url: "http://127.0.0.1:3000/*", answer: { status: 400 } }], expect: { outcome: dead, code: UPSTREAM_FAILED, reason: answered 400 } }`,
		],
		[
			"what is not expected",
			`{ send: sms.inbound, expect: { outcome: delivered, not: { route: support-line, log: [nothing] } } }`,
		],
		[
			"a handler that takes real time",
			`{ send: sms.inbound, set: { text: sleep }, expect: { outcome: delivered } }`,
		],
		[
			"a duplicate",
			`{ send: [{ send: sms.inbound, set: { messageId: m1 } }, { send: sms.inbound, set: { messageId: m1 }, expect: { outcome: duplicate } }] }`,
		],
		[
			"a timer of a plugin",
			`{ send: [{ send: sms.inbound, set: { text: later } }, { after: 59m, expect: { not: { log: [an hour later] } } }, { after: 1m, expect: { log: [{ msg: an hour later, at: "2026-01-01T13:00:00.000Z" }] } }] }`,
		],
		[
			"retries",
			`
  at: 2026-03-01T09:30:00Z
  fetch: [{ url: "http://127.0.0.1:3000/*", answer: { status: 200 } }]
  send:
    - { send: support-line, set: { to: "447700900001" }, fetch: [{ url: "http://127.0.0.1:3000/*", answer: { status: 503 } }], expect: { outcome: waiting, attempts: 1, reason: answered 503 } }
    - { after: 4s, expect: { attempts: 1, forwarded: [] } }
    - { after: 1s, fetch: [{ url: "http://127.0.0.1:3000/*", answer: [{ error: ECONNREFUSED }] }], expect: { outcome: waiting, attempts: { gte: 2 }, reason: nothing listens there } }
    - { after: 1h, expect: { outcome: delivered, attempts: 3 } }`,
		],
	];
	it(`passes what is as expected`, async () => {
		const tests = passing.map(([name, test]) =>
			test.startsWith("{")
				? `- { name: "${name}", ${test.slice(1)}`
				: `- name: ${name}${test}`,
		);
		const { code, out, err } = await runTests(tests.join("\n"));
		expect(err).to.equal("");
		for (const [name] of passing) expect(out).to.contain(`✓ ${name}`);
		expect(out).to.match(
			new RegExp(`^${passing.length} passed, 0 failed in`, "m"),
		);
		expect(code).to.equal(0);
	}).timeout(60_000);

	const failing: readonly (readonly [string, string, readonly string[]])[] = [
		[
			"another route",
			`{ send: sms.inbound, expect: { route: support-line } }`,
			[
				"route  tests/own.yaml:1",
				'expected  "support-line"',
				'got       "inbound-sms"',
				'lost  support-line (number): `to` is "447700900000", and not "447700900001"',
				"won   inbound-sms",
			],
		],
		[
			"another NCCO",
			`{ send: answer, expect: { ncco: [{ action: talk, text: Bye }, { action: input }] } }`,
			["ncco[0].text  tests/own.yaml:1", 'expected  "Bye"'],
		],
		[
			"a plugin that throws",
			`{ send: sms.inbound, set: { text: throw }, expect: { route: inbound-sms } }`,
			[
				"no failure, as the test says nothing of one",
				"HANDLER_FAILED",
				"sms.inbound (plugins/obeys.ts:",
			],
		],
		[
			"a fetch without an answer",
			`{ send: sms.inbound, set: { text: "fetch https://api.example.com/x" }, expect: { route: inbound-sms } }`,
			[
				"no connection to the outside",
				'fetch: [{ url: "https://api.example.com/x"',
			],
		],
		[
			"a request of http without an answer",
			`{ send: sms.inbound, set: { text: "http http://api.example.com/x" } }`,
			["no connection to the outside", "http://api.example.com/x"],
		],
		[
			"a connection",
			`{ send: sms.inbound, set: { text: "net example.com" } }`,
			["no connection to the outside", "example.com:80"],
		],
		[
			"a look-up",
			`{ send: sms.inbound, set: { text: "dns example.com" } }`,
			["no connection to the outside", "got       example.com"],
		],
		[
			"a route that is not to get it",
			`{ send: sms.inbound, expect: { not: { route: inbound-sms } } }`,
			['expected  not "inbound-sms"'],
		],
		[
			"a log line",
			`{ send: sms.inbound, expect: { log: [nope] } }`,
			['a line with "nope"', "obeying"],
		],
		[
			"state",
			`{ send: sms.inbound, expect: { state: { obeys: { calls: 2 } } } }`,
			["state.obeys.calls", "got       1"],
		],
		[
			"a step",
			`{ send: [{ send: sms.inbound }, { after: 1s, expect: { outcome: dead } }] }`,
			[
				"step 2, outcome",
				"expected  dead",
				"got       received, then delivered",
			],
		],
		[
			"another outcome",
			`{ send: sms.inbound, unset: to, expect: { outcome: received } }`,
			["got       quarantined: PAYLOAD_INVALID"],
		],
		[
			"a field to unset that is not there",
			`{ send: sms.inbound, unset: txet, expect: { outcome: received } }`,
			["the payload has no field `txet` to unset. It has msisdn, "],
		],
	];
	for (const [name, test, lines] of failing) {
		it(`tells ${name}`, async () => {
			const { code, out } = await runTests(`- { name: t, ${test.slice(1)}`);
			for (const line of lines) expect(out).to.contain(line);
			expect(out).to.match(/^0 passed, 1 failed in/m);
			expect(code).to.equal(1);
		});
	}

	const wrong: readonly (readonly [string, string, string])[] = [
		[
			"an unknown key",
			`- { name: a, send: sms.inbound, exepct: {} }`,
			"tests/own.yaml:1:33: error: unknown key `exepct` in an item of `tests`. Did you mean `expect`?",
		],
		[
			"an unknown key of an expectation",
			`- { name: a, send: sms.inbound, expect: { rout: x } }`,
			"unknown key `rout` in `expect`. Did you mean `route`?",
		],
		[
			"a kind that is none",
			`- { name: a, send: sms.inbond }`,
			'there is no kind and no route "sms.inbond". Did you mean `sms.inbound`?',
		],
		[
			"a kind that no route takes",
			`- { name: a, send: sms.dlr }`,
			"no route takes `sms.dlr`",
		],
		[
			"a route that is none",
			`- { name: a, send: sms.inbound, expect: { route: support } }`,
			'there is no route "support"',
		],
		[
			"a code that is none",
			`- { name: a, send: sms.inbound, expect: { code: SIGNATURE_MISING } }`,
			"Did you mean `SIGNATURE_MISSING`?",
		],
		[
			"an outcome that is none",
			`- { name: a, send: sms.inbound, expect: { outcome: recieved } }`,
			"Did you mean `received`?",
		],
		[
			"a time that is none",
			`- { name: a, send: sms.inbound, at: soon }`,
			'`at` is "soon". Expected a date with its time and zone',
		],
		[
			"an address that is none",
			`- { name: a, send: sms.inbound, from: here }`,
			'`from` is "here". Expected an address',
		],
		[
			"an expression that is none",
			`- { name: a, send: sms.inbound, expect: { reason: { pattern: "(" } } }`,
			'the pattern "(" is not a regular expression',
		],
		[
			"one that does not run in linear time, inside and beside others",
			`- { name: a, send: sms.inbound, expect: { body: [{ x: { not: "", pattern: "a(?=b)" } }] } }`,
			"the pattern has a look-ahead, which cannot run in linear time",
		],
		[
			"flags that there are not",
			`- { name: a, send: sms.inbound, expect: { not: { reason: { pattern: "a", flags: gi } } } }`,
			'`flags` is "gi". Expected `i`, `m`, `s` or several of them',
		],
		[
			"a duration without a unit",
			`- { name: a, send: [{ send: sms.inbound }, { after: 5 }] }`,
			"Write `5ms` or `5s`",
		],
		[
			"keys beside steps",
			`- { name: a, set: {}, send: [{ send: sms.inbound }] }`,
			"`set` stands beside a list of steps",
		],
		[
			"a first step that sends nothing",
			`- { name: a, send: [{ after: 5s }] }`,
			"the first step sends nothing",
		],
		["a test without a name", `- { send: sms.inbound }`, "has no `name`"],
		[
			"a file that is not of tests",
			`routes: []`,
			"unknown key `routes` in the file",
		],
	];
	for (const [name, tests, finding] of wrong) {
		it(`finds ${name}, as check does`, async () => {
			await withFolder(
				{ ...PROJECT, "tests/own.yaml": tests },
				async (folder) => {
					const ran = await runCli(["test"], folder);
					expect(ran.err).to.contain(finding);
					expect(ran.code).to.equal(2);
					expect(ran.out).to.equal("");
					const checked = await runCli(["check"], folder);
					expect(checked.out).to.contain(finding);
					expect(checked.code).to.equal(1);
				},
			);
		});
	}

	it("makes up a secret that is not set, and says so", async () => {
		const routes = PROJECT["routes.yaml"]?.replace(/:-\w+/, "");
		const tests = `- { name: a, send: voice.answer, expect: { outcome: handled } }`;
		const ran = await runTests(tests, [], { "routes.yaml": routes ?? "" });
		expect(ran.err).to.contain(
			"note: `SECRET` is not set. The tests use made-up values.",
		);
		expect(ran.out).to.contain("✓ a");
		expect(ran.code).to.equal(0);
	});

	it("reads `.env` beside the configuration, or the files that are named, as every command does", async () => {
		const SAYS = "tests/own.yaml";
		const files = {
			"routes.yaml": `version: 1
defaults: { firewall: [vonage], signature: none }
routes:
  - { name: a, path: /a, kind: voice.answer, level: app, handler: { ncco: [{ action: talk, text: "\${GREETING}" }] } }
`,
			".env": "GREETING=Hello\n",
			"staging.env": "GREETING=Ahoy\n",
		};
		const run = (greeting: string, args: readonly string[], env = {}) =>
			withFolder(
				{
					...files,
					[SAYS]: `- { name: a, send: a, expect: { ncco: [{ text: ${greeting} }] } }\n`,
				},
				(folder) => runCli(["test", ...args], folder, { ...env }),
			);
		for (const ran of [
			await run("Hello", []),
			await run("Ahoy", ["--env-file", "staging.env"]),
			await run("Moin", [], { GREETING: "Moin" }),
		]) {
			expect(ran.err).to.equal("");
			expect(ran.code, ran.out).to.equal(0);
		}
		const none = await run("Hello", ["--no-env-file"]);
		expect(none.err).to.contain("`GREETING` is not set");
		expect(none.code).to.equal(1);
		const missing = await run("Hello", ["--env-file", "absent.env"]);
		expect(missing.err).to.contain("absent.env");
		expect(missing.code).to.equal(2);
	});

	it("takes a star anywhere in the URL of a fetch for any text", async () => {
		const urls = [
			"https://*",
			"*/v1/x",
			"https://*.example.com/*/x",
			"*",
			"*?y=*",
		];
		const tests = urls.map(
			(url) =>
				`- { name: "${url}", send: sms.inbound, set: { text: "fetch https://api.example.com/v1/x?y=1" }, fetch: [{ url: "*/v2/*", answer: { error: ECONNRESET } }, { url: "*/v1", answer: { error: ECONNRESET } }, { url: "https://*x/v1/x", answer: { error: ECONNRESET } }, { url: "${url}" }], expect: { outcome: delivered, fetched: [{ method: POST }] } }\n`,
		);
		const { code, out } = await runTests(tests.join(""));
		expect(code, out).to.equal(0);
	});

	it("shows the words of the payload in an error and its stack as they are", async () => {
		const { out } = await runTests(
			`- { name: a, send: sms.inbound, set: { text: "fetch https://api.example.com/v1/x?y=1" }, expect: { outcome: delivered } }\n`,
		);
		expect(out).to.contain("sms.inbound (plugins/obeys.ts:");
		expect(out).to.contain(
			"POST https://api.example.com/v1/x?y=1 has no answer",
		);
		// What no terminal shall get is written out.
		expect(out).to.not.match(/\\x0\d/);
	});

	it("keeps a plugin from connecting while it is imported", async () => {
		const { err, code } = await runTests(
			"- { name: a, send: sms.inbound }",
			[],
			{
				"plugins/obeys.ts": `await fetch("https://example.com/");\nexport default { name: "obeys", on: { "*"() {} } };`,
			},
		);
		expect(err).to.contain(
			"a test makes no connections: GET https://example.com/",
		);
		expect(code).to.equal(2);
	});

	it("takes tests of routes.yaml, of included files and of tests/", async () => {
		const test = (name: string) => `- { name: ${name}, send: sms.inbound }\n`;
		const routes = `${PROJECT["routes.yaml"]}include: more.yaml\ntests:\n  ${test("of the first file")}`;
		const { code, out } = await runTests(
			`tests:\n  ${test("of a mapping")}`,
			[],
			{
				"routes.yaml": routes,
				"more.yaml": `tests:\n  ${test("of an included file")}`,
				"tests/list.yml": test("of a list"),
			},
		);
		expect(
			out.match(/✓ .*/g)?.map((line) => line.replace(/ \d+ ms/, "")),
		).to.deep.equal([
			"✓ of the first file",
			"✓ of an included file",
			"✓ of a list",
			"✓ of a mapping",
		]);
		expect(code).to.equal(0);
	});

	it("begins each test with an empty inbox, fresh plugins and its own clock", async () => {
		const test = `send: sms.inbound, set: { messageId: same }, expect: { outcome: received, state: { obeys: { calls: 1 } }, log: [{ load: 1 }] }`;
		const { code } = await runTests(
			`- { name: a, ${test} }\n- { name: b, ${test} }`,
		);
		expect(code).to.equal(0);
	});

	it("shows what is skipped and what runs alone, each with its reason, and the routes that no test reaches", async () => {
		const skipped = await runTests(
			`- { name: a, send: sms.inbound }\n- { name: b, skip: in May, send: sms.inbound }`,
		);
		expect(skipped.out).to.match(
			/^- b {2}tests\/own.yaml:2\n {4}skipped: in May$/m,
		);
		expect(skipped.out).to.match(/^1 passed, 0 failed, 1 skipped in/m);
		const alone = await runTests(
			`- { name: a, send: sms.inbound }\n- { name: b, only: I look at it, send: sms.inbound }`,
		);
		expect(alone.out).to.contain('only "b" (tests/own.yaml:2): I look at it');
		expect(alone.out).to.match(/^1 passed, 0 failed, 1 left out by `only` in/m);
		const all = await runTests(`- { name: a, send: sms.inbound }`);
		expect(all.out).to.contain(
			"No test reaches 2 of 3 routes: support-line, answer",
		);
	});

	it("runs the files and the names that are asked for", async () => {
		const more = {
			"tests/other.yaml": "- { name: Other one, send: sms.inbound }",
		};
		const own = "- { name: own, send: sms.inbound }";
		const file = await runTests(own, ["tests/other.yaml"], more);
		expect(file.out).to.contain("✓ Other one").and.not.contain("✓ own");
		const name = await runTests(own, ["--grep", "other"], more);
		expect(name.out).to.contain("✓ Other one").and.not.contain("✓ own");
		const none = await runTests(own, ["-g", "nobody"], more);
		expect(none.err).to.contain("No test has this text in its name.");
		expect(none.code).to.equal(2);
		const absent = await runTests(own, ["tests/absent.yaml"]);
		expect(absent.err).to.contain("there is no test file tests/absent.yaml");
		expect(absent.code).to.equal(2);
	});

	it("says where tests are written where there are none, and what is wrong with a configuration", async () => {
		const none = await withFolder(PROJECT, (folder) =>
			runCli(["test"], folder),
		);
		expect(none.err).to.contain(
			"There are no tests. Write them in `tests` of ./routes.yaml, or in tests/*.yaml beside it.",
		);
		expect(none.code).to.equal(2);
		const broken = await runTests("[]", [], { "routes.yaml": "version: 2\n" });
		expect(broken.err).to.contain("No test ran. Fix the errors above.");
		expect(broken.code).to.equal(2);
	});

	it("writes JSON and JUnit", async () => {
		const tests = `- { name: 'a <b> & "c"', send: sms.inbound, expect: { route: support-line } }\n- { name: fine, send: sms.inbound }\n- { name: off, skip: why, send: sms.inbound }`;
		await withFolder(
			{ ...PROJECT, "tests/own.yaml": tests },
			async (folder) => {
				const { out, code } = await runCli(
					["test", "--json", "--junit", "r.xml"],
					folder,
				);
				const report = JSON.parse(out);
				expect(report).to.include({ passed: 1, failed: 1, skipped: 1 });
				expect(report.tests[0]).to.include({
					result: "failed",
					file: "tests/own.yaml",
					line: 1,
				});
				expect(report.tests[0].problems[0]).to.include({
					place: "route",
					got: '"inbound-sms"',
					line: 1,
				});
				expect(code).to.equal(1);
				const xml = await readFile(join(folder, "r.xml"), "utf8");
				expect(xml).to.contain(
					'<testsuites name="switchhook" tests="3" failures="1" skipped="1"',
				);
				expect(xml).to.contain('name="a &lt;b&gt; &amp; &quot;c&quot;"');
				expect(xml).to.contain("<failure message=");
				expect(xml).to.contain('<skipped message="why"/>');
			},
		);
	});
});
