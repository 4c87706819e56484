import { hashToken, makeToken } from "../../admin/access/tokens.ts";
import { OPERATIONS } from "../../admin/api/index.ts";
import { createAdminApp } from "../../admin/app.ts";
import { type AdminPlace, listenForAdmin } from "../../admin/listen.ts";
import type { AdminRouter } from "../../admin/router.ts";
import { packageFile } from "../package.ts";
import { type AdminChoice, openReplaceable } from "./listen.ts";

/** An open admin listener. */
export interface AdminListener {
	/** Without a trailing slash, such as `http://127.0.0.1:8081`. */
	readonly url: string;
	/** The token that was made for it. MUST NOT be logged. */
	readonly token: string;
	/** The URL for a browser, with the token. MUST NOT be logged. */
	readonly pageUrl: string;
	close(): Promise<void>;
}

/** Opens the listener of a router, or of an inbox without one. Throws CannotRun. */
export async function openListener(
	router: AdminRouter,
	choice: AdminChoice,
	tls?: AdminPlace["tls"],
): Promise<AdminListener> {
	const token = makeToken();
	const stop = new AbortController();
	const app = createAdminApp({
		router,
		operations: OPERATIONS,
		page: packageFile("page/dist"),
		madeToken: hashToken(token),
		// The name that was written may stand for several addresses.
		address: () => choice.host,
		stop: stop.signal,
	});
	const { port, close } = await openReplaceable(
		choice,
		tls,
		router.log,
		(place) => listenForAdmin(app, place),
	);
	const url = `${tls === undefined ? "http" : "https"}://${nameOf(choice.host)}:${port}`;
	return {
		url,
		token,
		pageUrl: `${url}/#token=${token}`,
		async close() {
			stop.abort();
			await close();
		},
	};
}

// --- helpers ---

/** Returns the host for a URL on this machine. */
function nameOf(host: string): string {
	if (host === "" || host === "0.0.0.0" || host === "::") return "127.0.0.1";
	return host.includes(":") ? `[${host}]` : host;
}
