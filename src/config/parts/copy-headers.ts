import { isNeverKept } from "../../event/kept-headers.ts";
import type { Wording } from "../../finding/finding.ts";
import type { Report } from "../../finding/report.ts";
import type { Place } from "../../finding/site.ts";
import { type TextOrList, unique } from "./authored.ts";

/**
 * Reads names of headers to copy, in lower case; undefined where there are none, and, with findings, when one of them is wrong.
 *
 * @param isWritten true for a name (lower case) that is written anew, so that it cannot be copied
 */
export function readCopyHeaders(
	names: TextOrList | undefined,
	place: Place,
	report: Report,
	isWritten: (name: string) => boolean = () => false,
): readonly string[] | undefined {
	if (names === undefined) return undefined;
	let isRight = true;
	for (const [index, name] of unique(names).entries()) {
		const at = typeof names === "string" ? place : place.in(index);
		const wrong = problemOf(name, at, isWritten);
		if (wrong === undefined) continue;
		isRight = false;
		report.error(at.at(), wrong);
	}
	return isRight
		? unique(unique(names).map((name) => name.toLowerCase()))
		: undefined;
}

/**
 * Refuses headers that hold a proof of origin in each `copyHeaders` that a route has, with a finding each.
 *
 * @param proofs in lower case
 */
export function checkCopiedProofs(
	placeOf: (key: string) => Place,
	proofs: ReadonlySet<string>,
	report: Report,
): void {
	for (const place of [
		placeOf("copyHeaders"),
		placeOf("handler").in("forward", "copyHeaders"),
		placeOf("fallback").in("forward", "copyHeaders"),
	]) {
		const { value } = place;
		for (const [index, name] of [value].flat().entries()) {
			if (typeof name !== "string" || !proofs.has(name.toLowerCase())) continue;
			const at = Array.isArray(value) ? place.in(index) : place;
			report.error(at.at(), proofIn(at.show(name)));
		}
	}
}

// --- helpers ---

/** Tokens of RFC 9110 section 5.6.2. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

function problemOf(
	name: string,
	place: Place,
	isWritten: (name: string) => boolean,
) {
	const shown = place.show(name);
	if (!HEADER_NAME.test(name))
		return {
			what: `${shown} is no name of a header`,
			expected: "letters, digits and `-`",
		};
	if (name.includes("_"))
		return {
			what: `the header ${shown} is never kept: behind CGI, WSGI and PHP, \`_\` and \`-\` are the same, so that it could pass for another`,
			todo: "take it out",
		};
	if (isNeverKept(name.toLowerCase())) return proofIn(shown);
	if (isWritten(name.toLowerCase()))
		return {
			what: `the header ${shown} is written by the router itself`,
			todo: "take it out",
		};
	return undefined;
}

function proofIn(shown: string): Wording {
	return {
		what: `the header ${shown} is never kept: it proves an origin, which is secret`,
		todo: "take it out",
	};
}
