import type pg from "pg";
import { InboxOpenError } from "../../port/open-error.ts";

/** The package `pg`, a peer that only users of PostgreSQL install. */
export type Driver = typeof pg;

/** Loads the package `pg`. Throws InboxOpenError with the line that installs it. */
export async function loadDriver(
	load: () => Promise<{ readonly default: Driver }> = () => import("pg"),
): Promise<Driver> {
	try {
		return (await load()).default;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND")
			throw error;
		throw new InboxOpenError(
			"`inbox.store` names PostgreSQL, and the package that speaks to it is not installed: npm install pg@8",
		);
	}
}
