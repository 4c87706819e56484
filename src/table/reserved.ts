/** The names that a template reads without a table. */
export const TEMPLATE_ROOTS = [
	"payload",
	"query",
	"params",
	"headers",
	"route",
	"claims",
] as const;

/** True for a name that no table may have: a template would read something else by it. */
export function isReservedName(name: string): boolean {
	return RESERVED.has(name);
}

// --- helpers ---

const RESERVED: ReadonlySet<string> = new Set([
	...TEMPLATE_ROOTS,
	// Read by Liquid itself: constants, operators, and the state of its loops.
	"true",
	"false",
	"nil",
	"null",
	"empty",
	"blank",
	"and",
	"or",
	"not",
	"contains",
	"in",
	"forloop",
	"tablerowloop",
]);
