import { HookError } from "../errors.ts";

/** Describes in plain words how a connection failed. */
export function describeFault(error: Error): string {
	// The router itself refused the connection.
	if (error instanceof HookError) return error.message;
	const code = codeOf(error);
	const words = code === undefined ? undefined : FAULTS[code];
	if (words !== undefined) return `${words} (${code})`;
	const message = messageOf(error);
	return code === undefined || message.includes(code)
		? message
		: `${message} (${code})`;
}

// --- helpers ---

const UNTRUSTED =
	"its certificate is signed by nobody who is trusted: name its authority in `ca`";

const FAULTS: Readonly<Record<string, string>> = {
	ECONNREFUSED: "nothing listens there",
	ECONNRESET: "the connection was reset",
	EHOSTUNREACH: "the host cannot be reached",
	ENETUNREACH: "the network cannot be reached",
	ENOTFOUND: "no such host",
	EAI_AGAIN: "the host's name cannot be looked up now",
	ENOENT: "there is no such socket",
	EACCES: "the socket may not be used",
	UND_ERR_CONNECT_TIMEOUT: "no connection within `connectTimeout`",
	UND_ERR_HEADERS_OVERFLOW: "the answer's headers are too large",
	UND_ERR_DESTROYED: "the router stops",
	UND_ERR_CLOSED: "the router stops",
	CERT_HAS_EXPIRED: "its certificate has expired",
	DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
	SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
	ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

function codeOf(error: Error): string | undefined {
	const code: unknown = "code" in error ? error.code : undefined;
	return typeof code === "string" ? code : undefined;
}

/** If several addresses were tried, the outer error has no message of its own. */
function messageOf(error: Error): string {
	if (error.message !== "" || !(error instanceof AggregateError)) {
		return error.message;
	}
	const [first] = error.errors;
	return first instanceof Error ? first.message : "no address answers";
}
