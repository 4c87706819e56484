import type { LineWebhook } from "../../phone/line.ts";
import { encodePayload, type Request } from "./encode.ts";
import { type SigningGround, sign } from "./sign.ts";

/** Makes the request of a webhook of the phone: encoded, and signed if its path wants a signature. Throws CannotRun. */
export function toLineRequest(
	{ method, path, query, payload, encoding }: LineWebhook,
	ground: SigningGround,
): Request {
	const bare: Request =
		payload === undefined
			? { method, path, query: "", headers: {}, raw: Buffer.alloc(0) }
			: encodePayload(payload, encoding, { path, methods: [method] });
	const joined = [query, bare.query].filter((part) => part !== "").join("&");
	return sign({ ...bare, query: joined }, ground, { claim: [] });
}
