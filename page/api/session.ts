import { computed, signal } from "@preact/signals";
import { Problem, send, whenSignedOut } from "./client.ts";

/** The person at the page: the name of the token and what it may do. */
export interface Session {
	readonly actor: string;
	readonly scopes: readonly string[];
}

export const session = signal<Session | undefined>(undefined);

/** The reason for being signed out. Undefined before the first try. */
export const signedOut = signal<Problem | undefined>(undefined);

export const canOperate = computed(() => may("operate"));
export const canReveal = computed(() => may("reveal"));

/** Signs in with the token of the URL, which leaves the address bar at once, or with the cookie of an earlier visit. */
export async function start(): Promise<void> {
	whenSignedOut((problem) => {
		session.value = undefined;
		signedOut.value = problem;
	});
	const token = new URLSearchParams(location.hash.slice(1)).get("token");
	if (token !== null) {
		history.replaceState(null, "", location.pathname + location.search);
		await signIn(token);
	} else await read();
}

/** Exchanges a token for the cookie of a session. */
export async function signIn(token: string): Promise<void> {
	await remember(() => send("POST", "/session", { body: { token } }));
}

export async function signOut(): Promise<void> {
	await send("DELETE", "/session").catch(() => {});
	session.value = undefined;
	signedOut.value = new Problem(401, "no-token", "Signed out", "");
}

// --- helpers ---

function may(scope: string): boolean {
	return session.value?.scopes.includes(scope) === true;
}

async function read(): Promise<void> {
	await remember(() => send("GET", "/session"));
}

async function remember(ask: () => Promise<Response>): Promise<void> {
	try {
		session.value = (await (await ask()).json()) as Session;
		signedOut.value = undefined;
	} catch (error) {
		session.value = undefined;
		signedOut.value = error as Problem;
	}
}
