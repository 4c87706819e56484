import { EXISTS } from "./exists.ts";
import { IN } from "./in.ts";
import { IS } from "./is.ts";
import { NOT } from "./not.ts";
import { PATTERN } from "./pattern.ts";
import { RANGE } from "./range.ts";
import { type Conditions, createConditions } from "./table.ts";

/** The types of conditions in a `match`. To add one, write a module in this folder and a line here. */
export const CONDITIONS: Conditions = createConditions([
	IS,
	IN,
	PATTERN,
	NOT,
	EXISTS,
	RANGE,
]);
