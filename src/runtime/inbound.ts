import type { Headers } from "../event/webhook.ts";
import type { Client } from "../gate/client-address.ts";
import type { Arrival } from "./resolve.ts";

/** A request as the pipeline sees it, whatever server brought it. */
export interface Inbound extends Arrival {
	/** Upper case. */
	readonly method: string;
	/** The text after `?`, undecoded. */
	readonly query: string;
	readonly headers: Headers;
	readonly client: Client;
	/** As it was sent, without the query. */
	readonly path: string;
	/** True when the request announces a body, even an empty one. */
	readonly hasBody: boolean;
	/** Reads the body. Throws BODY_TYPE before it reads, BODY_TOO_LARGE and BODY_ABORTED while it does. */
	read(limitBytes: number): Promise<Uint8Array>;
	/**
	 * The body as text where its bytes are not plain UTF-8 (compressed, or another charset); undefined
	 * where they are. Throws BODY_TOO_LARGE when it unpacks to more than the limit.
	 */
	unpack(raw: Uint8Array, limitBytes: number): Promise<string> | undefined;
}
