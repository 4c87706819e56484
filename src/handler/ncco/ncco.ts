import type { Reply } from "../../event/webhook.ts";
import { isHeard, type ReplyRule } from "../../kind/kind.ts";
import type { Handler } from "../handler.ts";
import { createScope } from "../template/scope.ts";
import { type NccoChecker, nccoReply, writeNcco } from "./check.ts";
import type { NccoTemplate } from "./template.ts";

export interface NccoHandlerOptions {
	readonly template: NccoTemplate;
	readonly checker: NccoChecker;
	/** The path of the route, for `route.path` in templates. */
	readonly path: string;
	/** Returns whether the platform uses the answer. Default: always. */
	readonly rule?: ReplyRule | undefined;
}

/**
 * Creates the handler that answers with an NCCO. An NCCO without expressions was checked when it was compiled, and is written
 * once: every event gets the same reply. An NCCO with expressions is rendered and checked synchronously for each event, and
 * throws HANDLER_FAILED or NCCO_INVALID. Events whose answer the platform ignores get no answer.
 */
export function createNccoHandler({
	template,
	checker,
	path,
	rule = HEARD,
}: NccoHandlerOptions): Handler {
	if (template.type === "static") {
		const { status, headers, body } = writeNcco(template.ncco);
		const reply: Reply = Object.freeze({
			status,
			headers,
			body: Buffer.from(String(body)),
		});
		return {
			handle: ({ payload }) => (isHeard(rule, payload) ? reply : undefined),
		};
	}
	return {
		readsHeaders: template.readsHeaders,
		handle: (event) =>
			isHeard(rule, event.payload)
				? nccoReply(template.render(createScope(event, path)), checker)
				: undefined,
	};
}

// --- helpers ---

const HEARD: ReplyRule = { body: "ncco", required: true };
