import { DROPPED_MAX, type Dropped, type Note } from "../../port/delivery.ts";
import { type RawDropped, toDropped } from "../../sql/dropped.ts";
import { LAST } from "../../sql/rows.ts";
import type { Database } from "../driver.ts";

/** Remembers who dropped deliveries, and why. */
export interface DroppedOnes {
	/** Runs in a transaction of the caller. */
	add(
		gone: readonly { readonly id: string; readonly route: string }[],
		note: Note,
		at: number,
	): void;
	find(prefix: string): Dropped | undefined;
}

export function createDropped(db: Database): DroppedOnes {
	const insert = db.prepare(
		"insert into dropped (id, route, at, actor, reason) values (?, ?, ?, ?, ?)",
	);
	const trim = db.prepare(
		"delete from dropped where number <= (select max(number) from dropped) - ?",
	);
	const find = db.prepare(
		`select id, route, at, actor, reason from dropped where id >= ? and id < ?
		order by id desc, number desc limit 1`,
	);
	return {
		add(gone, { actor, reason }, at) {
			if (gone.length === 0) return;
			for (const { id, route } of gone)
				insert.run(id, route, at, actor ?? null, reason ?? null);
			trim.run(DROPPED_MAX);
		},
		find(prefix) {
			const row = find.get(prefix, `${prefix}${LAST}`) as
				| RawDropped
				| undefined;
			return row && toDropped(row);
		},
	};
}
