import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import { NONE } from "../../gate/schemes/none.ts";
import type {
	AuthoredScheme,
	ConfiguredScheme,
	SchemeSettings,
} from "../../gate/schemes/scheme.ts";
import type { Schemes } from "../../gate/schemes/table.ts";
import type {
	AuthoredSignature,
	AuthoredSignatureItem,
} from "./authored/signature.ts";
import { type Definition, gatherDefinitions } from "./definitions.ts";

/** A checked `signature`. */
export interface SignatureDraft {
	/** The schemes, of which one must match, or a single `none`. Equal signatures share one list. */
	readonly schemes: readonly ConfiguredScheme[];
	/** A string that is equal for signatures with the same meaning, independent of order and spelling. */
	readonly key: string;
}

/** The available signatures of a configuration. */
export interface Signatures {
	/** Checks a `signature`. Returns undefined if something in it is wrong. */
	read(value: AuthoredSignature, site: Site): SignatureDraft | undefined;
	/** Marks signatures as used without checking them. */
	use(value: AuthoredSignature): void;
	/** Warns about unused signatures. */
	reportUnused(): void;
	/** The schemes with missing secrets, and the names of the missing values. */
	readonly unset: ReadonlyMap<ConfiguredScheme, readonly string[]>;
}

/**
 * Collects the signatures in the files.
 *
 * @param schemes the available schemes
 * @param isComplete false if a file could not be read, which may define an unknown name.
 */
export function createSignatures(
	schemes: Schemes,
	definitions: readonly Definition<AuthoredScheme>[],
	isComplete: boolean,
	report: Report,
): Signatures {
	const shared = createShared(schemes, report);
	const known = gatherDefinitions(
		definitions,
		{
			word: "signature",
			isBuiltIn: (name) => name === NONE.scheme.name,
			twice: "take one of the two out, or give it another name",
			unused: "name it in a `signature`, or take it out",
		},
		report,
	);
	const named = new Map<string, ConfiguredScheme | undefined>();
	for (const [name, { value, site }] of known.byName) {
		named.set(name, value && shared.read(value, site));
	}

	const readItem = (
		item: AuthoredSignatureItem,
		at: Site,
	): ConfiguredScheme | undefined => {
		if (typeof item !== "string") return shared.read(item, at);
		if (item === NONE.scheme.name) return NONE;
		known.use(item);
		if (!named.has(item) && isComplete) {
			reportUnknown(item, at, [...named.keys()], schemes, report);
		}
		return named.get(item);
	};

	const readList = (
		items: readonly AuthoredSignatureItem[],
		site: Site,
	): readonly ConfiguredScheme[] | undefined => {
		const found = new Set<ConfiguredScheme>();
		let isRight = true;
		for (const [index, item] of items.entries()) {
			const at = site.in(index);
			const scheme = readItem(item, at);
			const problem =
				scheme === NONE
					? NONE_IN_LIST
					: scheme !== undefined && found.has(scheme)
						? TWICE_IN_LIST
						: undefined;
			if (problem !== undefined) report.error(at.at(), problem);
			if (scheme === undefined || problem !== undefined) isRight = false;
			else found.add(scheme);
		}
		return isRight ? [...found] : undefined;
	};

	return {
		unset: shared.unset,
		read: (value, site) => {
			if (isList(value)) {
				const list = readList(value, site);
				return list && shared.draft(list);
			}
			const scheme = readItem(value, site);
			return scheme && shared.draft([scheme]);
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
	what: "`none` is in a list of signatures, where any one is enough",
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

/** Returns one object for all signatures with the same meaning, so that each secret is prepared once. */
function createShared(
	schemes: Schemes,
	report: Report,
): {
	/** Reads a scheme that the schema accepts. Returns undefined, with findings, if something in it is wrong. */
	read(written: AuthoredScheme, site: Site): ConfiguredScheme | undefined;
	draft(list: readonly ConfiguredScheme[]): SignatureDraft;
	readonly unset: Signatures["unset"];
} {
	const unset = new Map<ConfiguredScheme, readonly string[]>();
	const byMeaning = new Map<string, ConfiguredScheme>();
	const ids = new Map<ConfiguredScheme, number>();
	const drafts = new Map<string, SignatureDraft>();
	const idOf = (scheme: ConfiguredScheme): number => {
		const id = ids.get(scheme) ?? ids.size;
		ids.set(scheme, id);
		return id;
	};
	return {
		unset,
		read: (written, site) => {
			const scheme = schemes.get(written.scheme);
			const settings = scheme?.read(written, site, report);
			if (scheme === undefined || settings === undefined) return undefined;
			const meaning = meaningOf(settings);
			const first = byMeaning.get(meaning) ?? scheme.configure(settings);
			byMeaning.set(meaning, first);
			const missing = site.unsetNames();
			if (missing.length > 0) unset.set(first, missing);
			return first;
		},
		draft: (list) => {
			const order = list.map(idOf);
			const known = drafts.get(order.join(" "));
			if (known !== undefined) return known;
			const key = [...order].sort((a, b) => a - b).join(" ");
			const draft: SignatureDraft = { schemes: list, key };
			drafts.set(order.join(" "), draft);
			return draft;
		},
	};
}

/** Returns the settings of a scheme as a string. It contains the secrets and MUST NOT be printed. */
function meaningOf(settings: SchemeSettings): string {
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
	at: Site,
	names: readonly string[],
	schemes: Schemes,
	report: Report,
): void {
	const words = [NONE.scheme.name, ...names];
	const isScheme = schemes.get(name) !== undefined;
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
