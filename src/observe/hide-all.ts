/** Replaces a text by its length. */
export function hideAll({ length }: { readonly length: number }): string {
	return `[masked ${length} ${length === 1 ? "character" : "characters"}]`;
}
