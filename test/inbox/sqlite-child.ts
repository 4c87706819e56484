// A router's part for tests that kill it: `put <file>` prints each acknowledged id; `hold <file>` leases one and waits.
import { openSqlite } from "../../src/inbox/sqlite/open.ts";
import { delivery, leaseOne, put } from "./contract/ground.ts";

const [, , task, file = ""] = process.argv;
const store = await openSqlite(file, {
	quarantine: { maxCount: 10, maxBytes: 1e6 },
});
if (task === "hold") {
	await put(store);
	const { id } = await leaseOne(store);
	process.stdout.write(`${id}\n`);
	setInterval(() => {}, 60_000);
} else {
	for (;;) {
		const receipts = await Promise.all(
			[1, 2, 3, 4, 5].map(() => store.put([delivery(), delivery()])),
		);
		for (const { id } of receipts.flat()) process.stdout.write(`${id}\n`);
	}
}
