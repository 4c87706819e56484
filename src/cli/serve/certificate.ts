import type { Settings } from "../../config/settings.ts";
import { formatWording } from "../../finding/finding.ts";
import { openTls, type Tls } from "../../http/tls.ts";
import type { Log } from "../../observe/log.ts";
import type { TlsSettings } from "../../tls/files.ts";
import { CannotRun } from "../io.ts";

/**
 * Opens the certificate of `server.tls`, and logs its renewals. Undefined if the router serves HTTP. Throws CannotRun if the
 * files cannot be used.
 */
export function openCertificate(
	log: Log,
	settings: () => Settings,
): Promise<Tls | undefined> {
	return openLogged(log, "the certificate", () => settings().server.tls);
}

/** Opens the certificate of `admin.tls` in the same way. `onReplaced` hears of each renewal. */
export function openAdminCertificate(
	log: Pick<Log, Severity>,
	settings: () => Settings,
	onReplaced: () => void,
): Promise<Tls | undefined> {
	const name = "the certificate of the admin listener";
	return openLogged(log, name, () => settings().admin?.tls, onReplaced);
}

// --- helpers ---

type Severity = "info" | "warn" | "error";

async function openLogged(
	log: Pick<Log, Severity>,
	name: string,
	settings: () => TlsSettings | undefined,
	onReplaced: () => void = () => {},
): Promise<Tls | undefined> {
	if (settings() === undefined) return undefined;
	try {
		return await openTls({
			settings,
			replaced() {
				log.info(`${name} was replaced`);
				onReplaced();
			},
			troubled(problems, isKept) {
				const reason = problems.map((one) => formatWording(one)).join(" ");
				if (isKept)
					log.error(
						{ reason },
						`${name} was renewed, and the new one cannot be used. The previous one is kept`,
					);
				else log.warn({ reason }, `${name} has a problem`);
			},
		});
	} catch (error) {
		throw new CannotRun(`cannot serve HTTPS: ${(error as Error).message}`);
	}
}
