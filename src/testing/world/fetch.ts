import { toConnectionError } from "./outgoing.ts";
import { currentWorld } from "./world.ts";

/** Answers a `fetch` of code in a world by the world's stubs. Rejects as `fetch` does, and for a request that no stub fits. */
export async function fetchInWorld(
	...[input, init]: Parameters<typeof fetch>
): Promise<Response> {
	const world = currentWorld();
	const request = new Request(input, init);
	const body = new Uint8Array(await request.arrayBuffer());
	request.signal.throwIfAborted();
	const { method, url } = request;
	const headers = Object.fromEntries(request.headers);
	const outgoing = { by: "plugin", method, url, headers, body } as const;
	const answer = world?.outgoing.send(outgoing);
	if (answer === undefined) {
		throw world?.outgoing.refuse(url, method) ?? toConnectionError("ENETDOWN");
	}
	if ("error" in answer) {
		const cause = toConnectionError(answer.error);
		throw new TypeError("fetch failed", { cause });
	}
	const { status } = answer;
	// These statuses have no body (Fetch standard, "null body status").
	const isEmpty = status === 204 || status === 205 || status === 304;
	return new Response(isEmpty ? null : new Uint8Array(answer.body), {
		status,
		headers: answer.headers,
	});
}
