import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { contentType } from "mime-types";
import { once } from "../../src/memo.ts";
import { UNCOUNTED } from "../program.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Builds the site once per process, and returns its folder. Fails on a dead link. VitePress sets NODE_ENV, so it runs in a
 * process of its own: routers that later tests start would inherit it.
 */
export const buildSite = once(async () => {
	const vitepress = join(ROOT, "node_modules/vitepress/bin/vitepress.js");
	await promisify(execFile)(process.execPath, [vitepress, "build", "docs"], {
		cwd: ROOT,
		env: UNCOUNTED,
	});
	return join(ROOT, "dist-docs");
});

/** Serves a folder as a static host with clean URLs does. */
export async function serveSite(folder: string): Promise<Server> {
	const server = createServer((request, response) => {
		const { pathname } = new URL(request.url ?? "/", "http://localhost");
		const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
		const file = extname(path) === "" ? `${path}.html` : path;
		readFile(join(folder, file)).then(
			(content) => {
				const type = contentType(extname(file)) || "application/octet-stream";
				response.setHeader("content-type", type);
				response.end(content);
			},
			() => {
				response.statusCode = 404;
				response.end();
			},
		);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, "127.0.0.1", resolve);
	});
	return server;
}

/** Returns the address of a server, with a slash at its end. */
export function urlOf(server: Server): string {
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
