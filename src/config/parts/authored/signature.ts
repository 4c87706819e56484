import type { AuthoredScheme } from "../../../gate/schemes/scheme.ts";

/** `signature` as written: `none`, the name of one, a scheme, or a list of names and schemes. */
export type AuthoredSignature =
	| AuthoredSignatureItem
	| readonly AuthoredSignatureItem[];

/** A name, or a scheme with its options. */
export type AuthoredSignatureItem = string | AuthoredScheme;
