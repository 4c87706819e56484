import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { ServerSettings } from "../../config/settings.ts";
import type { Finding } from "../../finding/finding.ts";
import type { KeyPath, Source } from "../../finding/located.ts";
import type { Inputs } from "../../inputs.ts";
import {
	type ReadTls,
	readTlsFiles,
	type TlsSettings,
} from "../../tls/files.ts";

/** Reports the problems of `server.tls`, and warns of a certificate that is not for the host of the public URL. */
export async function findServerTlsProblems(
	{ tls, publicUrl, isPublicUrlWritten }: ServerSettings,
	source: Source,
	inputs: Inputs,
): Promise<readonly Finding[]> {
	if (tls === undefined) return [];
	const path = ["server", "tls"];
	const read = await readNoted(tls, inputs);
	const findings = toTlsFindings(read, { source, path });
	const { hostname, protocol } = new URL(publicUrl);
	if (read.files === undefined || !isPublicUrlWritten || protocol !== "https:")
		return findings;
	const leaf = new X509Certificate(read.files.cert);
	const host = hostname.replace(/^\[|\]$/g, "");
	const isFor = isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host);
	if (isFor !== undefined) return findings;
	const other: Finding = {
		...source.locate([...path, "cert"]),
		severity: "warning",
		what: `the certificate is not for ${host}, the host of \`publicUrl\``,
		expected: "a certificate that names it",
		todo: "use a certificate for that host, unless a proxy in front of the router has one",
	};
	return [...findings, other];
}

/** Reports the problems of any `tls` in the configuration, at its keys. */
export async function findTlsProblems(
	tls: TlsSettings,
	place: TlsPlace,
	inputs: Inputs,
): Promise<readonly Finding[]> {
	return toTlsFindings(await readNoted(tls, inputs), place);
}

// --- helpers ---

/** The position of a `tls` in a file of the configuration. */
interface TlsPlace {
	readonly source: Source;
	readonly path: KeyPath;
}

function readNoted(tls: TlsSettings, inputs: Inputs): Promise<ReadTls> {
	for (const file of [tls.cert, tls.key, tls.ca])
		if (file !== undefined) inputs.file(file);
	return readTlsFiles(tls);
}

function toTlsFindings(
	{ problems }: ReadTls,
	{ source, path }: TlsPlace,
): readonly Finding[] {
	return problems.map(({ key, ...problem }) => ({
		...source.locate([...path, key]),
		...problem,
	}));
}
