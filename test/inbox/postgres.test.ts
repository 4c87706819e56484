import { openPostgres } from "../../src/inbox/postgres/open.ts";
import { usePostgres } from "../postgres.ts";
import { type CreateGround, useInbox } from "./contract/ground.ts";
import { describeTransfer } from "./contract/transfer.ts";
import { describeInboxContract } from "./contract.ts";
import { createSqliteGround } from "./sqlite-ground.ts";

describe("the PostgreSQL engine", () => {
	const server = usePostgres();
	let database: string | undefined;
	let grounds = 0;
	// Empty ones: to make and drop the tables of one takes ten times as long as to empty them.
	const free: string[] = [];
	const createGround: CreateGround = async () => {
		database ??= await server().createDatabase();
		const url = database;
		const schema = free.pop() ?? `ground_${grounds++}`;
		return {
			open: (options) => openPostgres(`${url}?schema=${schema}`, options),
			async remove() {
				await server().query(url, emptied(schema));
				free.push(schema);
			},
		};
	};

	describeInboxContract("PostgreSQL", createGround);
	describe("from PostgreSQL to SQLite", () => {
		describeTransfer(useInbox(createGround), () => createSqliteGround());
	});
	describe("from SQLite to PostgreSQL", () => {
		describeTransfer(
			useInbox(() => createSqliteGround()),
			createGround,
		);
	});
});

// --- helpers ---

/** Empties all tables of a schema but the one that tells its version. */
function emptied(schema: string): string {
	return `do $$
declare
	each record;
begin
	for each in select tablename from pg_tables where schemaname = '${schema}' and tablename <> 'version' loop
		execute format('delete from %I.%I', '${schema}', each.tablename);
	end loop;
end $$`;
}
