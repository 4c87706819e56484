/**
 * Headers that say how an answer travels: the server writes them itself, and a second one would
 * contradict it (RFC 9110 section 7.6.1, RFC 9112 section 6). Lower case.
 */
export const FRAMING_HEADERS: ReadonlySet<string> = new Set([
	"connection",
	"content-length",
	"keep-alive",
	"trailer",
	"transfer-encoding",
	"upgrade",
]);
