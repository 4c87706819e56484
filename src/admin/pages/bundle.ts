import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import Router from "@koa/router";
import { once } from "../../memo.ts";
import type { AdminContext, AdminState } from "../context.ts";
import { PAGE_POLICY } from "../guard.ts";
import { API_PATH } from "../operations.ts";

/** The first segments of the page's paths. The page has the same ones in its table of views. */
export const VIEW_NAMES = [
	"live",
	"deliveries",
	"routes",
	"charts",
	"send",
	"phone",
	"config",
	"about",
] as const;

/** A file of the page, as it is and compressed. */
interface BundleFile {
	readonly plain: Buffer;
	readonly gzip: Buffer;
}

/** The files of the page by their names. */
type Bundle = ReadonlyMap<string, BundleFile>;

/**
 * Creates the routes of the page, which is read from the folder that it was built to, when somebody opens it. It needs no token
 * itself: everything that it shows comes from the API. Without a build, `/` leads to the documentation of the API.
 */
export function createBundleRoutes(folder: string): Router<AdminState> {
	const router = new Router<AdminState>({ strict: true, sensitive: true });
	const read = once(() => readBundle(folder));
	const document = async (ctx: AdminContext): Promise<void> => {
		const bundle = await read();
		if (!bundle.has(DOCUMENT)) return ctx.redirect(`${API_PATH}/docs`);
		ctx.set("Content-Security-Policy", PAGE_POLICY);
		write(ctx, DOCUMENT, bundle);
	};
	router.get("/", document);
	for (const name of VIEW_NAMES) router.get(`/${name}{/*rest}`, document);
	router.get("/page/:name", async (ctx) => {
		const { name = "" } = ctx.params;
		if (name === DOCUMENT) return;
		// The name has the hash of the content.
		const bundle = await read();
		if (bundle.has(name))
			ctx.set("Cache-Control", "public, max-age=31536000, immutable");
		write(ctx, name, bundle);
	});
	return router;
}

// --- helpers ---

const DOCUMENT = "index.html";

async function readBundle(folder: string): Promise<Bundle> {
	const names = await readdir(folder).catch(() => []);
	const entries = names
		.filter((name) => !name.endsWith(".gz"))
		.map(async (name) => {
			const [plain, gzip] = await Promise.all([
				readFile(join(folder, name)),
				readFile(join(folder, `${name}.gz`)),
			]);
			return [name, { plain, gzip }] as const;
		});
	return new Map(await Promise.all(entries));
}

const TYPES: Readonly<Record<string, string>> = {
	".html": "text/html; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml",
	".js": "text/javascript; charset=utf-8",
};

function write(ctx: AdminContext, name: string, bundle: Bundle): void {
	const file = bundle.get(name);
	if (file === undefined) return;
	const isPacked = ctx.acceptsEncodings("gzip", "identity") === "gzip";
	ctx.vary("Accept-Encoding");
	if (isPacked) ctx.set("Content-Encoding", "gzip");
	ctx.body = isPacked ? file.gzip : file.plain;
	ctx.type = TYPES[extname(name)] ?? "application/octet-stream";
}
