import type { Settings } from "../../config/settings.ts";
import { formatWording } from "../../finding/finding.ts";
import { openTls, type Tls } from "../../http/tls.ts";
import type { Log } from "../../observe/log.ts";
import { CannotRun } from "../io.ts";

/**
 * Opens the certificate of `server.tls`, and logs its renewals. Undefined if the router serves HTTP. Throws CannotRun if the
 * files cannot be used.
 */
export async function openCertificate(
	log: Log,
	settings: () => Settings,
): Promise<Tls | undefined> {
	if (settings().server.tls === undefined) return undefined;
	try {
		return await openTls({
			settings: () => settings().server.tls,
			replaced: () => log.info("the certificate was replaced"),
			troubled(problems, isKept) {
				const reason = problems.map((one) => formatWording(one)).join(" ");
				if (isKept)
					log.error(
						{ reason },
						"the new certificate cannot be used. The previous one is kept",
					);
				else log.warn({ reason }, "the certificate has a problem");
			},
		});
	} catch (error) {
		throw new CannotRun(`cannot serve HTTPS: ${(error as Error).message}`);
	}
}
