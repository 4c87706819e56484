import { createSignature, type Signature, UNSIGNED } from "../signature.ts";
import { type ConfiguredScheme, NO_CLAIMS, type Scheme } from "./scheme.ts";

/** The scheme `none`, the explicit decision to prove nothing. It cannot be combined. */
const NONE_SCHEME: Scheme = {
	name: "none",
	isPlatform: false,
	secretHeaders: [],
	secretParameters: [],
	schema: {
		title: "none",
		description: "No signature: the same as `signature: none`.",
		type: "object",
		additionalProperties: false,
		required: ["scheme"],
		properties: {
			scheme: { description: "No signature.", const: "none" },
		},
	},
	definitions: {},
	read: () => NONE.settings,
	configure: () => NONE,
};

/** The only configuration of `none`. */
export const NONE: ConfiguredScheme = Object.freeze({
	scheme: NONE_SCHEME,
	settings: Object.freeze({ scheme: NONE_SCHEME.name }),
	provesContent: false,
	provesTime: false,
	timeAdvice: undefined,
	claims: NO_CLAIMS,
	secretHeaders: [],
	plainHeaders: [],
	covers: () => true,
	createVerifier: () => {
		throw new RangeError("`none` stands alone");
	},
	sign: (request) => request,
} satisfies ConfiguredScheme);

/**
 * Creates the gate of a path. One matching scheme proves the origin. A single `none` requires nothing; combined with
 * others it would disable them. Throws RangeError for that, and for an empty list.
 */
export function compileSignature(
	schemes: readonly ConfiguredScheme[],
): Signature {
	if (schemes.length === 1 && schemes[0] === NONE) return UNSIGNED;
	return createSignature(schemes.map((one) => one.createVerifier()));
}
