import { all } from "./all/type.ts";
import { exec } from "./exec/type.ts";
import { forward } from "./forward/type.ts";
import type { HandlerType, HandlerTypes } from "./handler-type.ts";
import { ncco } from "./ncco/type.ts";
import { none } from "./none/type.ts";
import { plugin } from "./plugin/type.ts";
import { publish } from "./publish/type.ts";
import { pull } from "./pull/type.ts";
import { fixed } from "./static/type.ts";

/** All types of handlers, in the order in which messages list them. */
export const HANDLER_TYPES = toTable([
	plugin,
	ncco,
	fixed,
	forward,
	publish,
	exec,
	pull,
	all,
	none,
]);

/** Creates a table of types. */
export function toTable(types: readonly HandlerType[]): HandlerTypes {
	return new Map(types.map((type) => [type.name, type]));
}
