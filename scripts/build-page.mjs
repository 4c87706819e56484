// Bundles page/ to page/dist: one script and one style with hashes in their names, the document that loads them, and each of them
// compressed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

const PAGE = fileURLToPath(new URL("../page", import.meta.url));

/** Builds the page afresh. Returns the folder. */
export function buildPage(folder = join(PAGE, "dist")) {
	const { outputFiles } = buildSync({
		entryPoints: { app: join(PAGE, "main.tsx") },
		tsconfig: join(PAGE, "tsconfig.json"),
		outdir: folder,
		entryNames: "[name]-[hash]",
		bundle: true,
		format: "esm",
		target: ["es2022", "safari16.4", "firefox115"],
		minify: true,
		legalComments: "none",
		define: { "process.env.NODE_ENV": '"production"' },
		write: false,
		logLevel: "warning",
	});
	const names = Object.fromEntries(
		outputFiles.map(({ path }) => [
			path.slice(path.lastIndexOf(".") + 1),
			basename(path),
		]),
	);
	const html = readFileSync(join(PAGE, "index.html"), "utf8")
		.replace("app.css", names.css)
		.replace("app.js", names.js);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const files = [
		...outputFiles.map(({ path, contents }) => [basename(path), contents]),
		["index.html", Buffer.from(html)],
		["icon.svg", readFileSync(join(PAGE, "icon.svg"))],
	];
	for (const [name, contents] of files) {
		writeFileSync(join(folder, name), contents);
		writeFileSync(join(folder, `${name}.gz`), gzipSync(contents, { level: 9 }));
	}
	return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildPage();
