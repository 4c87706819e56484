import { posix } from "node:path";

/** A block of code on a page. */
export interface Block {
	readonly page: string;
	/** The line of the page on which it opens, from 1. */
	readonly line: number;
	readonly language: string;
	/** The words after the language: `fragment`, or the path of a file. */
	readonly words: readonly string[];
	readonly text: string;
	/** The file of the page's folder that it is; undefined for one without a name. */
	readonly file: string | undefined;
	/** True for a part of a file, which `completeYaml` frames. */
	readonly isFragment: boolean;
}

/** Finds the blocks of a page. How they are written is in CONTRIBUTING.md, under "Blocks of code in the docs". */
export function blocksOf(page: string, text: string): readonly Block[] {
	const blocks: Block[] = [];
	for (const match of text.matchAll(/^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)) {
		const [, language = "", info = "", body = ""] = match;
		const words = info
			.trim()
			.split(/\s+/)
			.filter((word) => word !== "");
		const line = text.slice(0, match.index).split("\n").length;
		const named = words.find(isPath) ?? fileOf(body);
		blocks.push({
			page,
			line,
			language,
			words,
			text: body,
			file: named === undefined ? undefined : posix.normalize(named),
			isFragment: words.includes("fragment"),
		});
	}
	return blocks;
}

/** Makes a routes.yaml of a fragment, by what it begins with: routes, actions of an NCCO, keys of the file, or keys of a route. */
export function completeYaml(text: string): string {
	const keys = [...text.matchAll(/^([A-Za-z]\w*):/gm)].map(
		([, key = ""]) => key,
	);
	if (/^- action:/m.test(text)) {
		return `${HEAD}routes:\n${CALL}    handler:\n      ncco:\n${indent(text, 8)}`;
	}
	if (/^- /m.test(text)) return `${HEAD}routes:\n${indent(text, 2)}`;
	if (keys.some((key) => TOP.has(key))) {
		const defaults = keys.includes("defaults") ? "" : DEFAULTS;
		return `version: 1\n${defaults}${text}`;
	}
	const own = [
		["kind", "schema"].some((key) => keys.includes(key)) ? "" : KIND,
		keys.includes("path") ? "" : "    path: /fragment\n",
		keys.includes("handler") ? "" : "    handler: { plugin: log }\n",
	];
	const name = keys.includes("name") ? "" : "name: fragment";
	const body = indent(text, 4);
	return name === ""
		? `${HEAD}routes:\n  -\n${own.join("")}${body}`
		: `${HEAD}routes:\n  - ${name}\n${own.join("")}${body}`;
}

// --- helpers ---

const DEFAULTS = "defaults: { firewall: [vonage], signature: none }\n";
const HEAD = `version: 1\n${DEFAULTS}`;
const KIND = "    kind: sms.inbound\n";
const CALL =
	"  - name: fragment\n    path: /fragment\n    kind: voice.answer\n    fallback: { ncco: [{ action: talk, text: Sorry }] }\n";
const TOP: ReadonlySet<string> = new Set([
	"admin",
	"defaults",
	"alerts",
	"inbox",
	"include",
	"networks",
	"platform",
	"routes",
	"server",
	"signatures",
	"tables",
	"tests",
]);

/** A comment on the first line that is a path names the file: `# nccos/menu.yaml`, `// plugins/menu.ts: …`. */
function fileOf(text: string): string | undefined {
	const [, path] = /^(?:#|\/\/) ([\w./-]+\.\w+)(?=$|:)/m.exec(text) ?? [];
	return path !== undefined && isPath(path) ? path : undefined;
}

function isPath(word: string): boolean {
	return /^[\w.-]+(?:\/[\w.-]+)*\.(?:ya?ml|json|ts|mjs|js|csv|txt|pem|env)$/.test(
		word,
	);
}

function indent(text: string, columns: number): string {
	return text.replaceAll(/^(?=.)/gm, " ".repeat(columns));
}
