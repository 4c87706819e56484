import type { AdminRequest } from "./operation.ts";
import { expectScope } from "./operations.ts";

/**
 * Lifts the masks of one thing for a request that asks for it, and logs that with the name of the token. Throws `missing-scope`
 * unless the token has the scope `reveal`.
 *
 * @param thing names what is shown, such as `delivery 01a22797-…`
 */
export function reveal(
	{ scopes, actor, router }: Pick<AdminRequest, "scopes" | "actor" | "router">,
	thing: string,
): void {
	expectScope(scopes, "reveal");
	router.log.warn(
		{ actor, revealed: thing },
		"personal data was shown without masks through the admin API",
	);
}
