/** A part of a page of the documentation, from a heading to the next. */
export interface DocsSection {
	/** The path of its page in the package, such as `docs/match.md`. */
	readonly page: string;
	/** The title of the page. */
	readonly title: string;
	/** The headings that lead to it, without the title. Empty at the beginning of a page. */
	readonly headings: readonly string[];
	/** Without its heading. */
	readonly text: string;
}

/** Splits a page of Markdown at its headings. Lines of code that begin with `#` are not headings. */
export function splitPage(page: string, markdown: string): DocsSection[] {
	const sections: DocsSection[] = [];
	let title = page;
	let headings: string[] = [];
	let lines: string[] = [];
	let fence: string | undefined;
	const end = (): void => {
		const text = lines.join("\n").trim();
		if (text !== "") sections.push({ page, title, headings, text });
		lines = [];
	};
	// Comments are for editors of the page.
	for (const line of markdown.replace(/<!--[\s\S]*?-->/g, "").split("\n")) {
		const [mark] = /^\s*(?:`{3,}|~{3,})/.exec(line) ?? [];
		if (mark !== undefined) {
			if (fence === undefined) fence = mark.trim();
			else if (mark.trim().startsWith(fence)) fence = undefined;
		}
		const [, signs, heading] =
			fence === undefined ? (/^(#{1,6})\s+(.+?)\s*$/.exec(line) ?? []) : [];
		if (signs === undefined || heading === undefined) {
			lines.push(line);
			continue;
		}
		end();
		const depth = signs.length;
		// A heading may be a link.
		const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
		if (depth === 1) {
			title = plain;
			headings = [];
		} else headings = [...headings.slice(0, depth - 2), plain];
	}
	end();
	// The title stands above its sections, wherever the first section began.
	return sections.map((section) => ({ ...section, title }));
}
