import type { AccountSettings, Managed } from "../config/settings.ts";
import { readAccount, readApplications, readNumbers } from "./api.ts";
import type { Client } from "./client.ts";
import { PlatformFault } from "./fault.ts";
import type { Remote } from "./remote.ts";

/**
 * Reads everything in an account's `manage`. Numbers and applications are read 100 a call. The settings of the account are read
 * by a POST, because there is no GET. If the key may not do that, they are omitted. Throws PlatformFault.
 */
export async function readRemote(
	client: Client,
	{ manage }: Pick<AccountSettings, "manage">,
): Promise<Remote> {
	const read = async <T>(
		what: Managed,
		call: (client: Client) => Promise<T>,
	): Promise<T | undefined> => (manage.has(what) ? call(client) : undefined);
	return {
		account: await read("account", readAccountIfAllowed),
		applications: await read("applications", readApplications),
		numbers: await read("numbers", readNumbers),
	};
}

// --- helpers ---

async function readAccountIfAllowed(
	client: Client,
): Promise<Remote["account"]> {
	try {
		return await readAccount(client);
	} catch (error) {
		const isForbidden =
			error instanceof PlatformFault && error.code === "forbidden";
		if (isForbidden) return undefined;
		throw error;
	}
}
