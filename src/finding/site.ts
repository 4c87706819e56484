import type { Position } from "./finding.ts";
import type { KeyPath, Source } from "./located.ts";
import { toPointer } from "./pointer.ts";

/** A file of the configuration, with every reference to the environment replaced. */
export interface ConfigFile {
	readonly source: Source;
	/** The path relative to the first file's folder, for other findings' texts. */
	readonly label: string;
	/** The parsed value with every `${…}` replaced. */
	readonly value: unknown;
	/** Pointers of the texts with values from the environment or a secret file, which MUST NOT be shown. */
	readonly secret: ReadonlySet<string>;
	/** Pointers of the texts whose `${…}` could not be replaced. Each already has its finding. */
	readonly broken: ReadonlySet<string>;
	/** Pointers of the texts with missing values that are not required, and the names of the missing values. */
	readonly unset?: ReadonlyMap<string, readonly string[]>;
}

/**
 * A value of a file and its position. A configuration of thousands of routes makes a site for each key, and only findings use
 * most of their paths, so a path is put together when it is first read.
 */
export class Site {
	readonly file: ConfigFile;
	readonly #keys: KeyPath;
	readonly #outer: Site | undefined;
	#path: KeyPath | undefined;

	/** @param outer the site that the keys are nested in. Default: the whole file */
	constructor(file: ConfigFile, keys: KeyPath, outer?: Site) {
		this.file = file;
		this.#keys = keys;
		this.#outer = outer;
		this.#path = outer === undefined ? keys : undefined;
	}

	get path(): KeyPath {
		this.#path ??= [...(this.#outer?.path ?? []), ...this.#keys];
		return this.#path;
	}

	/** Returns the site of a nested value. */
	in(...keys: KeyPath): Site {
		return new Site(this.file, keys, this);
	}

	/** Returns the value, with every `${…}` replaced. */
	get value(): unknown {
		return this.path.reduce<unknown>(
			(outer, key) => (outer as Readonly<Record<string, unknown>>)?.[key],
			this.file.value,
		);
	}

	/** Returns the position of the value. */
	at(...keys: KeyPath): Position {
		return this.file.source.locate([...this.path, ...keys]);
	}

	/** Returns the position of the value's key. */
	keyAt(...keys: KeyPath): Position {
		return this.file.source.locate([...this.path, ...keys], "key");
	}

	/** Returns true if no message may show the value: it came from outside, or its key indicates a secret. */
	isSecret(...keys: KeyPath): boolean {
		return (
			this.path.some(isSecretKey) ||
			keys.some(isSecretKey) ||
			this.isFromOutside(...keys)
		);
	}

	/** Returns true if the value, or a part of it, came from the environment or a separate file. */
	isFromOutside(...keys: KeyPath): boolean {
		const { secret } = this.file;
		return secret.size > 0 && secret.has(toPointer([...this.path, ...keys]));
	}

	/** Returns true if the value's `${…}` could not be replaced. It already has its finding, and needs no other check. */
	isBroken(...keys: KeyPath): boolean {
		const { broken } = this.file;
		return broken.size > 0 && broken.has(toPointer([...this.path, ...keys]));
	}

	/** Lists the missing variables or files of the value and its nested values. */
	unsetNames(): readonly string[] {
		const own = toPointer(this.path);
		const names = [...(this.file.unset ?? [])].flatMap(([pointer, some]) =>
			`${pointer}/`.startsWith(`${own}/`) ? some : [],
		);
		return [...new Set(names)];
	}

	/** Writes a value for a message: quoted, shortened, and never a secret or one from the environment. */
	show(value: unknown, ...keys: KeyPath): string {
		if (this.isFromOutside(...keys)) return "(hidden: from the environment)";
		return this.isSecret(...keys) ? "(hidden: a secret)" : quote(value);
	}
}

/** Writes the file and line of a site, for the text of another finding: `routes.yaml:12`. */
export function lineOf(site: Site, ...keys: KeyPath): string {
	return `${site.file.label}:${site.at(...keys).line}`;
}

/** Returns true for a key with a secret value, even a literal one. */
export function isSecretKey(key: string | number): boolean {
	return SECRET_KEYS.has(key);
}

// --- helpers ---

const SHOWN_LENGTH = 80;

const SECRET_KEYS = new Set<string | number>([
	"secret",
	"secrets",
	"password",
	"token",
	"apiSecret",
]);

/** JSON's quotes keep line breaks and control characters out of a one-line message. */
function quote(value: unknown): string {
	// JSON has no way to write `.nan` and `.inf`.
	const isOdd = typeof value === "number" && !Number.isFinite(value);
	const text = (isOdd ? undefined : JSON.stringify(value)) ?? String(value);
	return text.length <= SHOWN_LENGTH
		? text
		: `${text.slice(0, SHOWN_LENGTH - 1)}…`;
}
