import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";

/** Calls a URL by GET, like the platform before it saves one, and resolves with the status. Rejects if there is no answer. */
export type Probe = (url: string) => Promise<number>;

/** Calls the URL for real: no redirect is followed, and an answer that does not come within 5 s is none. */
export function probeUrl(url: string): Promise<number> {
	return new Promise((resolve, reject) => {
		const open = url.startsWith("https:") ? requestSecure : requestPlain;
		const call = open(
			url,
			{ agent: false, timeout: TIMEOUT_MS, headers: { "user-agent": AGENT } },
			(answer) => {
				answer.resume();
				answer.on("error", reject);
				resolve(answer.statusCode as number);
			},
		);
		call.on("timeout", () => call.destroy(new Error("no answer within 5 s")));
		call.on("error", reject);
		call.end();
	});
}

/** Returns the reason why a URL cannot be saved. Undefined for one that answered 200. */
export async function refusalOf(
	url: string,
	probe: Probe,
): Promise<string | undefined> {
	if (!isWebUrl(url)) return `${url} is not an http or https URL`;
	try {
		const status = await probe(url);
		return status === 200
			? undefined
			: `GET ${url} answered ${status}, expected 200`;
	} catch (error) {
		return `GET ${url} failed: ${(error as Error).message}`;
	}
}

/** True for an absolute URL of the web. */
export function isWebUrl(text: unknown): text is string {
	return (
		typeof text === "string" &&
		/^https?:\/\/[^\s/]/i.test(text) &&
		URL.canParse(text)
	);
}

// --- helpers ---

const TIMEOUT_MS = 5000;

const AGENT = "switchhook-platform-mock";
