/** One of the servers that a database URL names. */
export interface DatabaseHost {
	/** For messages: `host`, or `host:port`. */
	readonly name: string;
	/** The same URL for this server alone. */
	readonly url: string;
}

/**
 * Splits a URL as libpq does: `postgres://a:5432,b:5433/database`, or `?host=a,b&port=5432,5433`. A URL with one host stays as it
 * is. Returns the reason if the URL cannot be split.
 */
export function databaseHosts(url: string): readonly DatabaseHost[] | string {
	const cut = url.indexOf("?");
	const [, scheme = "", rest = ""] =
		/^(\w+:\/\/)(.*)$/s.exec(cut === -1 ? url : url.slice(0, cut)) ?? [];
	const parameters = new URLSearchParams(cut === -1 ? "" : url.slice(cut + 1));
	const named = parameters.get("host");
	const ports = parameters.get("port")?.split(",") ?? [];
	// A password may contain an unescaped @ or /.
	const at = rest.lastIndexOf("@") + 1;
	const end = rest.indexOf("/", at);
	const path = end === -1 ? "" : rest.slice(end);
	const places = rest.slice(at, end === -1 ? undefined : end).split(",");
	const count = named === null ? places.length : named.split(",").length;
	const target = parameters.get("target_session_attrs") ?? "any";
	if (!WRITABLE.has(target))
		return "its `target_session_attrs` asks for a server that takes no writes";
	if (count === 1 && ports.length <= 1)
		return [{ name: named ?? places.join(), url }];
	if (ports.length > 1 && ports.length !== count)
		return `it names ${ports.length} ports for ${count} ${count === 1 ? "host" : "hosts"}`;
	const hosts = named?.split(",") ?? places;
	if (hosts.some((host) => host.trim() === ""))
		return "one of its hosts is empty";
	return hosts.map((host, index) => {
		const port = ports[ports.length === 1 ? 0 : index];
		const own = new URLSearchParams(parameters);
		own.delete("host");
		own.delete("port");
		// A folder with a socket is only possible as a parameter.
		if (named !== null) own.set("host", host);
		if (port !== undefined) own.set("port", port);
		const query = own.size === 0 ? "" : `?${own}`;
		const place = named === null ? host : "";
		return {
			name: port === undefined ? host : `${host}:${port}`,
			url: `${scheme}${rest.slice(0, at)}${place}${path}${query}`,
		};
	});
}

// --- helpers ---

/** The inbox writes, so they all mean the same to it. */
const WRITABLE: ReadonlySet<string> = new Set(["any", "primary", "read-write"]);
