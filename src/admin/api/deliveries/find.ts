import { describeDropped } from "../../../desk/dropped.ts";
import type { DeliveryDetail, Dropped } from "../../../inbox/port/delivery.ts";
import type { AdminRequest } from "../../operation.ts";
import { AdminProblem } from "../../problem.ts";
import { reveal } from "../../reveal.ts";
import { about } from "../schemas.ts";
import { expectStore } from "./filter.ts";

/** The parameter that lifts masks. */
export const REVEAL = about(
	"Shows personal data without masks. Needs the scope `reveal`, and is logged.",
	{ type: "boolean", default: false },
);

/** The answer for an id that the inbox does not hold. */
export const GONE = {
	description:
		"The inbox does not hold it. If somebody dropped it, the problem says who, when and why.",
};

/** The problem of an id that the inbox does not hold. */
export function unknownDelivery(id: string, dropped?: Dropped): AdminProblem {
	return new AdminProblem(
		"not-found",
		dropped?.id === id
			? describeDropped(dropped)
			: `The inbox holds no delivery ${id}. It may have been pruned.`,
	);
}

/** Returns the delivery of the path. Throws `not-found`. */
export async function expectDelivery(
	request: Pick<AdminRequest, "params" | "router">,
): Promise<DeliveryDetail> {
	const { id = "" } = request.params;
	const store = expectStore(request);
	const detail = await store.get(id);
	if (detail !== undefined) return detail;
	throw unknownDelivery(id, await store.dropped(id));
}

/** Lifts the masks of a delivery if the request asks for it, and logs that. Throws `missing-scope`. */
export function revealIfAsked(
	request: AdminRequest,
	{ id }: Pick<DeliveryDetail, "id">,
): boolean {
	if (request.query.reveal !== true) return false;
	reveal(request, `delivery ${id}`);
	return true;
}

/** Returns the configuration by which deliveries are shown. */
export function groundOf({ router }: Pick<AdminRequest, "router">) {
	return { runtime: router.runtime(), settings: router.settings() };
}
