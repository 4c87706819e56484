import { randomBytes } from "node:crypto";

/** An answer of the mock. */
export interface Answer {
	readonly status: number;
	readonly contentType?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string;
	/** The reason of a refusal for the log. The sender does not get it. */
	readonly note?: string;
	/** True if the state was changed. */
	readonly isChange?: boolean;
}

/** An invalid parameter of a request. */
export interface InvalidParameter {
	readonly name: string;
	readonly reason: string;
}

/** Answers with JSON. */
export function answerJson(
	status: number,
	body: string,
	more: Pick<Answer, "isChange"> = {},
): Answer {
	return { status, contentType: "application/json", body, ...more };
}

/** Answers as the older APIs do: `{"error-code":"200","error-code-label":"success"}`. The number is a text. */
export function answerCode(
	code: number,
	label: string,
	more: Pick<Answer, "isChange" | "note"> & { readonly status?: number } = {},
): Answer {
	const { status = code, ...rest } = more;
	return {
		status,
		contentType: "application/json;charset=UTF-8",
		body: JSON.stringify({
			"error-code": String(code),
			"error-code-label": label,
		}),
		...rest,
	};
}

/** Answers with `application/problem+json` (RFC 7807). */
export function answerProblem(
	status: keyof typeof TITLES,
	detail: string,
	more: Pick<Answer, "headers" | "note"> & {
		/** The text after `https://developer.nexmo.com/api-errors`; default by status. */
		readonly type?: string;
		readonly invalid?: readonly InvalidParameter[];
	} = {},
): Answer {
	const [title, anchor] = TITLES[status];
	const { type = anchor, invalid, ...rest } = more;
	return {
		status,
		contentType: "application/problem+json",
		body: JSON.stringify({
			type: `https://developer.nexmo.com/api-errors${type}`,
			title,
			detail,
			...(invalid && { invalid_parameters: invalid }),
			instance: randomBytes(16).toString("hex"),
		}),
		...rest,
	};
}

/** Answers 400 with the parameters that are invalid. */
export function answerInvalid(
	type: "payload-validation" | "list-validation",
	invalid: readonly InvalidParameter[],
): Answer {
	return answerProblem(400, "The request failed due to validation errors", {
		type: `/application#${type}`,
		invalid,
		note: invalid.map(({ name, reason }) => `${name} ${reason}`).join("; "),
	});
}

/** Answers a method that a path does not have. */
export function answerMethod(allowed: readonly string[]): Answer {
	return answerProblem(405, "The request method is not allowed", {
		headers: { Allow: allowed.join(", ") },
	});
}

// --- helpers ---

const TITLES = {
	400: ["Bad Request", "#bad-request"],
	401: ["Unauthorized", "#unauthorized"],
	403: ["Forbidden", "#forbidden"],
	404: ["Not Found", "#not-found"],
	405: ["Invalid method", "#invalid-method"],
	406: ["Invalid Accept header", "#invalid-accept"],
	413: ["Payload Too Large", "#payload-too-large"],
	415: ["Invalid Content-Type", "#invalid-content-type"],
	429: ["Too Many Requests", "#throttled"],
	500: ["Internal Error", "#internal-error"],
	503: ["Service Unavailable", "#unavailable"],
} as const;
