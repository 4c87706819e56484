import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

let sources = "";
let build = "";

/** Takes the URLs of the sources and of their build. */
export function initialize(data) {
	sources = data.sources;
	build = data.build;
}

/** Resolves a source to its build. */
export async function resolve(specifier, context, next) {
	const resolved = await next(specifier, context);
	if (!resolved.url.startsWith(sources)) return resolved;
	const path = resolved.url
		.slice(sources.length)
		.replace(/\.ts(?=$|\?)/, ".js");
	return { url: build + path, format: "module", shortCircuit: true };
}

/** Loads the build as it is: other loaders would change its text. */
export async function load(url, context, next) {
	if (!url.startsWith(build)) return next(url, context);
	const source = await readFile(fileURLToPath(url.replace(/\?.*/, "")));
	return { format: "module", source, shortCircuit: true };
}
