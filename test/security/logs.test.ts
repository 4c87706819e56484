import { expect } from "chai";
import { createVisitLog } from "../../src/http/log-visit.ts";
import { createLog } from "../../src/observe/log.ts";
import { createPrettifier } from "../../src/observe/pretty.ts";
import { ask, type Router, startRouter, talk } from "../http/router.ts";

const NUMBER = "447700900001";
const ESCAPE = "\u001b[2J";

describe("what a sender can write into the log", () => {
	let router: Router;
	afterEach(() => router.close());

	/** The log of every visit so far, as JSON lines, or as a terminal shows them. */
	const logOf = (pretty = false, payloads = false): string => {
		let text = "";
		const log = createLog({
			pretty,
			payloads,
			destination: {
				write: (line) => {
					text += line;
				},
			},
		});
		// Every line, however many a second.
		const logVisit = createVisitLog(log, {
			pass: (_, write) => write(0),
			flush: () => {},
		});
		for (const visit of router.visits) logVisit(visit);
		return text;
	};
	const post = (path: string, headers: Record<string, string>, body: string) =>
		ask(`${router.url}${path}`, { method: "POST", headers, body });
	const JSON_TYPE = { "content-type": "application/json" };

	it("is no number, wherever it stands", async () => {
		router = await startRouter({ trusted: ["127.0.0.1"] });
		const places: [string, Record<string, string>, string][] = [
			[`/${NUMBER}`, {}, ""],
			[`/hook/${NUMBER}/x?to=${NUMBER}`, {}, ""],
			[`/hook;${NUMBER}`, {}, ""],
			["/hook", { "content-type": `text/${NUMBER}` }, "{}"],
			["/hook", { "content-type": `application/json;charset=${NUMBER}` }, "{}"],
			["/hook", { ...JSON_TYPE, "content-encoding": NUMBER }, "{}"],
			["/hook", { ...JSON_TYPE, "x-forwarded-for": NUMBER }, "{}"],
			["/hook", { ...JSON_TYPE, forwarded: `for=${NUMBER}` }, "{}"],
			["/hook", JSON_TYPE, `{"to":${NUMBER}`],
			["/hook", JSON_TYPE, `"${NUMBER}`],
			["/hook", JSON_TYPE, `{"to":"${NUMBER}"}`],
		];
		for (const [path, headers, body] of places) {
			const named =
				"forwarded" in headers ? {} : { "x-forwarded-for": "127.0.0.1" };
			await post(path, { ...named, ...headers }, body);
		}
		const text = logOf();
		expect(text.trim().split("\n")).to.have.length(places.length);
		expect(text).not.to.include(NUMBER);
	});

	it("is no secret", async () => {
		router = await startRouter();
		await post("/hook/api_secret=hunter22", {}, "");
		await post("/token=hunter22/x", { authorization: "Bearer hunter22" }, "");
		await post(
			"/hook?api_key=hunter22&sig=hunter22",
			{ cookie: "a=hunter22" },
			"x",
		);
		expect(logOf()).not.to.include("hunter22");
	});

	it("is not shown in an error behind what looks like a stack's frames", async () => {
		router = await startRouter({
			routes: [
				{
					handler: {
						handle: ({ payload }) => {
							throw new Error(`cannot send: ${String(payload.text)}`);
						},
					},
				},
			],
		});
		const text = `hello\n    at ${NUMBER}\n    at secret=hunter22`;
		await post("/hook", JSON_TYPE, JSON.stringify({ text }));
		expect(logOf())
			.to.include("cannot send")
			.and.not.include(NUMBER)
			.and.not.include("hunter22");
	});

	it("neither moves the cursor of a terminal nor looks like a line of its own", async () => {
		router = await startRouter({
			routes: [
				{
					handler: {
						handle: ({ payload }) => {
							throw new Error(String(payload.text));
						},
					},
				},
			],
		});
		const text = `${ESCAPE}\u009b2J\r\nINFO forged`;
		await post("/hook", JSON_TYPE, JSON.stringify({ text }));
		await talk(
			router.port,
			"GET /x\u009b2J HTTP/1.1\r\nHost: x\r\n\r\n",
			/404/,
		);
		const shown = logOf(true, true);
		expect(shown).to.include("forged");
		expect(
			shown.split("\n").filter((line) => line.startsWith("INFO")),
		).to.deep.equal([]);
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
		expect(shown).not.to.match(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
	});

	it("keeps the lines of a stack", () => {
		router = { close: async () => undefined } as Router;
		const show = createPrettifier({ colors: false });
		const err = {
			type: "Error",
			message: "a\nb",
			stack: "Error: a\n    at f (x.ts:1:1)",
		};
		const shown = show(
			JSON.stringify({ severity: "error", time: 0, msg: "m", err }),
		);
		expect(shown).to.include("x.ts:1:1");
	});
});
