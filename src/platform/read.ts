import type { AccountSettings } from "../config/settings.ts";
import { readAccount, readApplications, readNumbers } from "./api.ts";
import type { Client } from "./client.ts";
import type { Remote } from "./remote.ts";

/** Hears what is read next. */
export type OnRead = (what: "account" | "numbers" | "applications") => void;

/** Reads all that an account's `manage` names. Numbers and applications come 100 a call. Throws PlatformFault. */
export async function readRemote(
	client: Client,
	{ manage }: Pick<AccountSettings, "manage">,
	onRead: OnRead = () => {},
): Promise<Remote> {
	const read = async <T>(
		what: "account" | "numbers" | "applications",
		call: () => Promise<T>,
	): Promise<T | undefined> => {
		if (!manage.has(what)) return undefined;
		onRead(what);
		return call();
	};
	return {
		account: await read("account", () => readAccount(client)),
		applications: await read("applications", () => readApplications(client)),
		numbers: await read("numbers", () => readNumbers(client)),
	};
}
