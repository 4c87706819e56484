/** The address of a broker, from its URL. */
export interface BrokerUrl {
	/** In lower case, such as `amqp`. */
	readonly scheme: string;
	/** At least one. The port is undefined for the driver's default. */
	readonly hosts: readonly BrokerHost[];
	readonly user: string | undefined;
	/** MUST NOT be shown. */
	readonly password: string | undefined;
	/** The decoded text after the hosts, without its first slash. Undefined if there is no slash. */
	readonly path: string | undefined;
	/** The scheme and the hosts: the broker's name in logs and reasons. */
	readonly name: string;
}

export interface BrokerHost {
	/** Without the brackets of an IPv6 address. */
	readonly host: string;
	readonly port: number | undefined;
}

/**
 * Parses `scheme://user:password@host:port,host:port/path`. Undefined if it is not such a URL. Everything up to the last `@` before the
 * path is the user's, because a password may contain an unescaped `@` or `/`.
 */
export function parseBrokerUrl(text: string): BrokerUrl | undefined {
	const [, scheme, user, hosts, path] = URL_FORM.exec(text) ?? [];
	if (scheme === undefined || hosts === undefined) return undefined;
	const found = hosts.split(",").map(parseHost);
	if (found.some((host) => host === undefined)) return undefined;
	const colon = user?.indexOf(":") ?? -1;
	const lower = scheme.toLowerCase();
	return {
		scheme: lower,
		hosts: found as readonly BrokerHost[],
		user: decode(colon < 0 ? user : user?.slice(0, colon)),
		password: colon < 0 ? undefined : decode(user?.slice(colon + 1)),
		path: decode(path),
		name: `${lower}://${hosts}`,
	};
}

/** Creates the function that removes the user's secrets from a text of the broker or its client. */
export function createMask({
	user,
	password,
}: Pick<BrokerUrl, "user" | "password">): (text: string) => string {
	// A user without a password is a token, as NATS has it.
	const secret = password ?? user;
	if (secret === undefined || secret === "") return (text) => text;
	const forms = [...new Set([secret, encodeURIComponent(secret)])];
	return (text) =>
		forms.reduce((masked, form) => masked.replaceAll(form, "***"), text);
}

// --- helpers ---

const URL_FORM =
	/^([a-z][a-z0-9+.-]*):\/\/(?:(.*)@)?([^\s/?#@]+)(?:\/([^\s?#]*))?$/is;

function parseHost(text: string): BrokerHost | undefined {
	const [, bracketed, plain, digits] =
		/^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
	const host = bracketed ?? plain;
	if (host === undefined) return undefined;
	const port = digits === undefined ? undefined : Number(digits);
	return port === 0 || (port ?? 0) > 65_535 ? undefined : { host, port };
}

function decode(text: string | undefined): string | undefined {
	if (text === undefined) return undefined;
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
