import type { Random } from "../../crash/random.ts";

/** An input as it goes over the wire, and what its maker knows of it. */
export interface Input {
	readonly class: "framing" | "headers" | "bodies" | "signatures";
	/** Latin-1. */
	readonly text: string;
	/** Where the text is cut into what is written at once. */
	readonly cuts: readonly number[];
	/** True where a trusted proxy has added the address of a stranger behind what the client wrote. */
	readonly isProxied: boolean;
}

/** Makes random inputs; one seed makes the same ones in the same order. */
export function createInputs(random: Random): () => Input {
	const pick = <T>(list: readonly T[]): T =>
		list[random.below(list.length)] as T;
	const some = <T>(list: readonly T[], max: number): T[] =>
		Array.from({ length: random.below(max + 1) }, () => pick(list));
	const bytes = (length: number): string =>
		Array.from({ length }, () => String.fromCharCode(random.below(256))).join(
			"",
		);
	/** Changes, drops or doubles some characters. */
	const spoil = (text: string): string => {
		let spoilt = text;
		for (let times = random.below(4); times > 0; times--) {
			const at = random.below(spoilt.length + 1);
			const drop = random.below(3);
			const put = pick(["", pick(ODDITIES), bytes(1 + random.below(3))]);
			spoilt = spoilt.slice(0, at) + put + spoilt.slice(at + drop);
		}
		return spoilt;
	};
	const frame = (
		body: string,
		{ path = pick(PATHS), headers = [] as readonly string[] } = {},
	): string =>
		[
			`${pick(["POST", "POST", "POST", "GET", "PUT", "HEAD"])} ${path} HTTP/1.1`,
			"Host: x",
			"Connection: close",
			...headers,
			`Content-Length: ${body.length}`,
			"",
			body,
		].join("\r\n");

	const makers: Readonly<Record<Input["class"], () => string>> = {
		framing: () => {
			const body = pick(["", "{}", "0\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n", NEXT]);
			const lines = [
				`${pick(METHODS)} ${pick(TARGETS)} ${pick(VERSIONS)}`,
				...some(FRAMES, 4),
				...some(["Host: x", "Host:", "Host: x, y"], 2),
				pick([
					"Connection: close",
					"Connection: keep-alive",
					"Expect: 100-continue",
				]),
			];
			return spoil(
				`${lines.join(pick(["\r\n", "\r\n", "\r\n", "\n"]))}\r\n\r\n${body}${pick(["", NEXT])}`,
			);
		},
		headers: () => {
			const names = some(
				[...FORWARDERS, ...FORWARDERS, "a", "X-A", "Cookie", "__proto__"],
				30,
			);
			const lines = names.map((name) => {
				const value = some(
					[...HOPS, ",", ";", " ", '"', "=", "for=", "\\"],
					6,
				).join("");
				return `${name}: ${random.below(8) === 0 ? spoil(value).replace(/[\r\n\0]/g, "") : value}`;
			});
			const flood =
				random.below(20) === 0 ? Array<string>(1200).fill("a:") : [];
			const type = "Content-Type: application/json";
			return frame("{}", {
				path: pick(["/open", "/gated"]),
				headers: [type, ...lines, ...flood, "X-Forwarded-For: 203.0.113.66"],
			});
		},
		bodies: () => {
			const coding = some(
				[
					"Content-Encoding: gzip",
					"Content-Encoding: br",
					"Content-Encoding: x",
				],
				1,
			);
			const text = pick([
				() => bytes(random.below(300)),
				() => spoil(some(JSON_PARTS, 30).join("")),
				() => spoil(some(FORM_PARTS, 30).join("")),
				() => pick(["[", '{"a":', "&", "%"]).repeat(random.below(900)),
			])();
			return frame(text, {
				headers: [`Content-Type: ${pick(TYPES)}`, ...coding],
			});
		},
		signatures: () => {
			const digest = bytes(32);
			const token = [pick(JOSE), pick(CLAIMS), digest]
				.map((part) => Buffer.from(spoil(part), "latin1").toString("base64url"))
				.join(pick([".", ".", ".", "..", ""]));
			const hex = Buffer.from(digest, "latin1").toString(
				pick(["hex", "base64"]),
			);
			const body = pick([
				"{}",
				'{"sig":"a"}',
				"sig=a&timestamp=1&nonce=b",
				spoil('{"sig":null}'),
			]);
			const type = `Content-Type: ${pick(TYPES)}`;
			const query = pick([
				"",
				`?sig=${hex}`,
				"?sig=a&sig=b",
				`?${spoil("sig=a&timestamp=1")}`,
			]).replace(/[^!-~]/g, "");
			const headers = some(
				[
					`Authorization: Bearer ${token}`,
					`Authorization: bearer ${spoil(token).replace(/[\r\n\0]/g, "")}`,
					`Authorization: Basic ${Buffer.from("user:").toString("base64")}`,
					`X-Signature: ${hex}`,
					`X-Signature: sha256=${hex}`,
					"X-Signature:",
				],
				4,
			);
			return frame(body, {
				path: `${pick(SIGNED_PATHS)}${query}`,
				headers: [type, ...headers],
			});
		},
	};
	const classes = Object.keys(makers) as Input["class"][];
	return () => {
		const name = pick(classes);
		const text = makers[name]();
		const cuts = some([1, 7, 20, 64, 200, 1000], 3)
			.filter((at) => at < text.length)
			.sort((a, b) => a - b);
		return { class: name, text, cuts, isProxied: name === "headers" };
	};
}

/** Behind each of these stands a signature whose secret nobody has. */
export const SIGNED_PATHS = ["/hmac", "/jwt", "/sig", "/basic"] as const;

// --- helpers ---

const NEXT =
	"POST /gated HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
const PATHS = ["/open", "/open", "/gated", "/nowhere", ...SIGNED_PATHS];
const METHODS = [
	"GET",
	"POST",
	"PUT",
	"HEAD",
	"OPTIONS",
	"TRACE",
	"CONNECT",
	"get",
	"PRI",
	"X",
];
const TARGETS = [
	"/open",
	"/gated",
	"*",
	"http://x/open",
	"HTTPS://u:p@x/gated?a",
	"http://x",
	"//open",
	"/open/../gated",
	"/%67ated",
	"x:80",
	"/open?a=%",
];
const VERSIONS = [
	"HTTP/1.1",
	"HTTP/1.1",
	"HTTP/1.1",
	"HTTP/1.0",
	"HTTP/2.0",
	"HTTP/0.9",
	"HTTP/1.9",
	"HTTP",
	"",
];
const FRAMES = [
	"Content-Length: 0",
	"Content-Length: 2",
	"Content-Length: 5",
	"Content-Length: -1",
	"Content-Length: +2",
	"Content-Length: 0x2",
	"Content-Length: 2, 2",
	"Content-Length: 99999999999999999999",
	"Transfer-Encoding: chunked",
	"Transfer-Encoding: identity",
	"Transfer-Encoding: gzip, chunked",
	"Transfer-Encoding : chunked",
	"Transfer-Encoding:\r\n chunked",
	"Content-Type: application/json",
	"Upgrade: websocket",
	"Trailer: a",
];
const FORWARDERS = [
	"X-Forwarded-For",
	"x-forwarded-for",
	"Forwarded",
	"Via",
	"X-Real-IP",
];
const HOPS = [
	"127.0.0.1",
	"127.0.0.2",
	"::1",
	"::ffff:127.0.0.1",
	"::127.0.0.1",
	"[::1]:80",
	"unknown",
	"for=127.0.0.1",
	'for="[::1]"',
	"127.1",
	",,",
	"10.0.0.1:99999",
];
const TYPES = [
	"application/json",
	"application/x-www-form-urlencoded",
	"text/json; charset=utf-16",
	"application/json; charset=klingon",
	"text/plain",
	"a",
	"",
];
const JSON_PARTS = [
	"{",
	"}",
	"[",
	"]",
	'"a"',
	":",
	",",
	"1e999",
	"-0",
	"null",
	'"\\ud800"',
	'"__proto__"',
	" ",
	"\u0000",
	"\u00ff",
	"1".repeat(400),
];
const FORM_PARTS = [
	"a",
	"=",
	"&",
	"%",
	"%E9",
	"%00",
	"%F0%9F%98%80",
	"+",
	"[",
	"]",
	"__proto__",
	".",
	";",
];
const ODDITIES = [
	"\r\n",
	"\n",
	"\r",
	"\0",
	" ",
	":",
	",",
	"\t",
	"\u00ff",
	"%",
	"HTTP/1.1",
	"\r\n\r\n",
];
const JOSE = [
	'{"alg":"HS256","typ":"JWT"}',
	'{"alg":"none"}',
	'{"alg":"HS512"}',
	'{"alg":"RS256","jwk":{}}',
	"{}",
	"",
];
const CLAIMS = [
	'{"iat":1700000000,"jti":"1","api_key":"abcd1234","payload_hash":"a"}',
	'{"api_key":"__proto__"}',
	"{}",
	"null",
	"",
];
