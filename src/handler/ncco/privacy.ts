import { toPrivacy } from "../../kind/personal.ts";
import type { Privacy } from "../../observe/privacy.ts";
import { readNccoSchema } from "./schema.ts";

/** Creates the privacy of an NCCO: actions, settings and URLs may be shown, texts and numbers may not. */
export function createNccoPrivacy(): Privacy {
	return toPrivacy(readNccoSchema());
}
