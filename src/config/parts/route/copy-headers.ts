import { isNeverKept } from "../../../event/kept-headers.ts";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { type TextOrList, unique } from "../authored/authored.ts";

/** The context for reading the headers to copy. */
export interface CopyContext {
	/** The request headers, in lower case, that contain a proof in some signature scheme. */
	readonly secretHeaders: ReadonlySet<string>;
	readonly report: Report;
}

/**
 * Reads the names of the headers to copy, in lower case. Returns undefined if there are none, and, with findings, if one
 * of them is wrong.
 *
 * @param isWritten true for a name (lower case) that the router writes itself, so that it cannot be copied
 */
export function readCopyHeaders(
	names: TextOrList | undefined,
	site: Site,
	{ secretHeaders, report }: CopyContext,
	isWritten: (name: string) => boolean = () => false,
): readonly string[] | undefined {
	if (names === undefined) return undefined;
	let isRight = true;
	for (const [index, name] of unique(names).entries()) {
		const at = typeof names === "string" ? site : site.in(index);
		const wrong = problemOf(name, at, { secretHeaders, isWritten });
		if (wrong === undefined) continue;
		isRight = false;
		report.error(at.at(), wrong);
	}
	return isRight
		? unique(unique(names).map((name) => name.toLowerCase()))
		: undefined;
}

// --- helpers ---

/** Tokens of RFC 9110 section 5.6.2. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

function problemOf(
	name: string,
	site: Site,
	{
		secretHeaders,
		isWritten,
	}: Pick<CopyContext, "secretHeaders"> & {
		readonly isWritten: (name: string) => boolean;
	},
) {
	const lower = name.toLowerCase();
	const shown = site.show(name);
	if (!HEADER_NAME.test(name))
		return {
			what: `${shown} is not a valid header name`,
			expected: "letters, digits and `-`",
		};
	if (name.includes("_"))
		return {
			what: `the header ${shown} is never kept: behind CGI, WSGI and PHP, \`_\` and \`-\` are the same, so it could be taken for another header`,
			todo: "take it out",
		};
	if (isNeverKept(lower) || secretHeaders.has(lower))
		return {
			what: `the header ${shown} is never kept: it proves an origin, which is secret`,
			todo: "take it out",
		};
	if (isWritten(lower))
		return {
			what: `the header ${shown} is written by the router itself`,
			todo: "take it out",
		};
	return undefined;
}
