/** The sorts of personal values, as the keyword `personal` of a schema names them. */
export const PERSONAL_SORTS = [
	"number",
	"text",
	"email",
	"code",
	"keys",
] as const;
/** Tells what a value is to a person: a number, words, an e-mail address, a code to be verified, or keys that were pressed. */
export type PersonalSort = (typeof PERSONAL_SORTS)[number];

/** How much of a payload may be shown, from one place of it inwards. */
export interface Privacy {
	/**
	 * The sort of a personal value. `plain`: it may be shown. `unknown`: nothing says what it is, so that texts are hidden.
	 * `look`: it is masked where it looks like a number or a secret.
	 */
	readonly sort: PersonalSort | "plain" | "unknown" | "look";
	field(name: string): Privacy;
	item(index: number): Privacy;
}

/** The privacy of what no schema knows. */
export const UNKNOWN: Privacy = endless("unknown");

/** The privacy inside a personal value. */
export const PERSONAL: Readonly<Record<PersonalSort, Privacy>> = {
	number: endless("number"),
	text: endless("text"),
	email: endless("email"),
	code: endless("code"),
	keys: endless("keys"),
};

/** The privacy of fields that somebody else than a sender names, such as headers: a few names say that it is a text. */
export const BY_LOOK: Privacy = {
	sort: "look",
	field: (name) => (TEXT_NAMES.has(name) ? PERSONAL.text : BY_LOOK),
	item: () => BY_LOOK,
};

const PLAIN: Privacy = endless("plain");

/** The claims of a token: those that are registered, or that the platform writes, name no person. */
export const OF_CLAIMS: Privacy = {
	sort: "unknown",
	field: (name) => (PLAIN_CLAIMS.has(name) ? PLAIN : UNKNOWN),
	item: () => UNKNOWN,
};

/** The privacy of the fields that a plugin logs: of the payload itself, under `payload`, and of fields of it, under their own names. */
export function ofPluginFields(payload: Privacy): Privacy {
	return {
		sort: "look",
		field(name) {
			if (name === "payload") return payload;
			const known = payload.field(name);
			return known === UNKNOWN ? BY_LOOK.field(name) : known;
		},
		item: () => BY_LOOK,
	};
}

// --- helpers ---

/** Names under which plugins mostly log what people said or typed. */
const TEXT_NAMES: ReadonlySet<string> = new Set([
	"body",
	"caption",
	"content",
	"data",
	"digits",
	"dtmf",
	"keyword",
	"message",
	"speech",
	"text",
	"transcript",
	"udh",
]);

/** RFC 7519 section 4.1, and the claims of the platform's tokens. */
const PLAIN_CLAIMS: ReadonlySet<string> = new Set([
	"iss",
	"aud",
	"exp",
	"nbf",
	"iat",
	"jti",
	"api_key",
	"application_id",
	"payload_hash",
]);

function endless(sort: Privacy["sort"]): Privacy {
	const privacy: Privacy = {
		sort,
		field: () => privacy,
		item: () => privacy,
	};
	return privacy;
}
