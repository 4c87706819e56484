import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Wording } from "../finding/finding.ts";

/** The files of `tls` in the configuration, by absolute path. */
export interface TlsSettings {
	/** The certificate, followed by the intermediate certificates. */
	readonly cert: string;
	readonly key: string;
	/** The authorities that sign client certificates. Undefined if no client certificate is asked for. */
	readonly ca?: string | undefined;
	/** `optional` admits a client without a certificate, but none with a certificate of another authority. */
	readonly clientCertificates: "none" | "optional" | "required";
}

/** The contents of the files. MUST NOT be shown: they contain the key. */
export interface TlsFiles {
	readonly cert: Buffer;
	readonly key: Buffer;
	readonly ca: Buffer | undefined;
}

/** A problem of one of the files. */
export interface TlsProblem extends Wording {
	readonly key: "cert" | "key" | "ca";
	readonly severity: "error" | "warning";
}

/** The files, and their problems. The files are undefined if one of the problems is an error. */
export interface ReadTls {
	readonly files: TlsFiles | undefined;
	readonly problems: readonly TlsProblem[];
}

/**
 * Reads the files, and checks whether a server can use them: that they exist, that the key belongs to the certificate, and that
 * no certificate has expired. Never throws.
 *
 * @param now milliseconds since the epoch
 */
export async function readTlsFiles(
	settings: Pick<TlsSettings, "cert" | "key" | "ca">,
	now: number = Date.now(),
): Promise<ReadTls> {
	const problems: TlsProblem[] = [];
	const read = async (key: TlsProblem["key"]): Promise<Buffer | undefined> => {
		const file = settings[key];
		if (file === undefined) return undefined;
		try {
			return await readFile(file);
		} catch (error) {
			problems.push({ key, severity: "error", ...toUnread(error, file) });
			return undefined;
		}
	};
	const [cert, key, ca] = await Promise.all(
		(["cert", "key", "ca"] as const).map(read),
	);
	const chain = cert && parse("cert", cert, settings.cert, problems);
	const privateKey = key && parseKey(key, settings.key, problems);
	if (ca !== undefined) {
		for (const authority of parse("ca", ca, settings.ca ?? "", problems) ?? [])
			problems.push(...outdated("ca", authority, now));
	}
	const [leaf] = chain ?? [];
	if (leaf !== undefined && privateKey !== undefined) {
		if (!leaf.checkPrivateKey(privateKey)) problems.push(MISMATCH);
	}
	for (const one of chain ?? []) problems.push(...outdated("cert", one, now));
	const hasError = problems.some(({ severity }) => severity === "error");
	if (hasError || cert === undefined || key === undefined)
		return { files: undefined, problems };
	const files = { cert, key, ca };
	const refused = toRefused(files);
	if (refused !== undefined)
		return { files: undefined, problems: [...problems, refused] };
	return { files, problems };
}

/** Returns true if both have the same contents. */
export function isSameTls(a: TlsFiles, b: TlsFiles): boolean {
	return (
		a.cert.equals(b.cert) &&
		a.key.equals(b.key) &&
		(a.ca === undefined ? b.ca === undefined : b.ca?.equals(a.ca) === true)
	);
}

// --- helpers ---

const MISMATCH: TlsProblem = {
	key: "key",
	severity: "error",
	what: "the key does not belong to the certificate",
	expected: "the key that the certificate was requested with",
	todo: "check that both files are of the same renewal",
};

function toUnread(error: unknown, file: string): Wording {
	const { code } = error as NodeJS.ErrnoException;
	if (code === "ENOENT") return { what: `${file} does not exist` };
	const what = `${file} cannot be read (${code ?? "unknown error"})`;
	return code === "EACCES"
		? { what, todo: "let the user of the router read it" }
		: { what };
}

/** Parses all certificates of a file. Undefined, with a problem, if there is none. */
function parse(
	key: "cert" | "ca",
	bytes: Buffer,
	file: string,
	problems: TlsProblem[],
): readonly X509Certificate[] | undefined {
	const blocks = bytes.toString("latin1").match(CERTIFICATE);
	try {
		if (blocks !== null) return blocks.map((one) => new X509Certificate(one));
	} catch {
		// The wording below is better than that of OpenSSL.
	}
	const isKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(bytes.toString());
	problems.push({
		key,
		severity: "error",
		what: isKey ? `${file} contains a key` : `${file} has no valid certificate`,
		expected:
			"certificates in PEM format, which begin with `-----BEGIN CERTIFICATE-----`",
	});
	return undefined;
}

const CERTIFICATE =
	/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

function parseKey(
	bytes: Buffer,
	file: string,
	problems: TlsProblem[],
): KeyObject | undefined {
	try {
		return createPrivateKey(bytes);
	} catch {
		const isEncrypted = /ENCRYPTED/.test(bytes.toString("latin1"));
		problems.push({
			key: "key",
			severity: "error",
			what: isEncrypted
				? `${file} is encrypted with a passphrase`
				: `${file} has no valid key`,
			expected: "a private key in PEM format without a passphrase",
			todo: isEncrypted
				? "decrypt it with `openssl pkey`, and protect the file by its mode"
				: undefined,
		});
		return undefined;
	}
}

/** Warns of a certificate that clients refuse because of the date. It is not an error: a router with it can still be replaced, one that does not start cannot. */
function outdated(
	key: "cert" | "ca",
	{ validFrom, validTo }: X509Certificate,
	now: number,
): readonly TlsProblem[] {
	const from = Date.parse(validFrom);
	const to = Date.parse(validTo);
	if (now >= from && now <= to) return [];
	const what =
		now > to
			? `the certificate expired on ${toDay(to)}, so clients refuse it`
			: `the certificate is not valid before ${toDay(from)}, so clients refuse it`;
	const todo =
		now > to
			? "renew it"
			: "check the clock of this machine, or use another one";
	return [{ key, severity: "warning", what, todo }];
}

function toDay(ms: number): string {
	return new Date(ms).toISOString().slice(0, 10);
}

/** Lets OpenSSL load the files: it also refuses keys that are too short and formats that it does not support. */
function toRefused(files: TlsFiles): TlsProblem | undefined {
	try {
		createSecureContext({ ...files });
		return undefined;
	} catch (error) {
		return {
			key: "cert",
			severity: "error",
			what: `the certificate and its key cannot be used: ${(error as Error).message}`,
		};
	}
}
