import type { RequestListener } from "node:http";
import { hashToken, makeToken } from "../../admin/access/tokens.ts";
import { type AdminPlace, listenForAdmin } from "../../admin/listen.ts";
import type { AdminLog, AdminRouter } from "../../admin/router.ts";
import { once } from "../../memo.ts";
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

/**
 * Opens the listener of a router, or of an inbox without one. What answers is loaded for the first request, because most of the
 * admin API is not needed to start. Throws CannotRun.
 *
 * @param open creates the router as the API sees it
 */
export async function openListener(
	open: () => AdminRouter | Promise<AdminRouter>,
	log: AdminLog,
	choice: AdminChoice,
	tls?: AdminPlace["tls"],
): Promise<AdminListener> {
	const token = makeToken();
	const stop = new AbortController();
	const callback = once(async () => {
		const [{ createAdminApp }, { OPERATIONS }] = await Promise.all([
			import("../../admin/app.ts"),
			import("../../admin/api/index.ts"),
		]);
		const app = createAdminApp({
			router: await open(),
			operations: OPERATIONS,
			page: packageFile("page/dist"),
			madeToken: hashToken(token),
			// The name that was written may stand for several addresses.
			address: () => choice.host,
			stop: stop.signal,
		});
		return app.callback();
	});
	const answer = async (...request: Request): Promise<void> => {
		try {
			await (await callback())(...request);
		} catch (error) {
			log.error({ err: error }, "the admin listener could not answer");
			request[1].destroy();
		}
	};
	const { port, close } = await openReplaceable(choice, tls, log, (place) =>
		listenForAdmin((...request) => void answer(...request), place),
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

type Request = Parameters<RequestListener>;

/** Returns the host for a URL on this machine. */
function nameOf(host: string): string {
	if (host === "" || host === "0.0.0.0" || host === "::") return "127.0.0.1";
	return host.includes(":") ? `[${host}]` : host;
}
