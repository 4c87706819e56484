/** Writes of a text only how long it is. */
export function hideAll({ length }: { readonly length: number }): string {
	return `[masked ${length} ${length === 1 ? "character" : "characters"}]`;
}
