// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are those of routes.yaml
import { expect } from "chai";
import { expandSource } from "../../src/config/read/expand.ts";
import { parseSource } from "../../src/finding/source.ts";
import { checkText } from "./case.ts";

const NASTY = [
	"x\nadmin: true",
	"x\r\nroutes: []",
	"{ a: b }",
	"[1, 2]",
	'", injected: "x',
	"' # comment",
	"- item",
	"*alias",
	"!!js/function x",
	"${OTHER}",
	"$${OTHER}",
	"$&$1$`",
	"true",
	"1e3",
	"null",
	"__proto__",
	"\u0000\u2028",
];

async function expand(
	text: string,
	env: Readonly<Record<string, string>> = {},
	files: Readonly<Record<string, string>> = {},
) {
	const { source, findings } = parseSource(text, "/config/routes.yaml");
	if (source === undefined) throw new Error(findings[0]?.what);
	return expandSource(source, "routes.yaml", {
		env,
		readFile: async (path) => {
			const found = files[path];
			if (found !== undefined) return found;
			throw Object.assign(new Error("no such file"), { code: "ENOENT" });
		},
	});
}

describe("expandSource", () => {
	it("puts a value in as the text that it is, whatever it holds", async () => {
		for (const value of NASTY) {
			const { file, findings } = await expand(
				'a: ${X}\nb: "<${X}|${X}>"\nc: [1, "${X}"]\nd: { e: "${file:s}" }\n',
				{ X: value, OTHER: "never" },
				{ "/config/s": value },
			);
			expect(findings, value).to.deep.equal([]);
			expect(file.value, value).to.deep.equal({
				a: value,
				b: `<${value}|${value}>`,
				c: [1, value],
				d: { e: value },
			});
		}
	});

	it("leaves keys, comments and what is no text alone", async () => {
		const { file } = await expand("# ${X}\n${X}: 1\na: 2\nb: true\nc: null\n", {
			X: "x",
		});
		expect(file.value).to.deep.equal({ "${X}": 1, a: 2, b: true, c: null });
	});

	it("takes a default for a variable that is missing or empty", async () => {
		const { file } = await expand(
			'a: ${NONE:-one}\nb: ${EMPTY:-two}\nc: ${SET:-three}\nd: "${NONE:-}"\n',
			{ EMPTY: "", SET: "set" },
		);
		expect(file.value).to.deep.equal({ a: "one", b: "two", c: "set", d: "" });
	});

	it("expands neither a default nor a value once more", async () => {
		const { file } = await expand('a: "${NONE:-$X}"\nb: $${X}\n', { X: "x" });
		expect(file.value).to.deep.equal({ a: "$X", b: "${X}" });
	});

	it("cuts one line break off a secret file, and nothing else", async () => {
		const { file } = await expand(
			'a: "${file:a}"\nb: "${file:/abs}"\n',
			{},
			{ "/config/a": " x\n\n", "/abs": "y\r\n" },
		);
		expect(file.value).to.deep.equal({ a: " x\n", b: "y" });
	});

	it("marks what came from outside, but no default", async () => {
		const { file } = await expand(
			'a: ${X}\nb: ${NONE:-x}\nc: { "d/e": ["${file:s}"] }\n',
			{ X: "x" },
			{ "/config/s": "x" },
		);
		expect([...file.secret]).to.deep.equal(["/a", "/c/d~1e/0"]);
	});

	it("keeps a key `__proto__` a key", async () => {
		const { file } = await expand("a: ${X}\n__proto__: { b: ${X} }\n", {
			X: "x",
		}).catch(() => expand('a: ${X}\n"__proto__": { b: "${X}" }\n', { X: "x" }));
		expect(Object.keys(file.value as object)).to.deep.equal(["a", "__proto__"]);
	});

	it("says where and what is missing, never what is there", async () => {
		const { findings } = await expand("a:\n  - ok\n  - ${X}${NONE:?why}\n", {
			X: "hunter2",
		});
		expect(findings).to.deep.equal([
			{
				file: "/config/routes.yaml",
				line: 3,
				column: 5,
				severity: "error",
				what: "the environment variable `NONE` is not set: why",
				todo: "set it in the environment or in `.env`, or write `${NONE:-default}`",
			},
		]);
	});
});

describe("a value from the environment", () => {
	const SECRET = "hunter2 /%2F${x}";
	const BASE = `version: 1
include: INCLUDE
server: { listen: ":80", publicUrl: "http://a", trustedProxies: [loopback], bodyLimit: 1KB, drainTimeout: 1s }
networks: { office: [10.0.0.0/8] }
defaults: { level: account, methods: [POST], mode: reply, onDenied: reject, onInvalid: report }
routes:
  - { name: a, path: /a, kind: sms.inbound, firewall: [office], signature: none, timeout: 1s, match: { to: "1" }, handler: { plugin: x, options: { y: z } } }
  - { name: b, path: /b, schema: s.json, enabled: true, bodyLimit: 1KB, firewall: [any], signature: none, handler: { static: { headers: { h: v }, file: f } }, fallback: { ncco: n.yaml } }
`.replace("include: INCLUDE\n", "");

	it("stands in no finding, wherever it was put", async () => {
		const texts = [
			...BASE.matchAll(/(?<=[:[] ?)(?:"[^"]*"|[\w./:]+)(?=[,\s}\]])/g),
		];
		expect(texts.length).to.be.greaterThan(30);
		for (const { 0: text, index } of texts) {
			const changed = `${BASE.slice(0, index)}"\${SECRET}"${BASE.slice(index + text.length)}`;
			const { lines } = await checkText(changed, { SECRET });
			for (const line of lines) expect(line).to.not.include("hunter2");
		}
	});
});
