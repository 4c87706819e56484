import { createAddressReader, parseAddress } from "../../src/gate/address.ts";
import { readBodyType } from "../../src/gate/body.ts";
import { createClientFinder } from "../../src/gate/client-address.ts";
import { compileRanges } from "../../src/gate/ranges.ts";
import { isConditional, select } from "../../src/handler/static/conditions.ts";
import { maskText } from "../../src/observe/mask.ts";
import { foldPath, isPlainPath } from "../../src/route/path.ts";

/**
 * Eight times what a head may have. Nothing is timed: what is quadratic takes minutes over all these
 * texts, and mocha's own limit ends it; what is linear is done in a second.
 */
const LENGTH = 128 * 1024;

describe("a text of 128 KiB made to be slow", () => {
	const find = createClientFinder(
		compileRanges(["127.0.0.0/8"]),
		createAddressReader(),
	);
	const readers: Record<string, (text: string) => unknown> = {
		"X-Forwarded-For": (text) => find("127.0.0.1", { "x-forwarded-for": text }),
		Forwarded: (text) => find("127.0.0.1", { forwarded: text }),
		"an address": parseAddress,
		"Content-Type": (text) => readBodyType(text),
		"a path": (text) => [foldPath(text), isPlainPath(text)],
		"the log": maskText,
		Range: (text) => isConditional({ range: text }) && pick({ range: text }),
		"If-Match": (text) => pick({ "if-match": text }),
		"If-None-Match": (text) => pick({ "if-none-match": text }),
		"If-Modified-Since": (text) => pick({ "if-modified-since": text }),
	};
	const pick = (headers: Record<string, string>): unknown =>
		select("GET", headers, {
			headers: {
				etag: '"a"',
				"last-modified": "Mon, 23 Nov 2020 00:00:00 GMT",
			},
			size: 10,
		});
	const units = [
		'"',
		'"\\',
		'for="',
		'for="a";',
		";for",
		" ",
		"; ",
		", ",
		"for=a,",
		"\\",
		"127.0.0.1,",
		"[",
		":",
		"1:",
		"::ffff:",
		"%",
		"%25",
		"%2e/",
		"/..",
		"//",
		";",
		"=",
		"charset=",
		"a/b+json",
		"+json",
		"1",
		"+1",
		"+1 ",
		"+1(",
		"+1 (.-",
		"secret",
		"secret ",
		"secret: ",
		"token=",
		"bearer ",
		"basic  a",
		"://",
		"://a",
		"@",
		"a",
		"aaaaaaaa-",
		"aaaaaaaa-aaaa-",
		"bytes=",
		"0-",
		"\t",
		'W/"',
	];
	for (const [name, read] of Object.entries(readers)) {
		it(`takes linear time in ${name}`, () => {
			for (const unit of units) {
				for (const head of [
					"",
					"/",
					"a/",
					'for="',
					"bytes=",
					"secret=",
					"://",
					"+1",
				]) {
					const text = `${head}${unit.repeat(LENGTH / unit.length)}\u00a0x`;
					try {
						read(text);
					} catch {
						// Refused is fine, too.
					}
				}
			}
		});
	}
});
