import type { Finding, Position, Remark } from "../../finding/finding.ts";
import { didYouMean, listWords } from "../../finding/suggest.ts";
import type { ConfiguredScheme } from "../../gate/schemes/scheme.ts";
import { findUnknownField } from "../../kind/field-facts.ts";
import type { Kind } from "../../kind/kind.ts";
import type { Read } from "./analysis.ts";

/** A name that a template reads, and the position of the template. */
export interface PlacedRead {
	readonly read: Read;
	readonly at: Position;
}

/** The facts of a route that decide whether it provides a name. */
export interface RouteFacts {
	readonly kind: Pick<Kind, "name" | "schema" | "methods">;
	/** The path with its `:name` segments. */
	readonly path: string;
	readonly signature: readonly Pick<ConfiguredScheme, "scheme" | "claims">[];
}

/**
 * Collects the names that routes lack. A template may serve several routes and kinds. A name is valid if any of them provides
 * it, so nothing can be reported before all routes are known.
 */
export interface Doubts {
	/** Notes that a route uses a template. */
	add(reads: readonly PlacedRead[], route: RouteFacts): void;
	/** Lists the names that no route of their template provides. */
	list(): readonly Finding[];
}

/** Creates an empty collection. */
export function createDoubts(): Doubts {
	/** By position and name. Undefined if some route provides it. */
	const doubts = new Map<string, Finding | undefined>();
	return {
		add(reads, route) {
			for (const { read, at } of reads) {
				if (!DOUBTFUL.has(String(read[0]))) continue;
				const key = `${at.file}:${at.line}:${at.column} ${JSON.stringify(read)}`;
				const isKnown = doubts.has(key);
				if (isKnown && doubts.get(key) === undefined) continue;
				const remark = checkRead(read, route);
				if (remark === undefined) doubts.set(key, undefined);
				else if (!isKnown) doubts.set(key, { ...at, ...remark });
			}
		},
		list: () => [...doubts.values()].filter((doubt) => doubt !== undefined),
	};
}

// --- helpers ---

const DOUBTFUL: ReadonlySet<string> = new Set([
	"payload",
	"params",
	"claims",
	"route",
]);

function checkRead(read: Read, route: RouteFacts): Remark | undefined {
	const [root, ...path] = read;
	const [name] = path;
	switch (root) {
		case "payload":
			return checkField(namesOf(path), route.kind);
		case "params":
			return typeof name === "string" ? checkParam(name, route) : undefined;
		case "route":
			return name === "params" && typeof path[1] === "string"
				? checkParam(path[1], route)
				: undefined;
		case "claims":
			return typeof name === "string" ? checkClaim(name, route) : undefined;
		default:
			return undefined;
	}
}

/** Returns the names before the first one that is only known at run time. */
function namesOf(path: Read): (string | number)[] {
	const end = path.findIndex(
		(name) => typeof name !== "string" && typeof name !== "number",
	);
	return (end < 0 ? path : path.slice(0, end)) as (string | number)[];
}

function checkField(
	path: readonly (string | number)[],
	{ name: kind, schema, methods }: RouteFacts["kind"],
): Remark | undefined {
	const unknown = findUnknownField(schema, path);
	if (unknown === undefined) return undefined;
	const { depth, known, isImpossible } = unknown;
	const field = String(path[depth]);
	const outer = writePath(["payload", ...path.slice(0, depth)]);
	const whole = writePath(["payload", ...path.slice(0, depth + 1)]);
	const severity = isImpossible ? "error" : "warning";
	if (known.length === 0) {
		return {
			severity,
			what: `\`${outer}\` of \`${kind}\` has no fields, and so no \`${field}\``,
			todo: `write \`${outer}\``,
		};
	}
	const near = didYouMean(field, known);
	const isOwnParameter = depth === 0 && methods.includes("GET");
	return {
		severity,
		what: isImpossible
			? `\`${kind}\` has no field \`${whole}\``
			: `\`${kind}\` has no field \`${whole}\` in its schema, so this may always be empty`,
		expected:
			near === undefined && known.length <= LISTED_MAX
				? listWords(known)
				: undefined,
		todo:
			near ??
			(isOwnParameter
				? `write \`query.${field}\` if it is a parameter of your own URL`
				: undefined),
	};
}

const LISTED_MAX = 12;

function writePath(path: readonly (string | number)[]): string {
	return path
		.map((name, index) => {
			if (typeof name === "number") return `[${name}]`;
			if (!/^[\w-]+$/.test(name)) return `["${name}"]`;
			return index === 0 ? name : `.${name}`;
		})
		.join("");
}

function checkParam(name: string, { path }: RouteFacts): Remark | undefined {
	const params = path
		.split("/")
		.filter((segment) => segment.startsWith(":"))
		.map((segment) => segment.slice(1));
	if (params.includes(name)) return undefined;
	return {
		severity: "error",
		what: `the path \`${path}\` has no \`:${name}\``,
		expected: params.length === 0 ? undefined : listWords(params),
		todo:
			didYouMean(name, params) ??
			`write \`:${name}\` into the path, or \`query.${name}\` for a parameter of the query`,
	};
}

function checkClaim(
	name: string,
	{ signature }: RouteFacts,
): Remark | undefined {
	const proving = signature.filter(({ claims }) => claims.proves(name));
	if (proving.length > 0) {
		const known = proving.flatMap(({ claims }) => claims.documented);
		const todo = known.includes(name) ? undefined : didYouMean(name, known);
		if (todo === undefined) return undefined;
		return {
			severity: "warning",
			what: `\`claims.${name}\` is not one of the claims that the sender documents`,
			todo,
		};
	}
	const other = signature.find(({ claims }) => claims.documented.length > 0);
	return {
		severity: "warning",
		what: `\`claims.${name}\` is always empty: no signature of the route proves it`,
		expected:
			other === undefined ? undefined : listWords(other.claims.documented),
		todo:
			other === undefined
				? "write a `vonage-jwt` signature where the platform signs so"
				: didYouMean(name, other.claims.documented),
	};
}
