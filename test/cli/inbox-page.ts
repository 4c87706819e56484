import { type Called, type CallOptions, callAdmin } from "../admin/listener.ts";
import { runInbox } from "./inbox-ground.ts";

/** The page of `inbox ui`. */
export interface InboxPage {
	readonly port: number;
	readonly token: string;
	call(
		method: "GET" | "POST",
		path: string,
		body?: unknown,
		options?: CallOptions,
	): Promise<Called>;
}

/** Runs `inbox ui` for as long as `use` runs, and returns what it wrote to standard error. */
export async function withInboxPage(
	folder: string,
	args: readonly string[],
	use: (page: InboxPage) => Promise<void>,
): Promise<{ readonly code: number; readonly err: string }> {
	const end = new AbortController();
	let wrote = "";
	let tell: (url: string) => void = () => {};
	const told = new Promise<string>((resolve) => {
		tell = resolve;
	});
	const ran = runInbox(folder, ["ui", ...args], {
		interrupted: () => end.signal,
		stdout: {
			write: (text: string) => {
				wrote += text;
				const [url] = /http:\S+/.exec(wrote) ?? [];
				if (url !== undefined && wrote.endsWith("\n")) tell(url);
			},
		},
	});
	const url = await Promise.race([
		told,
		ran.then(({ err }) => Promise.reject(new Error(err))),
	]);
	const { port, hash } = new URL(url);
	const token = hash.slice("#token=".length);
	try {
		await use({
			port: Number(port),
			token,
			call: (method, path, body, options) =>
				callAdmin(Number(port), `/api/v1${path}`, {
					...{ token, method, ...options },
					...(body !== undefined && { body: JSON.stringify(body) }),
				}),
		});
	} finally {
		end.abort();
	}
	return ran;
}
