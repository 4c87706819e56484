import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isRecord } from "../../event/is-record.ts";
import { isAlive } from "../../is-alive.ts";

/** The address and the token of a running router, which its commands read. */
export interface AdminFile {
	/** Without a trailing slash, such as `http://127.0.0.1:8081`. */
	readonly url: string;
	readonly token: string;
	readonly pid: number;
	/** The certificate of HTTPS in PEM. */
	readonly certificate?: string | undefined;
}

/** Returns the path of a router's file: beside its control socket. */
export function adminFileOf(socket: string): string {
	return join(dirname(socket), "admin.json");
}

/** Writes the file for the user of this process only, in one step. */
export async function writeAdminFile(
	path: string,
	file: AdminFile,
): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const draft = `${path}.${file.pid}`;
	await rm(draft, { force: true });
	await writeFile(draft, `${JSON.stringify(file, null, 2)}\n`, {
		// Fails if somebody put a link there.
		flag: "wx",
		mode: 0o600,
	});
	await rename(draft, path);
}

/**
 * Reads the file of a running router. Undefined if there is none, if other users could have written it, or if its router was
 * killed.
 */
export async function readAdminFile(
	path: string,
): Promise<AdminFile | undefined> {
	let text: string;
	try {
		const { uid, mode } = await stat(path);
		const me = process.getuid?.();
		// Root may use the router of any user.
		const isTrusted =
			me === undefined || ((uid === me || me === 0) && (mode & 0o022) === 0);
		if (!isTrusted) return undefined;
		text = await readFile(path, "utf8");
	} catch {
		return undefined;
	}
	const file = parse(text);
	return file !== undefined && isAlive(file.pid) ? file : undefined;
}

/** Removes the file, unless another router has replaced it. Never throws. */
export async function removeAdminFile(
	path: string,
	token: string,
): Promise<void> {
	try {
		if (parse(await readFile(path, "utf8"))?.token !== token) return;
		await rm(path, { force: true });
	} catch {
		// It is gone already, or the folder is.
	}
}

// --- helpers ---

function parse(text: string): AdminFile | undefined {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined;
	}
	if (!isRecord(value)) return undefined;
	const { url, token, pid, certificate } = value;
	if (
		typeof url !== "string" ||
		!URL.canParse(url) ||
		typeof token !== "string" ||
		!Number.isInteger(pid)
	) {
		return undefined;
	}
	return {
		url,
		token,
		pid: pid as number,
		...(typeof certificate === "string" && { certificate }),
	};
}
