// The files of a recipe, which a checkout has beside its README and the site shows below it.
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Appends the files of a recipe to its README; any other page stays as it is. `path` is relative to the repository. */
export function withRecipeFiles(text: string, path: string): string {
	const [, folder] = /^(examples\/[\w-]+)\/README\.md$/.exec(path) ?? [];
	if (folder === undefined) return text;
	const blocks = listFiles(folder).map((file) => {
		const content = readFileSync(join(ROOT, folder, file), "utf8").trimEnd();
		return `### ${file}\n\n\`\`\`\`${languageOf(file)}\n${content}\n\`\`\`\`\n`;
	});
	return `${text.trimEnd()}\n\n## The files\n\n${blocks.join("\n")}`;
}

// --- helpers ---

const LANGUAGES: Readonly<Record<string, string>> = {
	".yaml": "yaml",
	".ts": "ts",
	".mjs": "js",
	".json": "json",
	".csv": "csv",
	".example": "ini",
};

function languageOf(file: string): string {
	return LANGUAGES[extname(file)] ?? "text";
}

/** The files in the order of a reader: routes.yaml, what stands beside it, the folders, and the tests. */
function listFiles(folder: string): readonly string[] {
	const entries = readdirSync(join(ROOT, folder), {
		recursive: true,
		withFileTypes: true,
	});
	return entries
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) =>
			join(parentPath, name).slice(join(ROOT, folder).length + 1),
		)
		.filter(isShown)
		.toSorted((a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b));
}

/** What a run leaves behind, such as `.env`, is no part of a recipe. */
function isShown(file: string): boolean {
	if (/^(?:data|recordings|node_modules)\//.test(file)) return false;
	const ending = extname(file);
	return ending in LANGUAGES || ending === ".txt";
}

function rankOf(file: string): number {
	if (file === "routes.yaml") return 0;
	if (file.startsWith("tests/")) return 3;
	return file.includes("/") ? 2 : 1;
}
