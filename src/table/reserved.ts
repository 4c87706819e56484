/** The variables of a template that are not tables. */
export const TEMPLATE_ROOTS = [
	"payload",
	"query",
	"params",
	"headers",
	"route",
	"claims",
] as const;

/** Returns true for a name that no table may have, because it has another meaning in templates. */
export function isReservedName(name: string): boolean {
	return RESERVED.has(name);
}

// --- helpers ---

const RESERVED: ReadonlySet<string> = new Set([
	...TEMPLATE_ROOTS,
	// Names that Liquid itself uses: constants, operators, and the state of its loops.
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
