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
	const createGround: CreateGround = async () => {
		database ??= await server().createDatabase();
		const url = database;
		const schema = `ground_${grounds++}`;
		return {
			open: (options) => openPostgres(`${url}?schema=${schema}`, options),
			async remove() {
				await server().query(url, `drop schema "${schema}" cascade`);
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
