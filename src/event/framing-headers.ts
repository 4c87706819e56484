/**
 * Headers that describe the transmission of an answer. The server writes them itself, and a second one would contradict it (RFC
 * 9110 section 7.6.1, RFC 9112 section 6). Lower case.
 */
export const FRAMING_HEADERS: ReadonlySet<string> = new Set([
	"connection",
	"content-length",
	"keep-alive",
	"trailer",
	"transfer-encoding",
	"upgrade",
]);

/**
 * Lists the headers, in lower case, that `Connection` names, because they only concern this connection. Undefined for none, the
 * usual case.
 */
export function headersNamedBy(
	connection: string | readonly string[] | undefined,
): ReadonlySet<string> | undefined {
	if (connection === undefined) return undefined;
	const text = typeof connection === "string" ? connection : connection.join();
	if (/^(?:keep-alive|close)?$/i.test(text)) return undefined;
	return new Set(text.split(",").map((name) => name.trim().toLowerCase()));
}
