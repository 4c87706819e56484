import type { Report } from "../../../finding/report.ts";
import type { Site } from "../../../finding/site.ts";
import { didYouMean, listWords } from "../../../finding/suggest.ts";
import { type ConfiguredScheme, NO_CLAIMS, type Scheme } from "../scheme.ts";
import { readSecrets, type Secrets } from "../secrets.ts";
import { readTolerance } from "../window.ts";
import {
	createHmacVerifier,
	DIGEST_ENCODINGS,
	HMAC_ALGORITHMS,
	type HmacSettings,
	signHmac,
	type Timestamp,
} from "./signature.ts";

/** The scheme `hmac`: an HMAC in a header. */
export const HMAC: Scheme = {
	name: "hmac",
	isPlatform: false,
	secretHeaders: [],
	secretParameters: [],
	schema: {
		title: "hmac",
		description:
			"An HMAC of the raw body in a header (RFC 2104), as GitHub, Stripe and many other services send it. See [hmac](signatures.md#hmac).",
		type: "object",
		additionalProperties: false,
		required: ["scheme", "header", "secret"],
		properties: {
			scheme: { description: "An HMAC in a header.", const: "hmac" },
			header: {
				description: "The header with the signature.",
				$ref: "#/$defs/headerName",
				examples: ["x-signature"],
			},
			algorithm: {
				description: "The hash function.",
				enum: HMAC_ALGORITHMS,
				default: "sha256",
			},
			encoding: {
				description: "The encoding of the signature.",
				enum: DIGEST_ENCODINGS,
				default: "hex",
			},
			prefix: {
				description:
					"The prefix of each signature, such as `sha256=` or `v1=`. Parts of the header without it are ignored.",
				type: "string",
				defaultNote: "nothing",
			},
			separator: {
				description: "The separator of several signatures in one header.",
				type: "string",
				minLength: 1,
				defaultNote:
					"`,` if `timestamp` has a `prefix`, else none: the header is one signature",
				examples: [","],
			},
			timestamp: {
				description:
					"Where the time of signing is, in seconds since 1970: the name of a header, or [a part of the signature header](#hmac-timestamp).",
				type: ["string", "object"],
				minLength: 1,
				if: { type: "string" },
				// biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
				then: { $ref: "#/$defs/headerName" },
				else: { $ref: "#/$defs/hmacTimestamp" },
				defaultNote: "none: a webhook can be replayed at any time",
				examples: ["x-timestamp"],
			},
			content: {
				description:
					"The signed content, with `{timestamp}`, `{body}` and `{query}` (the part of the URL after `?`) as placeholders.",
				type: "string",
				minLength: 1,
				defaultNote: "`{timestamp}.{body}` with `timestamp`, else `{body}`",
				examples: ["v0:{timestamp}:{body}"],
			},
			secret: {
				description: "The key. List several while you rotate.",
				$ref: "#/$defs/secret",
				// biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of routes.yaml
				examples: ["${WEBHOOK_SECRET}"],
			},
			tolerance: {
				description:
					"How far the time of signing may differ from the clock in either direction, from `1s` to `7d`. Used only with `timestamp`.",
				$ref: "#/$defs/duration",
				default: "5m",
			},
		},
	},
	definitions: {
		hmacTimestamp: {
			title: "hmac timestamp",
			description:
				"Where the time of signing is. Set either `header` or `prefix`.",
			type: "object",
			additionalProperties: false,
			oneOf: [{ required: ["header"] }, { required: ["prefix"] }],
			properties: {
				header: {
					description: "The name of a separate header.",
					$ref: "#/$defs/headerName",
					defaultNote: "none",
					examples: ["x-timestamp"],
				},
				prefix: {
					description:
						"The prefix of the part in the signature header, such as `t=`.",
					type: "string",
					minLength: 1,
					defaultNote: "none",
					examples: ["t="],
				},
			},
		},
	},
	read: readHmac,
	configure: (settings: HmacSettings) => configureHmac(HMAC, settings),
};

/** Creates a configured scheme from the settings of an HMAC, for `hmac` and the schemes of single services. */
export function configureHmac(
	scheme: Scheme,
	settings: HmacSettings,
): ConfiguredScheme {
	return {
		scheme,
		settings,
		provesContent: true,
		provesTime: settings.timestamp !== undefined,
		timeAdvice:
			scheme === HMAC
				? "say by `timestamp` where the sender writes the time"
				: undefined,
		claims: NO_CLAIMS,
		secretHeaders: scheme.secretHeaders.includes(settings.header)
			? []
			: [settings.header],
		plainHeaders: headersOf(settings.timestamp),
		covers: (method) =>
			settings.content.includes(method === "GET" ? "{query}" : "{body}"),
		createVerifier: () => createHmacVerifier(settings),
		sign: (request, options) => signHmac(settings, request, options),
	};
}

// --- helpers ---

/** The settings of the scheme, as written in the file. */
interface AuthoredHmac {
	readonly scheme: "hmac";
	readonly header: string;
	readonly algorithm?: HmacSettings["algorithm"];
	readonly encoding?: HmacSettings["encoding"];
	readonly prefix?: string;
	readonly separator?: string;
	readonly timestamp?:
		| string
		| { readonly header?: string; readonly prefix?: string };
	readonly content?: string;
	readonly secret: Secrets;
	readonly tolerance?: string;
}

function headersOf(timestamp: Timestamp): readonly string[] {
	return timestamp && "header" in timestamp ? [timestamp.header] : [];
}

function readHmac(
	scheme: AuthoredHmac,
	site: Site,
	report: Report,
): HmacSettings | undefined {
	const { algorithm = "sha256", encoding = "hex", prefix = "" } = scheme;
	const header = scheme.header.toLowerCase();
	const timestamp = readTimestamp(scheme.timestamp);
	const isParted = timestamp !== undefined && "prefix" in timestamp;
	const content =
		scheme.content ??
		(timestamp === undefined ? "{body}" : "{timestamp}.{body}");
	const isRight = [
		checkTimestamp({ header, prefix, timestamp }, site, report),
		checkContent(content, timestamp, site.in("content"), report),
	].every(Boolean);
	const secrets = readSecrets(scheme.secret, site.in("secret"), report);
	const toleranceMs = readTolerance(scheme, site, report);
	if (scheme.tolerance !== undefined && timestamp === undefined) {
		report.warn(site.keyAt("tolerance"), {
			what: "without `timestamp` there is no time that `tolerance` could hold for",
			todo: "say where the time of signing stands, or take `tolerance` out",
		});
	}
	if (!isRight || secrets === undefined || toleranceMs === undefined) {
		return undefined;
	}
	return {
		scheme: "hmac",
		header,
		algorithm,
		encoding,
		prefix,
		separator: scheme.separator ?? (isParted ? "," : undefined),
		timestamp,
		content,
		secrets,
		toleranceMs,
	};
}

function readTimestamp(timestamp: AuthoredHmac["timestamp"]): Timestamp {
	if (timestamp === undefined) return undefined;
	if (typeof timestamp === "string") return { header: timestamp.toLowerCase() };
	const { header, prefix } = timestamp;
	if (prefix !== undefined) return { prefix };
	return header === undefined ? undefined : { header: header.toLowerCase() };
}

function checkTimestamp(
	{
		header,
		prefix,
		timestamp,
	}: Pick<HmacSettings, "header" | "prefix" | "timestamp">,
	site: Site,
	report: Report,
): boolean {
	if (timestamp === undefined) return true;
	const isPart = "prefix" in timestamp;
	const isSame = isPart
		? timestamp.prefix === prefix
		: timestamp.header === header;
	if (!isSame) return true;
	report.error(site.in("timestamp").at(), {
		what: isPart
			? "the time has the same `prefix` as the signature, so neither is found"
			: "the time stands in the `header` of the signature",
		todo: isPart
			? "give each part the prefix that the sender writes, such as `t=` and `v1=`"
			: "name the time's own header, or write `timestamp: { prefix: t= }` for a part of this one",
	});
	return false;
}

const PLACEHOLDERS = ["timestamp", "body", "query"];

function checkContent(
	content: string,
	timestamp: Timestamp,
	site: Site,
	report: Report,
): boolean {
	const names = [...content.matchAll(/\{([A-Za-z_]+)\}/g)].map(
		([, name]) => name as string,
	);
	const strange = names.find((name) => !PLACEHOLDERS.includes(name));
	if (strange !== undefined) {
		report.error(site.at(), {
			what: `\`content\` has ${site.isSecret() ? "a part" : `\`{${strange}}\``} that is not known`,
			expected: listWords(
				PLACEHOLDERS.map((name) => `{${name}}`),
				"and",
			),
			todo: site.isSecret() ? undefined : didYouMean(strange, PLACEHOLDERS),
		});
		return false;
	}
	if (!names.includes("body") && !names.includes("query")) {
		report.error(site.at(), {
			what: "`content` has neither `{body}` nor `{query}`: the signature would prove nothing of the webhook",
			todo: "write what the sender signs, for example `{body}`",
		});
		return false;
	}
	const isTimed = names.includes("timestamp");
	if (isTimed && timestamp === undefined) {
		report.error(site.at(), {
			what: "`content` has `{timestamp}`, but nothing says where the time stands",
			todo: "write for example `timestamp: x-timestamp`",
		});
		return false;
	}
	if (!isTimed && timestamp !== undefined) {
		report.error(site.at(), {
			what: "the time is not signed. Anyone who replays a webhook can change it",
			todo: "write `{timestamp}` into `content` where the sender signs it, else take `timestamp` out",
		});
		return false;
	}
	return checkSlots(content, site, report);
}

/**
 * Rejects adjacent placeholders. Otherwise characters could move from the end of one part to the beginning of the next:
 * the same signature would match a longer query with a shorter body.
 */
function checkSlots(content: string, site: Site, report: Report): boolean {
	const slots = [...content.matchAll(/\{(?:timestamp|body|query)\}/g)];
	let isRight = true;
	for (const [index, right] of slots.entries()) {
		const left = slots[index - 1];
		if (left === undefined) continue;
		const pair = `\`${left[0]}\` and \`${right[0]}\``;
		const between = content.slice(left.index + left[0].length, right.index);
		// A time has digits only, and a query no blanks: what neither has is the end of it.
		const isTimed = `${left[0]}${right[0]}`.includes("{timestamp}");
		if (between === "" || (isTimed && /^\d+$/.test(between))) {
			isRight = false;
			report.error(site.at(), {
				what: `nothing tells ${pair} apart in \`content\`: the signature stays the same when the end of one moves to the other`,
				todo: "write the text that the sender signs between them; where it signs none, sign one of them only",
			});
		} else if (!isTimed && left[0] !== right[0] && !/\s/.test(between)) {
			report.note(site.at(), {
				what: `what stands between ${pair} may also stand in them: the signature stays the same when a piece moves from one to the other`,
				todo: "have the sender sign a line break between them, or only one of them",
			});
		}
	}
	return isRight;
}
