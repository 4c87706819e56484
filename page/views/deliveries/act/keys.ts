import { canOperate } from "../../../api/session.ts";
import type { Shortcut } from "../../../state/keys.ts";
import { notify } from "../../../state/notices.ts";
import type { Filter } from "../filters.ts";
import { hasSelection } from "../selection.ts";
import { act, bulkActions } from "./actions.ts";
import { editOne } from "./edit-one.ts";

/** The keys of the actions. They act on the selection, or else on the open or active delivery. */
export function actionKeys(
	site: () => { readonly id: string | undefined; readonly filter: Filter },
): readonly Shortcut[] {
	const on = (name: "replay" | "edit", one: (id: string) => void) => () => {
		const { id, filter } = site();
		if (!canOperate.value) {
			notify("Your token lacks the scope operate.", { isError: true });
		} else if (hasSelection.value) {
			bulkActions(filter)
				.find((action) => action.name === name)
				?.run();
		} else if (id !== undefined) one(id);
	};
	return [
		{
			key: "r",
			label: "Replay",
			run: on("replay", (id) => act("replay", { ids: [id] })),
		},
		{
			key: "e",
			label: "Edit and replay",
			run: on("edit", (id) => void editOne(id)),
		},
	];
}
