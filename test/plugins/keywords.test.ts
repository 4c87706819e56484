import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import type { Handler } from "../../src/handler/handler.ts";
import { Journal } from "../../src/handler/journal.ts";
import { type GiveUp, isGiveUp, isRetryLater } from "../../src/plugin/steer.ts";
import { CountingDeadline } from "../handler/plugin-harness.ts";
import { eventOf, setUpShipped } from "./shipped.ts";
import { partOf, WHOLE } from "./sms.ts";

describe("the plugin keywords", () => {
	let server: Server;
	let url: string;
	let got: { request: IncomingMessage; body: unknown }[];
	let answer: { status: number; headers?: Record<string, string> };

	before(async () => {
		server = createServer(async (request, response) => {
			got.push({ request, body: JSON.parse(await text(request)) });
			response.writeHead(answer.status, answer.headers ?? {});
			response.end("x".repeat(100_000));
		});
		await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/words?key=s3cret`;
	});
	after(() => {
		server.closeAllConnections();
		server.close();
	});
	beforeEach(() => {
		got = [];
		answer = { status: 204 };
	});

	const handle = (handler: Handler, payload: object) =>
		Promise.resolve(
			handler.handle(eventOf({ ...payload }), new CountingDeadline()),
		);
	const failureOf = async (payload: object): Promise<GiveUp> => {
		const handler = await setUpShipped("keywords", { url });
		return handle(handler, payload).then(
			() => {
				throw new Error("it did not fail");
			},
			(error: GiveUp) => error,
		);
	};
	const STOP = { ...WHOLE, keyword: "STOP", text: "Stop!" };

	it("posts a keyword as JSON, with the headers of its options", async () => {
		const handler = await setUpShipped("keywords", {
			url,
			headers: { authorization: "Bearer s3cret" },
		});
		await handle(handler, STOP);
		expect(got.map(({ body }) => body)).to.deep.equal([
			{
				keyword: "STOP",
				word: "Stop",
				msisdn: "447700900001",
				to: "447700900000",
				text: "Stop!",
				messageId: "0A01",
				receivedAt: 1_577_880_000_000,
			},
		]);
		expect(got[0]?.request.method).to.equal("POST");
		expect(got[0]?.request.headers).to.include({
			"content-type": "application/json",
			authorization: "Bearer s3cret",
		});
	});

	const keywordsOf = async (payloads: readonly object[], options = {}) => {
		const handler = await setUpShipped("keywords", { url, ...options });
		for (const payload of payloads)
			await handle(handler, { ...WHOLE, ...payload });
		return got.map(({ body }) => (body as { keyword: string }).keyword);
	};
	/** As the platform writes it: the first word of the text beside the text. */
	const saying = (text: string) => ({
		text,
		keyword: text.trim().split(/\s/)[0]?.toUpperCase(),
	});

	const spellings: readonly (readonly [
		keyword: string,
		texts: readonly string[],
	])[] = [
		[
			"STOP",
			["STOP", "stop", "Stop.", " STOP ", "\tstop\n", '"Stop"', "STOP!!"],
		],
		[
			"STOP",
			["stopall", "STOP ALL", "Stop-all", "unsubscribe", "Cancel", "END"],
		],
		["STOP", ["end.", "Quit", "REVOKE", "revoke!", "ＳＴＯＰ", "S.T.O.P."]],
		["STOP", ["STOP \u{1F64F}", "stop \u2764\uFE0F", "\u200FSTOP"]],
		[
			"STOP",
			["OPT OUT", "Opt out.", "opt  out", "OPTOUT", "Optout", "opt-out"],
		],
		["STOP", ["Opt\u2013Out!", "opt_out", " OPT\nOUT ", "ＯＰＴ　ＯＵＴ"]],
		["START", ["START", "start", "Start!", "UNSTOP", "unstop.", "Un-stop"]],
		["HELP", ["HELP", "help?", "INFO", "Info.", "  help  "]],
	];
	for (const [keyword, texts] of spellings) {
		for (const text of texts) {
			it(`takes ${JSON.stringify(text)} for ${keyword}`, async () => {
				expect(await keywordsOf([saying(text)])).to.deep.equal([keyword]);
			});
		}
	}

	for (const text of [
		"please stop",
		"STOPPED",
		"OPT",
		"out",
		"opt in",
		"",
		"...",
	]) {
		it(`takes ${JSON.stringify(text)} for no keyword`, async () => {
			expect(await keywordsOf([saying(text)])).to.deep.equal([]);
		});
	}

	const fields: readonly (readonly [
		what: string,
		payload: object,
		keyword: string | undefined,
	])[] = [
		["of the text alone", { keyword: undefined, text: "QUIT" }, "STOP"],
		["with an empty `keyword`", { keyword: "", text: "QUIT" }, "STOP"],
		["of `keyword` alone", { keyword: "STOP", text: undefined }, "STOP"],
		[
			"but not without both",
			{ keyword: undefined, text: undefined },
			undefined,
		],
		["but not in a later part", partOf(2, 2, "stop"), undefined],
		[
			"but not where the first part is missing",
			{ keyword: undefined, text: "stop", "concat-missing": "1,3" },
			undefined,
		],
		[
			"where a later part is missing",
			{ text: "stop", keyword: "STOP", "concat-missing": "11" },
			"STOP",
		],
	];
	for (const [what, payload, keyword] of fields) {
		it(`knows a keyword ${what}`, async () => {
			expect(await keywordsOf([payload])).to.deep.equal(
				keyword === undefined ? [] : [keyword],
			);
		});
	}

	it("posts the words as they were written", async () => {
		await keywordsOf([saying(' "Opt  out." ')]);
		expect(got[0]?.body).to.include({ keyword: "STOP", word: "Opt out" });
	});

	const longer = ["Stop texting me", "help me", "opt out now", "hi", "opt me"];

	it("takes a longer message that begins with a keyword", async () => {
		expect(await keywordsOf(longer.map(saying))).to.deep.equal([
			"STOP",
			"HELP",
			"STOP",
		]);
		expect(got[0]?.body).to.include({ word: "Stop", text: "Stop texting me" });
	});

	it("takes only whole messages where its options say so", async () => {
		expect(
			await keywordsOf([...longer, "OPT OUT"].map(saying), {
				firstWord: false,
			}),
		).to.deep.equal(["STOP"]);
	});

	it("has no keyword without a letter or a digit", async () => {
		const keywords = { STOP: ["!", ""] };
		expect(
			await keywordsOf([saying("?"), saying("")], { keywords }),
		).to.deep.equal([]);
	});

	it("has keywords of its options instead, in any alphabet", async () => {
		const handler = await setUpShipped("keywords", {
			url,
			keywords: { STOP: ["arrêt", "СТОП"] },
		});
		for (const text of ["ARRE\u0302T", "стоп", "stop", "QUIT"])
			await handle(handler, { ...WHOLE, text });
		expect(
			got.map(({ body }) => (body as { word: string }).word),
		).to.deep.equal(["ARRÊT", "стоп", "stop"]);
	});

	it("hands every other message on, and no keyword", async () => {
		const handed: unknown[] = [];
		const handler = await setUpShipped(
			"keywords",
			{ url, to: "menu" },
			async (route, payload, _, from) =>
				void handed.push([route, payload, from?.event.id]),
		);
		await handle(handler, WHOLE);
		await handle(handler, STOP);
		expect(handed).to.deep.equal([["menu", WHOLE, "e1"]]);
		expect(got).to.have.length(1);
	});

	it("tries again later what is not taken now, when the service says", async () => {
		const { host } = new URL(url);
		for (const [status, retryAfter, afterMs] of [
			[503, undefined, undefined],
			[500, "120", 120_000],
			[429, "0", 0],
			[503, "Wed, 21 Oct 2015 07:28:00 GMT", 0],
			[503, "soon", undefined],
		] as const) {
			answer = {
				status,
				headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
			};
			const error = await failureOf(STOP);
			expect(isRetryLater(error), String(status)).to.equal(true);
			expect(error).to.include({
				message: `${host} answered ${status}`,
				afterMs,
			});
		}
	});

	it("gives up what is refused, and follows no redirect", async () => {
		for (const [status, headers] of [
			[400, {}],
			[404, {}],
			[302, { location: "/elsewhere" }],
		] as const) {
			answer = { status, headers };
			const error = await failureOf(STOP);
			expect(isGiveUp(error), String(status)).to.equal(true);
			expect(error.message).to.match(new RegExp(`answered ${status}$`));
		}
		expect(got).to.have.length(3);
	});

	it("tries again where nobody answers, and names the host without its secrets", async () => {
		const gone = createServer();
		await new Promise<void>((done) => gone.listen(0, "127.0.0.1", done));
		const { port } = gone.address() as AddressInfo;
		await new Promise((done) => gone.close(done));
		const handler = await setUpShipped("keywords", {
			url: `http://127.0.0.1:${port}/?key=s3cret`,
		});
		const error: Error = await handle(handler, STOP).then(
			() => new Error("it did not fail"),
			(error: Error) => error,
		);
		expect(isRetryLater(error)).to.equal(true);
		expect(error.message).to.equal(
			`127.0.0.1:${port} did not answer: ECONNREFUSED`,
		);
	});

	it("breaks off when its time is over", async () => {
		const silent = createServer();
		await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
		try {
			const { port } = silent.address() as AddressInfo;
			const handler = await setUpShipped("keywords", {
				url: `http://127.0.0.1:${port}/`,
			});
			const stop = new AbortController();
			const work = handler.handle(eventOf(STOP), {
				timeoutMs: 1000,
				signal: stop.signal,
				abortReason: undefined,
				isKept: false,
				journal: new Journal(),
			});
			silent.once("request", () => stop.abort(new Error("late")));
			const error = await Promise.resolve(work).then(
				() => undefined,
				(error: unknown) => error,
			);
			expect(isRetryLater(error)).to.equal(true);
		} finally {
			silent.closeAllConnections();
			silent.close();
		}
	});

	it("refuses options that cannot work", async () => {
		for (const [options, what] of [
			[{}, /`url` is missing/],
			[{ url: "ftp://x" }, /`url` must match/],
			[{ url, headers: { a: "b\nc" } }, /`headers\.a` must match/],
			[{ url, to: "mneu" }, /no route `mneu`/],
		] as const) {
			const error: Error = await setUpShipped("keywords", options).then(
				() => new Error("it was set up"),
				(error: Error) => error,
			);
			expect(error.message).to.match(what);
		}
	});
});
