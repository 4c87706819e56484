import type { PlanProblem } from "./plan.ts";
import type { Wish } from "./wish.ts";

/** Says that routes want several URLs in a setting that takes one. */
export function conflict(
	account: string,
	setting: string,
	wishes: readonly Wish[],
): PlanProblem {
	const named = wishes.map(
		({ url, routes }) =>
			`${routes.map(({ name }) => name).join(", ")} wants ${url}`,
	);
	return {
		code: "conflict",
		blocks: false,
		account,
		what: `${setting} takes one URL, and several are wanted: ${named.join("; ")}.`,
		todo: "Give these routes one path, or another level. Until then the setting stays as it is.",
		because: wishes.flatMap(({ routes }) => routes.map(({ reason }) => reason)),
	};
}
