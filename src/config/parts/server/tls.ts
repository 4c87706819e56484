import { dirname, resolve } from "node:path";
import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import type { TlsSettings } from "../../../tls/files.ts";
import type { AuthoredTls } from "../authored/authored.ts";

/** Reads `tls`. Paths are relative to the file that contains them. The files themselves are read and checked when a router loads. */
export function readTls(
	value: Partial<AuthoredTls> | undefined,
	site: Site,
	report: Report,
): TlsSettings | undefined {
	const { cert, key, ca, clientCertificates } = value ?? {};
	if (cert === undefined || key === undefined) return undefined;
	if (clientCertificates !== undefined && ca === undefined) {
		report.error(site.in("clientCertificates").keyAt(), {
			what: "`clientCertificates` has no effect without `ca`",
			expected: "the authorities that sign the certificates of your clients",
			todo: "write for example `ca: certs/clients.pem`",
		});
	}
	const folder = dirname(site.file.source.file);
	return {
		cert: resolve(folder, cert),
		key: resolve(folder, key),
		...(ca !== undefined && { ca: resolve(folder, ca) }),
		clientCertificates:
			ca === undefined ? "none" : (clientCertificates ?? "required"),
	};
}
