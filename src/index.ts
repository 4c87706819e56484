/** The public face: what `import … from "switchhook"` gives a plugin. */

export type { Ncco, NccoAction } from "./event/ncco.ts";
export type {
	Claims,
	Headers,
	HookEvent,
	Level,
	Mode,
	Payload,
} from "./event/webhook.ts";
export { parseDuration } from "./finding/units.ts";
// With a star, as only then does `declare module "switchhook" { interface Payloads { … } }` merge.
export type * from "./generated/payloads.ts";
export type * from "./plugin/define.ts";
export { definePlugin } from "./plugin/define.ts";
export {
	type FreeReply,
	type FreeReplyInit,
	respond,
} from "./plugin/respond.ts";
export { parseRetryAfter } from "./plugin/retry-after.ts";
export type { FromSchema, JsonSchema } from "./plugin/schema-type.ts";
export { giveUp, retryLater } from "./plugin/steer.ts";
