import { expect } from "chai";
import { ERRORS } from "../../src/errors.ts";
import type { LineType, LogOptions } from "../../src/observe/log.ts";
import { createPluginLog } from "../../src/observe/plugin-log.ts";
import { createPrettifier } from "../../src/observe/pretty.ts";
import { createTestLog } from "./lines.ts";

const ID = "01a228c8-7bf4-7167-8123-0123456789ab";
const INDENT = " ".repeat(26);

/** The fields of a line; `info` where it does not say. */
interface Told {
	readonly severity?: "info" | "warn" | "error";
	readonly [name: string]: unknown;
}

/** The lines of a terminal that was told these, without the time of day. */
function shown(
	lines: readonly (readonly [LineType, Told, string?])[],
	options: LogOptions = {},
): string[] {
	const { log, text } = createTestLog({ pretty: true, ...options });
	for (const [type, { severity = "info", ...fields }, msg = type] of lines)
		log.of(type)[severity](fields, msg);
	return text()
		.trimEnd()
		.split("\n")
		.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ""));
}

const WEBHOOK = {
	path: "/webhooks/sms",
	route: "sms",
	kind: "sms.inbound",
	level: "account",
	client: "203.0.113.7",
	method: "POST",
	outcome: "received",
	status: 200,
	ms: 1.6,
	id: ID,
};
const DELIVERY = {
	route: "receipts",
	kind: "sms.dlr",
	outcome: "delivered",
	attempt: 2,
	ms: 68.44,
	id: ID,
};

describe("a webhook at a terminal", () => {
	it("has status, outcome, method, path, time, id, route, kind, level and client", () => {
		expect(shown([["webhook", WEBHOOK]])).to.deep.equal([
			"200 received     POST /webhooks/sms    2 ms  01a228c8-7bf4-7167  sms  sms.inbound  account  203.0.113.7",
		]);
	});

	it("stands in columns with the others", () => {
		const [first = "", second = ""] = shown([
			["webhook", { ...WEBHOOK, path: "/webhooks/a-long-one" }],
			["delivery", DELIVERY],
		]);
		expect(second.indexOf("01a2")).to.equal(first.indexOf("01a2"));
	});

	it("names a refusal's path, reason and advice, and no route where none is known", () => {
		expect(
			shown([
				[
					"webhook",
					{
						severity: "warn",
						client: "127.0.0.1",
						method: "POST",
						path: "/hook",
						outcome: "unsigned",
						status: 401,
						ms: 0.4,
						reason: "SIGNATURE_MISSING: there is none",
						notShown: 3,
					},
				],
			]),
		).to.deep.equal([
			"401 unsigned     POST /hook   <1 ms  127.0.0.1  and 3 more like it",
			`${INDENT}SIGNATURE_MISSING  there is none`,
			`${INDENT}${ERRORS.SIGNATURE_MISSING.help.replaceAll("`", "")}`,
		]);
	});

	it("has the hint in the place of the advice", () => {
		const lines = shown([
			[
				"webhook",
				{
					...WEBHOOK,
					status: 404,
					outcome: "unknown",
					reason: "ROUTE_UNKNOWN: No route has this path.",
					hint: "Did you mean /webhooks/sms?",
				},
			],
		]);
		expect(lines.slice(1)).to.deep.equal([
			`${INDENT}ROUTE_UNKNOWN  No route has this path. Did you mean /webhooks/sms?`,
		]);
	});

	it("shows the payload where the log may, and not without end", () => {
		const payload = { text: "a b", long: "x".repeat(1000) };
		const [, line = ""] = shown([["webhook", { ...WEBHOOK, payload }]]);
		expect(line).to.equal(`${INDENT}payload=${JSON.stringify(payload)}`);
		const endless = { text: "x".repeat(100_000) };
		expect(
			shown([["webhook", { ...WEBHOOK, payload: endless }]]).join("").length,
		).to.be.below(4200);
	});

	it("says how to release what is in quarantine, of this configuration", () => {
		const quarantined = { ...WEBHOOK, outcome: "quarantined" };
		expect(shown([["webhook", quarantined]])[1]).to.equal(
			`${INDENT}→ switchhook inbox release 01a228c8-7bf4-7167`,
		);
		expect(
			shown([["webhook", quarantined]], { config: "my files/routes.yaml" })[1],
		).to.equal(
			`${INDENT}→ switchhook inbox release 01a228c8-7bf4-7167 --config 'my files/routes.yaml'`,
		);
	});
});

describe("a delivery at a terminal", () => {
	it("has the route, the time, the id, the kind and the attempt", () => {
		expect(shown([["delivery", DELIVERY]])).to.deep.equal([
			"    delivered    receipts   68 ms  01a228c8-7bf4-7167  sms.dlr  try 2",
		]);
	});

	it("says when one that waits comes again, and why", () => {
		expect(
			shown([
				[
					"delivery",
					{
						...DELIVERY,
						outcome: "waiting",
						retryInMs: 4412,
						stepsAside: true,
						reason: "POST http://x answered 503",
					},
				],
			]),
		).to.deep.equal([
			"    waiting      receipts   68 ms  01a228c8-7bf4-7167  sms.dlr  try 2  again in 4.4 s  leaves its place in the order",
			`${INDENT}POST http://x answered 503`,
		]);
	});

	it("shows where one that is dead was thrown, and the command that shows it", () => {
		expect(
			shown([
				[
					"delivery",
					{
						...DELIVERY,
						outcome: "dead",
						reason: "HANDLER_FAILED: the plugin `x` threw: no",
						stack:
							"TypeError: no\n    at f (plugins/x.ts:3:42)\n    at g (node_modules/y/z.js:1:1)\nCaused by: Error: deeper\n    at plugins/x.ts:9:9",
					},
				],
			]).slice(1),
		).to.deep.equal([
			`${INDENT}HANDLER_FAILED  the plugin \`x\` threw: no`,
			`${INDENT}  at f (plugins/x.ts:3:42)`,
			`${INDENT}  at g (node_modules/y/z.js:1:1)`,
			`${INDENT}Caused by: Error: deeper`,
			`${INDENT}  at plugins/x.ts:9:9`,
			`${INDENT}→ switchhook inbox show 01a228c8-7bf4-7167`,
		]);
	});

	it("dims the frames of packages, and no other", () => {
		const { log, text } = createTestLog({ pretty: true, colors: true });
		const stack =
			"Error: no\n    at f (plugins/x.ts:3:42)\n    at g (node_modules/y/z.js:1:1)";
		log
			.of("delivery")
			.error({ ...DELIVERY, outcome: "dead", reason: "no", stack });
		expect(text()).to.include(`${INDENT}  at f (plugins/x.ts:3:42)\n`);
		expect(text()).to.include(
			"\u001b[2m  at g (node_modules/y/z.js:1:1)\u001b[22m",
		);
	});
});

describe("a plugin's line at a terminal", () => {
	const write = (use: (log: ReturnType<typeof createPluginLog>) => void) => {
		const { log, text } = createTestLog({ pretty: true, payloads: true });
		use(createPluginLog(log, { plugin: "ivr", route: "menu" }));
		return text();
	};

	it("has the plugin, its message, its fields, the event and the attempt", () => {
		const text = write((log) =>
			log.forEvent({ id: ID, attempt: 2 }).warn("pressed", {
				digit: "1",
				text: "a b",
				list: [1],
				none: "",
			}),
		);
		expect(text.slice(9)).to.equal(
			'    warn         ivr  pressed  digit=1  text="a b"  list=[1]  none=""  01a228c8-7bf4-7167  try 2  menu\n',
		);
	});

	it("shows an error with its message once, and its stack", () => {
		const error = new Error("no");
		error.stack = "Error: no\n    at plugins/x.ts:3:42";
		expect(write((log) => log.error(error)).slice(9)).to.equal(
			`    error        ivr  no  menu\n${INDENT}  at plugins/x.ts:3:42\n`,
		);
		expect(write((log) => log.error("failed", error)).slice(9)).to.equal(
			`    error        ivr  failed  menu\n${INDENT}Error: no\n${INDENT}  at plugins/x.ts:3:42\n`,
		);
	});

	it("cannot be taken for another line, whatever it says", () => {
		const fake = `\n14:03:22 200 received     GET /\u001b[31m\r\u009b2J\u2028\u202e`;
		const text = write((log) =>
			log.info(fake, {
				line: "webhook",
				outcome: "dead",
				severity: "fatal",
				time: 1,
				msg: "delivery",
				[fake]: fake,
			}),
		);
		const lines = text.trimEnd().split("\n");
		expect(lines).to.have.length(1);
		expect(text).to.match(/^[\d:]{8} {5}info {9}ivr {2}\\x0a14:03:22 /);
		expect(text.trimEnd()).not.to.match(/[\p{Cc}\p{Cf}\p{Zl}]/u);
	});

	it("is bounded", () => {
		const fields = Object.fromEntries(
			Array.from({ length: 100 }, (_, n) => [`k${n}`, "x".repeat(10_000)]),
		);
		const text = write((log) => log.info("y".repeat(100_000), fields));
		expect(text.length).to.be.below(8000);
		expect(text).to.include("and 76 more");
	});
});

describe("other lines at a terminal", () => {
	it("tell a reload with its findings, code kept in its columns", () => {
		expect(
			shown([
				["reload", { routes: 1 }, "the configuration was reloaded"],
				[
					"reload",
					{
						severity: "error",
						findings: [
							"routes.yaml:3:5: error: no\n   3 | a:  b\n     |     ^",
						],
					},
					"the one before still serves",
				],
			]),
		).to.deep.equal([
			"    reloaded     the configuration was reloaded  1 route",
			"    kept         the one before still serves",
			`${INDENT}routes.yaml:3:5: error: no`,
			`${INDENT}   3 | a:  b`,
			`${INDENT}     |     ^`,
		]);
	});

	it("tell a pause with its end and reason, and how long it lasted", () => {
		const since = Date.now();
		const pause = { route: "sms", since, outcome: "paused" };
		const resumed = { ...pause, since: since - 5_700_000, outcome: "resumed" };
		const lines = shown([
			["pause", { ...pause, reason: "the CRM is down" }, "held"],
			["pause", { ...pause, until: since + 7_260_000 }, "held"],
			["pause", resumed, "handled again"],
		]);
		expect(lines).to.deep.equal([
			"    paused       sms  until it is resumed",
			`${INDENT}the CRM is down`,
			"    paused       sms  for 2 h 1 min",
			"    resumed      sms  after 1 h 35 min",
		]);
	});

	it("tell a request that was turned away, and a connection", () => {
		expect(
			shown([
				[
					"connection",
					{ client: "203.0.113.7", status: 431, reason: "no", notShown: 2 },
				],
				["connection", { client: "unknown", peer: "10.0.0.1", reason: "no" }],
			]),
		).to.deep.equal([
			"431 refused      203.0.113.7  and 2 more like it",
			`${INDENT}no`,
			"    closed       unknown  through 10.0.0.1",
			`${INDENT}no`,
		]);
	});

	it("tell anything else by its sentence, with its fields and its error", () => {
		const err = new Error("disk full");
		err.stack = undefined as unknown as string;
		expect(
			shown([
				["router", { signal: "SIGTERM" }, "stopping"],
				["router", { severity: "error", err }, "the inbox fails to put"],
				["router", {}, "stopped"],
			]),
		).to.deep.equal([
			"    info         stopping  signal=SIGTERM",
			"    error        the inbox fails to put",
			`${INDENT}disk full`,
			"    info         stopped",
		]);
	});

	it("shows each setting that drifted on a line of its own, and counts the rest", () => {
		const drift = Array.from(
			{ length: 22 },
			(_, index) => `\`url${index}\` of the account is not set.`,
		);
		const lines = shown([
			["router", { severity: "warn", drift }, "it drifted"],
		]);
		expect(lines.slice(0, 3)).to.deep.equal([
			"    warn         it drifted",
			`${INDENT}\`url0\` of the account is not set.`,
			`${INDENT}\`url1\` of the account is not set.`,
		]);
		expect(lines.at(-1)).to.equal(`${INDENT}and 2 more`);
		expect(lines).to.have.length(22);
	});
});

describe("createPrettifier", () => {
	const line = (time: number): string =>
		JSON.stringify({ severity: "info", time, line: "router", msg: "x" });

	it("writes the day when it changes, and not before the first line", () => {
		const prettify = createPrettifier({ colors: false });
		const evening = new Date(2026, 10, 29, 23, 59, 59).getTime();
		expect(prettify(line(evening))).to.match(/^23:59:59 /);
		expect(prettify(line(evening + 500))).to.match(/^23:59:59 /);
		expect(prettify(line(evening + 1000))).to.match(
			/^Mon 30 Nov 2026\n00:00:00 /,
		);
		expect(prettify(line(evening + 2000))).to.match(/^00:00:01 /);
	});

	it("wraps between words and follows a terminal that is resized", () => {
		let columns = 70;
		const text = JSON.stringify({
			severity: "info",
			time: 0,
			line: "router",
			msg: "one two three four five six seven eight nine ten eleven twelve",
		});
		const prettify = createPrettifier({
			colors: false,
			columns: () => columns,
		});
		const widest = () =>
			Math.max(
				...prettify(text)
					.split("\n")
					.map(({ length }) => length),
			);
		for (columns of [200, 70, 40, 30]) {
			expect(widest()).to.be.at.most(columns);
			expect(prettify(text).replaceAll(/\s+/g, " ")).to.include(
				"eleven twelve",
			);
		}
	});
});
