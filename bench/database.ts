import { startPostgres, type TestPostgres } from "../test/postgres.ts";
import type { Bench } from "./scenario.ts";

/** Starts a PostgreSQL for a scenario, whose end ends it. Says so and returns undefined where there is none. */
export async function startDatabase({
	scope,
}: Bench): Promise<TestPostgres | undefined> {
	try {
		const postgres = await startPostgres();
		scope.defer(postgres.stop);
		return postgres;
	} catch (error) {
		console.log(`  skipped, without PostgreSQL: ${String(error)}`);
		return undefined;
	}
}
