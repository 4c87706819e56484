import { signal } from "@preact/signals";
import { call } from "../../../api/client.ts";
import { notify, notifyError } from "../../../state/notices.ts";
import { opened } from "./actions.ts";

/** The delivery whose masks are lifted, with its payload. Another delivery puts it out. */
export const revealed = signal<string | undefined>(undefined);

/** Opens the editor of a delivery's payload. Masked values stay masked, and are kept unless somebody changes them. */
export async function editOne(id: string): Promise<void> {
	const isRevealed = revealed.value === id;
	try {
		const { payload } = await call("getDelivery", {
			params: { id },
			query: { reveal: isRevealed },
		});
		if (typeof payload !== "object" || payload === null) {
			notify("The delivery has no payload that can be edited.", {
				isError: true,
			});
			return;
		}
		opened.value = {
			...{ kind: "edit", target: { ids: [id] } },
			...{ payload, isMasked: !isRevealed },
		};
	} catch (error) {
		notifyError(error);
	}
}
