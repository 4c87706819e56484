import type { Theme } from "./themes.ts";

/** Turns what a terminal was sent into a page that looks like one. Knows the sequences that Switchhook writes: tones, and no others. */
export function toHtml(sent: string, theme: Theme, columns: number): string {
	const text = sent.replaceAll("\r", "").replace(/^\n+/, "").trimEnd();
	return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: transparent }
main { display: inline-block; padding: 0; border-radius: 10px; overflow: hidden; background: ${theme.background}; color: ${theme.text} }
header { height: 34px; background: ${theme.bar}; display: flex; align-items: center; padding-left: 14px; gap: 8px }
header i { width: 12px; height: 12px; border-radius: 6px; background: ${theme.dim}; opacity: .45 }
pre { margin: 0; padding: 18px 22px 22px; width: ${columns}ch; font: 13.5px/1.5 "JetBrains Mono", "DejaVu Sans Mono", Menlo, monospace; white-space: pre }
</style><main><header><i></i><i></i><i></i></header><pre>${toSpans(text, theme)}</pre></main>`;
}

// --- helpers ---

// A tone, and all up to the next sequence.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin the sequences
const TONE = /\u001b\[([\d;]+)m([^\u001b]*)/g;

function toSpans(text: string, { colors, dim }: Theme): string {
	const styles: Readonly<Record<string, string>> = {
		1: "font-weight: 700",
		2: `color: ${dim}`,
	};
	const styleOf = (code: string): string | undefined => {
		const color = colors[Number(code)];
		return color === undefined ? styles[code] : `color: ${color}`;
	};
	return escapeHtml(text).replaceAll(
		TONE,
		(_, codes: string, words: string) => {
			const style = codes.split(";").map(styleOf).filter(Boolean).join("; ");
			return style === "" ? words : `<span style="${style}">${words}</span>`;
		},
	);
}

function escapeHtml(text: string): string {
	return text
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;");
}
