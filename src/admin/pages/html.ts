/** A piece of HTML that is safe to put into a page. */
export class Html {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

type Part = string | number | undefined | Html | readonly Part[];

/** Writes HTML. Everything that is put in is escaped, unless it is HTML already. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
	return new Html(
		texts
			.map((text, at) => (at === 0 ? "" : toText(parts[at - 1])) + text)
			.join(""),
	);
}

// --- helpers ---

function toText(part: Part): string {
	if (part instanceof Html) return part.text;
	if (Array.isArray(part)) return part.map(toText).join("");
	return part === undefined ? "" : escapeHtml(String(part));
}

function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
