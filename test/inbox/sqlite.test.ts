import { describeInboxContract } from "./contract.ts";
import { createSqliteGround } from "./sqlite-ground.ts";

describeInboxContract("SQLite", () => createSqliteGround());
