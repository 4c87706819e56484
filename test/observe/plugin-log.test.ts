import { expect } from "chai";
import type { LogOptions } from "../../src/observe/log.ts";
import { createPluginLog } from "../../src/observe/plugin-log.ts";
import type { PluginLog } from "../../src/plugin/define.ts";
import { createTestLog } from "./lines.ts";

/** The one line that `use` writes, without its time. */
function lineOf(
	use: (log: PluginLog) => void,
	options?: LogOptions,
): Record<string, unknown> {
	const { log, lines } = createTestLog(options);
	use(createPluginLog(log, { plugin: "p", route: "r" }));
	const [{ time, ...line } = {}, ...more] = lines();
	expect(more).to.deep.equal([]);
	return line;
}

const NAMES = { plugin: "p", route: "r" };
const LINE = { line: "plugin", ...NAMES };

describe("createPluginLog", () => {
	it("names the plugin and the route, and masks fields and message", () => {
		expect(
			lineOf((log) =>
				log.info("for 447700900001", {
					to: "447700900001",
					text: "hi",
					payload: { text: "hello", token: "x" },
				}),
			),
		).to.deep.equal({
			...LINE,
			severity: "info",
			fields: {
				to: "44********01",
				text: "[masked 2 characters]",
				payload: { text: "[masked 5 characters]", token: "[secret]" },
			},
			msg: "for 44********01",
		});
	});

	it("takes the message first or last, or alone, or fields alone", () => {
		const line = { ...LINE, severity: "warn" };
		expect(lineOf((log) => log.warn("m", { a: 1 }))).to.deep.equal({
			...line,
			fields: { a: 1 },
			msg: "m",
		});
		expect(lineOf((log) => log.warn({ a: 1 }, "m"))).to.deep.equal({
			...line,
			fields: { a: 1 },
			msg: "m",
		});
		expect(lineOf((log) => log.warn("m"))).to.deep.equal({ ...line, msg: "m" });
		expect(lineOf((log) => log.warn({ a: 1 }))).to.deep.equal({
			...line,
			fields: { a: 1 },
			msg: "",
		});
	});

	it("writes no fields where there are none", () => {
		for (const none of [{}, { a: undefined }])
			expect(lineOf((log) => log.info("m", none))).to.deep.equal({
				...LINE,
				severity: "info",
				msg: "m",
			});
	});

	it("writes an error masked, wherever it stands", () => {
		const error = new Error("no 447700900001");
		for (const use of [
			(log: PluginLog) => log.error(error),
			(log: PluginLog) => log.error("failed", error),
			(log: PluginLog) => log.error({ err: error }, "failed"),
		]) {
			const line = lineOf(use);
			expect(line.err).to.include({
				type: "Error",
				message: "no 44********01",
			});
			expect(line.msg).to.be.oneOf(["failed", "no 44********01"]);
			expect(JSON.stringify(line)).not.to.include("447700900001");
		}
	});

	it("shows all where payloads may be shown", () => {
		expect(
			lineOf((log) => log.info("447700900001", { text: "hi" }), {
				payloads: true,
			}),
		).to.deep.include({ msg: "447700900001", fields: { text: "hi" } });
	});

	it("has the id and the attempt of the event in each line of its handler", () => {
		const { log, lines } = createTestLog();
		const own = createPluginLog(log, NAMES);
		const first = own.forEvent({ id: "e1", attempt: 1 });
		const second = own.forEvent({ id: "e2", attempt: 3 });
		first.info("a");
		second.warn("b", { id: "other", attempt: 9 });
		first.error(new Error("c"));
		own.info("d");
		expect(
			lines().map(({ msg, id, attempt, plugin, route }) => [
				...[msg, id, attempt, plugin, route],
			]),
		).to.deep.equal([
			["a", "e1", 1, "p", "r"],
			["b", "e2", 3, "p", "r"],
			["c", "e1", 1, "p", "r"],
			["d", undefined, undefined, "p", "r"],
		]);
	});

	it("writes one object without a doubled key, whatever a plugin names its fields", () => {
		const { log, text } = createTestLog();
		const names = [
			..."time level severity msg pid hostname err error route plugin line".split(
				" ",
			),
			..."outcome id attempt stack reason fields __proto__ toString".split(" "),
		];
		const fields = Object.fromEntries(names.map((name) => [name, "x"]));
		const own = createPluginLog(log, NAMES).forEvent({ id: "e1", attempt: 1 });
		own.info("real", fields);
		const line = text();
		expect(line.split("\n")).to.have.length(2);
		for (const key of ["severity", "time", "line", "msg", "id", "attempt"]) {
			const outside = line.replace(/"fields":\{[^}]*\}/, "");
			expect(outside.split(`"${key}":`), key).to.have.length(2);
		}
		const parsed = JSON.parse(line);
		expect(parsed).to.include({ line: "plugin", msg: "real", id: "e1" });
		expect(Object.keys(parsed.fields)).to.have.members(names);
	});

	const cyclic: Record<string, unknown> = { a: 1 };
	cyclic.self = cyclic;
	const hostile: readonly [string, () => object, unknown][] = [
		["a cycle", () => cyclic, { a: 1, self: "[cyclic]" }],
		["a BigInt", () => ({ n: 12n }), { n: "12" }],
		["no number", () => ({ n: Number.NaN }), { n: "NaN" }],
		[
			"undefined and a function",
			() => ({ a: undefined, f() {}, b: 1 }),
			{ b: 1 },
		],
		[
			"a getter that throws",
			() => ({
				get a() {
					throw new Error("no");
				},
				b: 2,
			}),
			{ a: "[unreadable]", b: 2 },
		],
		[
			"a `toJSON` that throws",
			() => ({
				a: {
					toJSON() {
						throw new Error("no");
					},
				},
				b: 2,
			}),
			{ a: "[unreadable]", b: 2 },
		],
		[
			"a proxy that throws",
			() =>
				new Proxy(
					{},
					{
						ownKeys() {
							throw new Error("no");
						},
					},
				),
			{ value: "[unreadable]" },
		],
		["a list", () => [1, 2], { value: [1, 2] }],
		[
			"an error inside",
			() => ({ a: new TypeError("no") }),
			{ a: "TypeError: no" },
		],
		[
			"a map and a set",
			() => ({ m: new Map([["k", 1]]), s: new Set([1]) }),
			{ m: { k: 1 }, s: [1] },
		],
		["bytes", () => ({ b: Buffer.from("secret") }), { b: "[6 bytes]" }],
	];
	for (const [what, make, fields] of hostile) {
		for (const payloads of [false, true]) {
			it(`writes ${what} as plain data${payloads ? ", where payloads are shown" : ""}`, () => {
				const line = lineOf((log) => log.info("m", make()), { payloads });
				expect(line.fields).to.deep.equal(fields);
			});
		}
	}

	it("bounds what a plugin writes", () => {
		const long = "x".repeat(1_000_000);
		const wide = Object.fromEntries(
			Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n]),
		);
		let deep: object = {};
		for (let n = 0; n < 10_000; n += 1) deep = { deep };
		const { log, text } = createTestLog({ payloads: true });
		createPluginLog(log, NAMES).info(long, { long, wide, deep });
		expect(text().length).to.be.below(40_000);
	});

	it("survives an error that cannot be read", () => {
		const error = new Error("x");
		Object.defineProperty(error, "message", {
			get() {
				throw new Error("no");
			},
		});
		const line = lineOf((log) => log.error("failed", error));
		expect(line.msg).to.equal("failed");
		expect(line.err).to.deep.include({
			message: "an error that cannot be read",
		});
	});

	it("does not even look at what is not written", () => {
		const { log, lines } = createTestLog();
		createPluginLog(log, NAMES).debug("m", {
			get a() {
				throw new Error("looked");
			},
		});
		expect(lines()).to.deep.equal([]);
	});
});
