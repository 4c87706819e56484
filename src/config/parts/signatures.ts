import type { Report } from "../../finding/report.ts";
import type { Place } from "../../finding/site.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import type { SignatureSettings } from "../../gate/signature-settings.ts";
import type {
	AuthoredScheme,
	AuthoredSignature,
	AuthoredSignatureItem,
} from "./authored-signature.ts";
import { type Definition, gatherDefinitions } from "./definitions.ts";
import { NONE, readScheme } from "./schemes.ts";

/** A `signature`, checked. */
export interface SignatureDraft {
	/** Any one of them proves origin; one `none` for no proof. Shared by all that say the same. */
	readonly settings: readonly SignatureSettings[];
	/** The same text for signatures that mean the same, in whatever order and spelling. */
	readonly key: string;
}

/** The signatures that a configuration may name. */
export interface Signatures {
	/** Checks a `signature`. Undefined when something in it is wrong. */
	read(value: AuthoredSignature, place: Place): SignatureDraft | undefined;
	/** Counts signatures as named without checking anything. */
	use(value: AuthoredSignature): void;
	/** Warns of signatures that nothing names. */
	reportUnused(): void;
}

/**
 * Gathers the signatures that the files define.
 *
 * @param isComplete false when a file could not be read, so that an unknown name may be in there.
 */
export function createSignatures(
	definitions: readonly Definition<AuthoredScheme>[],
	isComplete: boolean,
	report: Report,
): Signatures {
	const shared = createShared();
	const known = gatherDefinitions(
		definitions,
		{
			word: "signature",
			isBuiltIn: (name) => name === NONE.scheme,
			twice: "take one of the two out, or give it another name",
			unused: "name it in a `signature`, or take it out",
		},
		report,
	);
	const named = new Map<string, SignatureSettings | undefined>();
	for (const [name, { value, place }] of known.byName) {
		const settings = value && readScheme(value, place, report);
		named.set(name, settings && shared.settings(settings));
	}

	const readItem = (
		item: AuthoredSignatureItem,
		at: Place,
	): SignatureSettings | undefined => {
		if (typeof item !== "string") {
			const settings = readScheme(item, at, report);
			return settings && shared.settings(settings);
		}
		if (item === NONE.scheme) return NONE;
		known.use(item);
		if (!named.has(item) && isComplete) {
			reportUnknown(item, at, [...named.keys()], report);
		}
		return named.get(item);
	};

	const readList = (
		items: readonly AuthoredSignatureItem[],
		place: Place,
	): readonly SignatureSettings[] | undefined => {
		const found = new Set<SignatureSettings>();
		let isRight = true;
		for (const [index, item] of items.entries()) {
			const at = place.in(index);
			const settings = readItem(item, at);
			const problem =
				settings === NONE
					? NONE_IN_LIST
					: settings !== undefined && found.has(settings)
						? TWICE_IN_LIST
						: undefined;
			if (problem !== undefined) report.error(at.at(), problem);
			if (settings === undefined || problem !== undefined) isRight = false;
			else found.add(settings);
		}
		return isRight ? [...found] : undefined;
	};

	return {
		read: (value, place) => {
			if (isList(value)) {
				const list = readList(value, place);
				return list && shared.draft(list);
			}
			const settings = readItem(value, place);
			return settings && shared.draft([settings]);
		},
		use: (value) => {
			for (const item of isList(value) ? value : [value]) {
				if (typeof item === "string") known.use(item);
			}
		},
		reportUnused: () => {
			if (isComplete) known.reportUnused();
		},
	};
}

// --- helpers ---

const NONE_IN_LIST = {
	what: "`none` stands in a list of signatures, where any one is enough",
	todo: "take it out; `onUnsigned` says what becomes of webhooks without a signature",
};

const TWICE_IN_LIST = {
	what: "the list has this signature already",
	todo: "take it out",
};

function isList(
	value: AuthoredSignature,
): value is readonly AuthoredSignatureItem[] {
	return Array.isArray(value);
}

/** Gives one object for all that mean the same, so that each secret is made ready once. */
function createShared(): {
	settings(settings: SignatureSettings): SignatureSettings;
	draft(list: readonly SignatureSettings[]): SignatureDraft;
} {
	const byMeaning = new Map<string, SignatureSettings>([
		[meaningOf(NONE), NONE],
	]);
	const ids = new Map<SignatureSettings, number>();
	const drafts = new Map<string, SignatureDraft>();
	const idOf = (settings: SignatureSettings): number => {
		const id = ids.get(settings) ?? ids.size;
		ids.set(settings, id);
		return id;
	};
	return {
		settings: (settings) => {
			const meaning = meaningOf(settings);
			const first = byMeaning.get(meaning) ?? settings;
			byMeaning.set(meaning, first);
			return first;
		},
		draft: (list) => {
			const order = list.map(idOf);
			const known = drafts.get(order.join(" "));
			if (known !== undefined) return known;
			const key = [...order].sort((a, b) => a - b).join(" ");
			const draft: SignatureDraft = { settings: list, key };
			drafts.set(order.join(" "), draft);
			return draft;
		},
	};
}

/** All that counts of a scheme as text; it holds the secrets, and MUST NOT be printed. */
function meaningOf(settings: SignatureSettings): string {
	return JSON.stringify(settings, (_key, value: unknown) => {
		if (value instanceof Map) return [...value].sort();
		if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
		// The order of secrets and names means nothing.
		return isTexts(value) ? [...value].sort() : value;
	});
}

function isTexts(value: unknown): value is readonly string[] {
	return (
		Array.isArray(value) && value.every((item) => typeof item === "string")
	);
}

function reportUnknown(
	name: string,
	at: Place,
	names: readonly string[],
	report: Report,
): void {
	const words = ["none", ...names];
	const isScheme = SCHEME_NAMES.has(name);
	report.error(at.at(), {
		what: isScheme
			? `\`${name}\` is a scheme, which needs options`
			: `unknown signature ${at.show(name)}`,
		expected: `${listWords(words)}, or a scheme with its options`,
		todo: isScheme
			? `write \`{ scheme: ${name}, … }\`, here or by a name in \`signatures\``
			: at.isSecret()
				? undefined
				: didYouMean(name, words),
	});
}

const SCHEME_NAMES = new Set<string>([
	"vonage-sig",
	"vonage-jwt",
	"hmac",
	"standard-webhooks",
	"basic",
] satisfies SignatureSettings["scheme"][]);
