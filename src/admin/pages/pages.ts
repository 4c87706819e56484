import Router from "@koa/router";
import { once } from "../../memo.ts";
import type { AdminState } from "../context.ts";
import { PAGE_POLICY } from "../guard.ts";
import { createOpenApi } from "../openapi.ts";
import type { AdminOperation } from "../operation.ts";
import { API_PATH } from "../operations.ts";
import { renderDocs } from "./docs.ts";
import { DOCS_SCRIPT } from "./docs-script.ts";
import { DOCS_STYLE } from "./docs-style.ts";

/** Creates the routes of the API's documentation, which is the same for every router and needs no token. */
export function createPageRoutes(
	operations: readonly AdminOperation[],
): Router<AdminState> {
	const router = new Router<AdminState>({ strict: true, sensitive: true });
	const document = once(() => createOpenApi(operations));
	const openapi = once(() => `${JSON.stringify(document(), null, 2)}\n`);
	const docs = once(() => renderDocs(document()));
	router.get(`${API_PATH}/openapi.json`, (ctx) => {
		ctx.body = openapi();
		ctx.type = "application/json";
	});
	router.get(`${API_PATH}/docs`, (ctx) => {
		ctx.set("Content-Security-Policy", PAGE_POLICY);
		ctx.body = docs();
		ctx.type = "text/html; charset=utf-8";
	});
	router.get(`${API_PATH}/docs.css`, (ctx) => {
		ctx.body = DOCS_STYLE;
		ctx.type = "text/css; charset=utf-8";
	});
	router.get(`${API_PATH}/docs.js`, (ctx) => {
		ctx.body = DOCS_SCRIPT;
		ctx.type = "text/javascript; charset=utf-8";
	});
	return router;
}
