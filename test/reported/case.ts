import { readdirSync, readFileSync } from "node:fs";

/** One request of a case, as a sender writes it. */
export interface CaseRequest {
	readonly method?: string;
	readonly contentType?: string;
	/** Text after `?`, or its parameters. */
	readonly query?: string | Readonly<Record<string, string>>;
	readonly headers?: Readonly<Record<string, string>>;
	/** A JSON value, or the text of a form. */
	readonly body?: unknown;
	/** The whole request, byte for byte; `{PATH}` stands for the route's path. */
	readonly rawRequest?: string;
	/** A bearer token of these claims is added. */
	readonly jwt?: {
		readonly secret: string;
		readonly claims: Readonly<Record<string, unknown>>;
	};
}

/** What a case must come to; what is not named is not asked. */
export interface Expected {
	/** The last answer's. */
	readonly status?: number;
	readonly bodyEmpty?: boolean;
	readonly bodyHas?: string;
	/** Events that the handler got. */
	readonly handled?: number;
	/** Kinds of these events, in their order. */
	readonly kinds?: readonly string[];
	/** The query of the first event. */
	readonly query?: string;
	readonly quarantined?: number;
	/** A text in the target or body of what the service behind got. */
	readonly upstreamHas?: string;
	/** The keyword in what the service behind got. */
	readonly upstreamKeyword?: string;
	/** Words of the warnings of `check`. */
	readonly warning?: readonly string[];
	/** Words of the errors of `check`. */
	readonly refused?: readonly string[];
	/** Words of one finding of `check`, of any severity. */
	readonly finding?: readonly string[];
}

/** An input that a public bug report or a sample application shows, and what is right for it. */
export interface Case {
	readonly name: string;
	readonly title: string;
	readonly source: string;
	/** `ncco` for one that a plugin answers with `ncco`. */
	readonly kind: string | readonly string[];
	/** The whole routes.yaml, or keys of the one route. */
	readonly config?: string;
	/** A plugin beside `recorder`, which takes all events and answers nothing. */
	readonly plugin?: string;
	/** What the service behind answers; default 200 and nothing. It stands at the config's `127.0.0.1:3000`. */
	readonly upstream?: {
		readonly status: number;
		readonly contentType: string;
		readonly body: string;
	};
	readonly ncco?: unknown;
	readonly requests?: readonly CaseRequest[];
	readonly expected: Expected;
}

/** Reads all cases, by name. */
export function loadCases(): Case[] {
	const folder = new URL("./inputs/", import.meta.url);
	return readdirSync(folder)
		.sort()
		.map((file) => ({
			...(JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Case),
			name: file.replace(/\.json$/, ""),
		}));
}
