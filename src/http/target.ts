/**
 * Brings a request target into origin form. A server MUST accept the absolute form (RFC 9112 section
 * 3.2.2): its scheme and authority say nothing that a route goes by, and may hold a password. Every other
 * target stays as it is.
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
