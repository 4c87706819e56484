import { join } from "node:path";
import { openAsGuest } from "../../src/inbox/sqlite/channel/guest.ts";
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { describeInboxContract } from "./contract.ts";
import { createSqliteGround } from "./sqlite-ground.ts";

describeInboxContract(
	"SQLite, owned by another process of the router",
	async () => {
		const { folder, file, remove } = await createSqliteGround();
		let owner: Awaited<ReturnType<typeof openSqlite>> | undefined;
		let guests = 0;
		const path = join(folder, "hub.sock");
		return {
			async open(options) {
				owner ??= await openSqlite(file, { ...options, hub: path });
				guests += 1;
				const { clock, onCommit } = options;
				const guest = await openAsGuest(file, {
					path,
					clock,
					...(onCommit && { onCommit }),
				});
				return {
					...guest,
					async close() {
						await guest.close();
						guests -= 1;
						if (guests > 0) return;
						await owner?.close();
						owner = undefined;
					},
				};
			},
			remove,
		};
	},
);
