import type { Action, ActionName, Note } from "../../port/delivery.ts";
import { actionCode } from "../../sql/rows.ts";
import type { Database } from "../driver.ts";

/** Stores what people did with deliveries. Runs in transactions of the caller. */
export interface Noting {
	add(seq: number, action: ActionName, note: Note, at: number): void;
	/** Does the same by id. Returns false if there is no such delivery. */
	addTo(id: string, action: ActionName, note: Note, at: number): boolean;
	/** Adds the actions of an import. */
	addAll(seq: number, actions: readonly Action[] | undefined): void;
}

export function createNoting(db: Database): Noting {
	const insert = db.prepare(
		"insert into action (seq, at, action, actor, reason) values (?, ?, ?, ?, ?)",
	);
	const seqOf = db.prepare("select seq from delivery where id = ?");
	const add: Noting["add"] = (seq, action, { actor, reason }, at) => {
		insert.run(seq, at, actionCode(action), actor ?? null, reason ?? null);
	};
	return {
		add,
		addTo(id, action, note, at) {
			const found = seqOf.get(id) as { readonly seq: number } | undefined;
			if (found === undefined) return false;
			add(found.seq, action, note, at);
			return true;
		},
		addAll(seq, actions = []) {
			for (const one of actions) add(seq, one.action, one, one.at);
		},
	};
}
