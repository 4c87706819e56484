/** The types of personal values, as in the keyword `personal` of a schema. */
export const PERSONAL_SORTS = [
	"number",
	"text",
	"email",
	"code",
	"keys",
] as const;
/** The meaning of a personal value: a number, text, an e-mail address, a verification code, or pressed keys. */
export type PersonalSort = (typeof PERSONAL_SORTS)[number];

/** Describes which values of a payload may be shown, from one position inwards. */
export interface Privacy {
	/**
	 * The type of a personal value. `plain`: it may be shown. `unknown`: nothing is known about it, so texts are hidden. `look`:
	 * it is masked if it looks like a number or a secret.
	 */
	readonly sort: PersonalSort | "plain" | "unknown" | "look";
	field(name: string): Privacy;
	item(index: number): Privacy;
}

/** The privacy of data without a schema. */
export const UNKNOWN: Privacy = endless("unknown");

/** The privacy inside a personal value. */
export const PERSONAL: Readonly<Record<PersonalSort, Privacy>> = {
	number: endless("number"),
	text: endless("text"),
	email: endless("email"),
	code: endless("code"),
	keys: endless("keys"),
};

/** The privacy of fields whose names do not come from a sender, such as headers. A few names indicate a text. */
export const BY_LOOK: Privacy = {
	sort: "look",
	field: (name) => (TEXT_NAMES.has(name) ? PERSONAL.text : BY_LOOK),
	item: () => BY_LOOK,
};

const PLAIN: Privacy = endless("plain");

/** The privacy of a token's claims: registered claims and claims of the platform name no person. */
export const OF_CLAIMS: Privacy = {
	sort: "unknown",
	field: (name) => (PLAIN_CLAIMS.has(name) ? PLAIN : UNKNOWN),
	item: () => UNKNOWN,
};

/**
 * Returns the privacy of the fields that a plugin logs: the payload itself, under `payload`, and fields of the payload, under
 * their own names.
 */
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

/** The names under which plugins usually log spoken or typed text. */
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

/** The claims of RFC 7519 section 4.1 and the claims of the platform's tokens. */
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
