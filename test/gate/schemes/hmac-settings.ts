import type { HmacSettings } from "../../../src/gate/schemes/hmac/signature.ts";
import { SECRET } from "./requests.ts";

/** As simple services write it: a digest of the body in hex. */
export const SETTINGS: HmacSettings = {
	scheme: "hmac",
	header: "x-signature",
	algorithm: "sha256",
	encoding: "hex",
	prefix: "",
	separator: undefined,
	timestamp: undefined,
	content: "{body}",
	secrets: [SECRET],
	toleranceMs: 300_000,
};
/** As payment services write it: `t=1700000000,v1=…`. */
export const TIMED: HmacSettings = {
	...SETTINGS,
	prefix: "v1=",
	separator: ",",
	timestamp: { prefix: "t=" },
	content: "{timestamp}.{body}",
};
/** As chat services write it: two headers. */
export const APART: HmacSettings = {
	...SETTINGS,
	prefix: "v0=",
	timestamp: { header: "x-time" },
	content: "v0:{timestamp}:{body}",
};
