/**
 * Converts a request target into origin form. A server MUST accept the absolute form (RFC 9112 section 3.2.2). Its scheme and
 * authority are not used for routing, and may contain a password. Other targets stay unchanged.
 */
export function toOriginForm(target: string): string {
	if (target.charCodeAt(0) === SLASH) return target;
	const authority = /^https?:\/\/[^/?#]+/i.exec(target)?.[0];
	if (authority === undefined) return target;
	const rest = target.slice(authority.length);
	return rest.startsWith("/") ? rest : `/${rest}`;
}

// --- helpers ---

const SLASH = 0x2f;
