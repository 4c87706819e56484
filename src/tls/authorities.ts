import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Wording } from "../finding/finding.ts";

/** The certificates of authorities, or the problem with their file. */
export type Authorities =
	| { readonly pem: string; readonly problem?: undefined }
	| { readonly pem?: undefined; readonly problem: Wording };

/** Reads a file of certificates in PEM (RFC 7468) and checks each one, because TLS would skip a broken one. Never throws. */
export async function readAuthorities(file: string): Promise<Authorities> {
	let text: string;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		return fail(
			code === "EISDIR"
				? `${file} is a folder`
				: `the file ${file} cannot be read (${code})`,
		);
	}
	const blocks = text.match(CERTIFICATE) ?? [];
	if (blocks.length === 0) return fail(`${file} holds no certificate`);
	for (const [index, block] of blocks.entries()) {
		try {
			new X509Certificate(block);
		} catch {
			return fail(`certificate ${index + 1} in ${file} is broken`);
		}
	}
	return { pem: blocks.join("\n") };
}

// --- helpers ---

const CERTIFICATE =
	/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

function fail(what: string): Authorities {
	return { problem: { what, expected: "a PEM file of certificates" } };
}
