import { closeDialog, opened } from "./actions.ts";
import { ConfirmDialog } from "./confirm.tsx";
import { EditDialog } from "./edit.tsx";
import { MadeDialog } from "./made.tsx";
import "./act.css";

/** The dialog of the action that a person has begun. */
export function Dialogs() {
	const open = opened.value;
	switch (open?.kind) {
		case "confirm":
			return <ConfirmDialog {...open} onClose={closeDialog} />;
		case "edit":
			return <EditDialog {...open} onClose={closeDialog} />;
		case "test":
		case "curl":
			return <MadeDialog {...open} onClose={closeDialog} />;
		default:
			return null;
	}
}
