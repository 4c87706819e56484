import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, resolve } from "node:path";
import type { EvalModuleOptions, Jiti } from "jiti";
import type { Inputs } from "../../inputs.ts";

/** The modules of one plugin by their absolute paths, as jiti keeps them. */
export type Modules = NonNullable<EvalModuleOptions["cache"]>;

/**
 * Creates the modules of one load of a plugin. jiti calls it before it reads an imported file, for two purposes: the inputs get
 * each file, and a file that jiti would leave to Node is evaluated here. Node keeps a module for ever, so a reload would see
 * the old `lib.js`.
 *
 * Packages in `node_modules` are left to Node.
 *
 * @param plugin the file of the plugin itself.
 */
export function createModules(
	plugin: string,
	jiti: () => Jiti,
	inputs: Inputs,
): Modules {
	const known: Modules = Object.create(null);
	const seen = new Set<string>();
	/** The module that was just started: jiti asks for it twice, for its existence and for its exports. */
	let begun: { readonly path: string; readonly module: unknown } | undefined;
	const modules: Modules = new Proxy(known, {
		get(_, path) {
			if (typeof path !== "string" || !isOwn(path)) return undefined;
			if (begun?.path === path) {
				const { module } = begun;
				begun = undefined;
				return module;
			}
			if (path in known) return known[path];
			if (!seen.has(path)) {
				seen.add(path);
				inputs.file(path, plugin);
				const text = readText(path);
				if (text !== undefined) noteImports(path, text, inputs);
				if (text !== undefined && isLeftToNode(path, text)) {
					const module = evaluate(path, text);
					begun = { path, module };
					return module;
				}
			}
			return known[path];
		},
	});
	const evaluate = (path: string, text: string): unknown => {
		const isAsync = isModule(path);
		const exports: unknown = jiti().evalModule(text, {
			filename: path,
			ext: extname(path),
			cache: modules,
			async: isAsync,
			forceTranspile: true,
		});
		// The first importer waits for it. Later ones get it in its current state, which ends a cycle of imports.
		return isAsync ? { exports } : known[path];
	};
	return modules;
}

/**
 * Adds the imports that jiti does not report to the inputs: JSON, and relative imports of missing files. Node's copy of a JSON
 * file is dropped.
 */
export function noteImports(file: string, text: string, inputs: Inputs): void {
	for (const [, specifier = ""] of text.matchAll(RELATIVE_IMPORT)) {
		const path = resolve(dirname(file), specifier);
		inputs.file(path, file);
		if (path.endsWith(".json")) delete NODE_CACHE[path];
		else if (extname(path) === "") {
			for (const ending of TRIED) inputs.file(path + ending, file);
		}
	}
}

// --- helpers ---

const NODE_CACHE = createRequire(import.meta.url).cache;

/** Finds paths after `from`, `import` or `require`. Extra matches do no harm, because nothing is loaded from them. */
const RELATIVE_IMPORT =
	/\b(?:from|import|require)\b\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

/** The endings that an import may go without. */
const TRIED = [".ts", ".js", ".mjs", "/index.ts", "/index.js"];

function isOwn(path: string): boolean {
	return (
		/^(?:\/|[A-Za-z]:[\\/])/.test(path) && !/[\\/]node_modules[\\/]/.test(path)
	);
}

function readText(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

/** Returns true for a file that jiti would not transpile: an ECMAScript module by its ending or its package, and CommonJS. */
function isLeftToNode(path: string, text: string): boolean {
	if (!/\.[cm]?js$/.test(path)) return false;
	return isModule(path) || !/^\s*(?:import|export)\b/m.test(text);
}

function isModule(path: string): boolean {
	const ending = extname(path);
	return ending === ".mjs" || (ending === ".js" && isInModulePackage(path));
}

function isInModulePackage(path: string): boolean {
	const folder = dirname(path);
	const text = readText(resolve(folder, "package.json"));
	if (text !== undefined) return /"type"\s*:\s*"module"/.test(text);
	return folder !== dirname(folder) && isInModulePackage(folder);
}
