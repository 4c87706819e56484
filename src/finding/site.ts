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
	/** Pointers of the texts that hold something from the environment or a secret file: MUST NOT be shown. */
	readonly secret: ReadonlySet<string>;
	/** Pointers of the texts whose `${…}` could not be replaced; each has its finding already. */
	readonly broken: ReadonlySet<string>;
	/** Pointers of the texts that stand for a value that is not there and not needed, with the names of what is missing. */
	readonly unset?: ReadonlyMap<string, readonly string[]>;
}

/** A value of a file, and where it stands. */
export class Site {
	readonly file: ConfigFile;
	readonly path: KeyPath;

	constructor(file: ConfigFile, path: KeyPath) {
		this.file = file;
		this.path = path;
	}

	/** Returns the place of something inside this one. */
	in(...keys: KeyPath): Site {
		return new Site(this.file, [...this.path, ...keys]);
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

	/** True when no message may show the value: it came from outside, or its key says that it is a secret. */
	isSecret(...keys: KeyPath): boolean {
		return (
			this.path.some(isSecretKey) ||
			keys.some(isSecretKey) ||
			this.isFromOutside(...keys)
		);
	}

	/** True when the value, or a part of it, came from the environment or a file of its own. */
	isFromOutside(...keys: KeyPath): boolean {
		const { secret } = this.file;
		return secret.size > 0 && secret.has(toPointer([...this.path, ...keys]));
	}

	/** True when the value's `${…}` could not be replaced: it has its finding, and nothing else counts. */
	isBroken(...keys: KeyPath): boolean {
		const { broken } = this.file;
		return broken.size > 0 && broken.has(toPointer([...this.path, ...keys]));
	}

	/** Lists what is missing for the value and all inside of it: names of variables, or paths of files. */
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

/** True for a key whose value is a secret, even where it is written out. */
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
