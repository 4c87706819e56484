import { CONTROL_HEADERS } from "../../http/control.ts";
import type { Request } from "./encode.ts";
import { readOutcome, type SentOutcome } from "./outcome.ts";
import { addHeaders } from "./sample.ts";
import { type Response, toControl, transmit } from "./transmit.ts";

/** An answer over the control socket. The outcome is undefined if another program answered. */
export interface ControlAnswer {
	readonly response: Response;
	readonly outcome: SentOutcome | undefined;
}

/** Sends a request over a router's control socket, as the client `from`. Default: one that the firewall admits. Throws CannotRun, and AnswerTooLong for an answer above the limit. */
export async function sendOverControl(
	request: Request,
	socket: string,
	from: string | undefined,
	maxBytes?: number,
): Promise<ControlAnswer> {
	const played =
		from === undefined
			? request
			: addHeaders(request, [[CONTROL_HEADERS.client, from]]);
	const control = await toControl(socket);
	try {
		const response = await transmit(played, control, maxBytes);
		return { response, outcome: readOutcome(response) };
	} finally {
		await control.release();
	}
}

/** Returns the headers of an answer without those of the control socket. */
export function withoutControl({
	headers,
}: Pick<Response, "headers">): Readonly<Record<string, string>> {
	return Object.fromEntries(
		Object.entries(headers).filter(([name]) => !OWN.has(name)),
	);
}

// --- helpers ---

const OWN: ReadonlySet<string> = new Set(Object.values(CONTROL_HEADERS));
