/** `forward` as written: the URL alone, or with what goes with it. */
export type AuthoredForward = string | AuthoredForwardOptions;

/** A status such as 204, a range such as `200-299`, or a list of them. */
export type AuthoredStatuses = AuthoredStatus | readonly AuthoredStatus[];

/** One status, or a range of them. */
export type AuthoredStatus = number | string;

/** The long form. */
export interface AuthoredForwardOptions {
	readonly url: string;
	readonly as?: "original" | "json" | "cloudevent";
	readonly headers?: Readonly<Record<string, string>>;
	readonly copyHeaders?: string | readonly string[];
	readonly timeout?: string;
	readonly connectTimeout?: string;
	readonly successStatus?: AuthoredStatuses;
	readonly retryStatus?: AuthoredStatuses;
	readonly secret?: string | readonly string[];
	readonly ca?: string;
	readonly maxBody?: string;
	readonly keepAlive?: string;
	readonly connections?: number;
}
