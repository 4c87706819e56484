import type { Headers } from "../../event/webhook.ts";
import type { Client } from "../../gate/client-address.ts";
import type { Arrival } from "./resolve.ts";

/** A request as the pipeline sees it, independent of the server. */
export interface Inbound extends Arrival {
	/** Upper case. */
	readonly method: string;
	/** The text after `?`, undecoded. */
	readonly query: string;
	readonly headers: Headers;
	readonly client: Client;
	/** As it was sent, without the query. */
	readonly path: string;
	/** True if the request announces a body, even an empty one. */
	readonly hasBody: boolean;
	/** Reads the body. Throws BODY_TYPE before reading, and BODY_TOO_LARGE and BODY_ABORTED while reading. */
	read(limitBytes: number): Promise<Uint8Array>;
	/**
	 * Returns the body as text if it is compressed or has another charset. Returns undefined if its bytes are plain UTF-8. Throws
	 * BODY_TOO_LARGE if the unpacked body exceeds the limit.
	 */
	unpack(raw: Uint8Array, limitBytes: number): Promise<string> | undefined;
}
