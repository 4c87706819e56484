import { findSecrets } from "./mask-secrets.ts";

/** Replaces the secrets of a file by asterisks. The lines stay the same lines. */
export function hideSecrets(text: string, file: string): string {
	let shown = "";
	let at = 0;
	for (const { from, to } of findSecrets(text, file)) {
		if (to <= at) continue;
		const secret = text.slice(Math.max(from, at), to);
		shown += text.slice(at, Math.max(from, at)) + hide(secret);
		at = to;
	}
	return shown + text.slice(at);
}

// --- helpers ---

/** A secret of several lines stays one, so that the numbers of the lines after it do not change. */
function hide(secret: string): string {
	return secret.replace(/[^\r\n]+/g, MASK);
}

/** Independent of the length of the secret. */
const MASK = "********";
