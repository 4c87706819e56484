import { basename, relative, sep } from "node:path";
import type { CheckContext } from "../../config/handler-spec.ts";
import type { Site } from "../../finding/site.ts";

/**
 * Checks a file that is served unchanged: it must not be the configuration, the inbox, the environment or a private file of the
 * system. A file outside of the folder, or a hidden file, is hardly ever intended.
 */
export function checkExposure(
	file: string,
	site: Site,
	context: CheckContext,
): void {
	const { report } = context;
	const secret = secretOf(file, context);
	if (secret !== undefined) {
		report.error(site.at(), {
			what: `${site.show(site.value)} is ${secret}, which everybody could read here`,
			todo: "name a file that is meant to be read",
		});
		return;
	}
	const doubt = doubtOf(file, context);
	if (doubt === undefined) return;
	report.warn(site.at(), {
		what: `${site.show(site.value)} ${doubt}: everybody could read it here`,
		todo: "put what is meant to be read into a folder of its own beside the configuration",
	});
}

// --- helpers ---

/** Folders of accounts, devices, processes and secrets. A home, even root's, is allowed like any other folder. */
const SYSTEM = /^(?:\/(?:private|var))?\/(?:etc|proc|sys|dev|run\/secrets)\//;

const KEY_FILE = /\.(?:key|p12|pfx|jks|kdbx)$|^id_(?:rsa|dsa|ecdsa|ed25519)$/i;

function secretOf(
	file: string,
	{ files, folder, store, spoolFile }: CheckContext,
): string | undefined {
	if (files.includes(file)) return "a file of the configuration";
	if (spoolFile !== undefined && isOfInbox(file, spoolFile)) return "the spool";
	if (store.type === "sqlite" && isOfInbox(file, store.file))
		return "the inbox";
	if (/^\.env(?:\.|$)/.test(basename(file))) return "a file of secrets";
	// The configuration itself may be in /etc. Files next to it belong to it.
	return SYSTEM.test(file) && isOutside(file, folder)
		? "a file of the system"
		: undefined;
}

function isOutside(file: string, folder: string): boolean {
	return relative(folder, file).split(sep)[0] === "..";
}

/** The database, and the files of SQLite and the router next to it. */
function isOfInbox(file: string, inbox: string): boolean {
	return (
		file === inbox ||
		/^(?:-wal|-shm|-journal|\.owner)$/.test(
			file.startsWith(inbox) ? file.slice(inbox.length) : "",
		)
	);
}

function doubtOf(file: string, { folder }: CheckContext): string | undefined {
	if (isOutside(file, folder))
		return "lies outside of the configuration's folder";
	const way = relative(folder, file).split(sep);
	if (KEY_FILE.test(basename(file))) return "looks like a private key";
	const isHidden = way.some((step) => /^\.(?!\.|well-known$)/.test(step));
	return isHidden ? "is hidden by its name" : undefined;
}
