import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { openSqlite } from "../../../src/inbox/sqlite/open.ts";
import { withFolder } from "../../cli/cli.ts";
import { delivery, idsOf, leaseOne, settle } from "../contract/ground.ts";

const SECRET = "447700900123";
const NOTE = { actor: undefined, reason: undefined };
const OPTIONS = { quarantine: { maxCount: 1000, maxBytes: 10_000_000 } };

/** The files of the inbox that contain the number. */
function traces(folder: string): readonly string[] {
	return readdirSync(folder).filter((name) =>
		readFileSync(join(folder, name)).includes(SECRET),
	);
}

describe("redaction in the files of an SQLite inbox", () => {
	it("leaves no byte of the content, in pages that were freed, split or merged, or in the log", () =>
		withFolder({}, async (folder) => {
			const store = await openSqlite(join(folder, "inbox.db"), OPTIONS);
			try {
				// Contents of all sizes, so that rows share pages, and others have pages of their own.
				const batch = Array.from({ length: 1500 }, (_, at) =>
					delivery({
						state: at % 3 === 0 ? "delivered" : "dead",
						reason: at % 3 === 0 ? undefined : `HANDLER_FAILED: ${SECRET}`,
						dedupeKey: `["${SECRET}","${at}"]`,
						orderKey: `["${SECRET}"]`,
						envelope: `{"method":"POST","path":"/${SECRET}"}`,
						body: Buffer.from(`${SECRET} `.repeat(1 + ((at * 37) % 400))),
					}),
				);
				for (let at = 0; at < batch.length; at += 100)
					await store.put(batch.slice(at, at + 100));
				const tried = delivery({ body: Buffer.from(SECRET) });
				await store.put([tried]);
				await settle(store, await leaseOne(store), {
					as: "dead",
					reason: `HANDLER_FAILED: ${SECRET}`,
					stack: `Error: ${SECRET}`,
				});
				await store.writeState([
					{
						plugin: "p",
						key: SECRET,
						value: `"${SECRET}"`,
						expiresAfterMs: undefined,
					},
				]);
				// Rows that went before leave pages with old content.
				const ids = idsOf(batch);
				await store.drop({ ids: ids.filter((_, at) => at % 5 === 0) });
				expect(traces(folder)).to.not.deep.equal([]);
				const rest = ids.filter((_, at) => at % 5 !== 0);
				await store.redact(rest.slice(0, 700), NOTE);
				await store.redact([...rest.slice(700), tried.id], NOTE);
				await store.redactState((key) => key === SECRET);
				expect(await store.scrub()).to.equal(undefined);
				expect(traces(folder)).to.deep.equal([]);
				expect((await store.stats()).byState).to.include({
					dead: 801,
					delivered: 400,
				});
			} finally {
				await store.close();
			}
		}));

	it("is complete beside a running router", () =>
		withFolder({}, async (folder) => {
			const file = join(folder, "inbox.db");
			const router = await openSqlite(file, OPTIONS);
			const command = await openSqlite(file, { ...OPTIONS, owner: false });
			try {
				const one = delivery({
					state: "delivered",
					body: Buffer.from(SECRET.repeat(2000)),
				});
				await router.put([one]);
				await command.redact([one.id], NOTE);
				expect(await command.scrub()).to.equal(undefined);
				expect(traces(folder)).to.deep.equal([]);
				await router.put([delivery()]);
				expect((await router.get(one.id))?.body).to.equal(undefined);
			} finally {
				await command.close();
				await router.close();
			}
		}));
});
