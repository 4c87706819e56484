/** The events that just send a message: what they write cannot be read before they have committed. */
export interface Claims {
	claim(name: string, event: string): void;
	/** The event failed before it was done. */
	unclaim(name: string): void;
	/** True where another event is about to send a message, which was last sent by `sentBy`. */
	isElsewhere(name: string, event: string, sentBy: string | undefined): boolean;
	/** Forgets what is over. */
	prune(): void;
}

/** Makes claims; one counts for a minute: by then its event has committed, or will be tried again. */
export function createClaims(now: () => number): Claims {
	const claims = new Map<string, Claim>();
	const isOver = ({ at }: Claim): boolean => now() - at >= CLAIM_MS;
	return {
		claim: (name, by) => void claims.set(name, { by, at: now() }),
		unclaim: (name) => void claims.delete(name),
		isElsewhere(name, event, sentBy) {
			const claim = claims.get(name);
			if (claim === undefined || claim.by === event) return false;
			return claim.by !== sentBy && !isOver(claim);
		},
		prune() {
			for (const [name, claim] of claims)
				if (isOver(claim)) claims.delete(name);
		},
	};
}

// --- helpers ---

const CLAIM_MS = 60_000;

interface Claim {
	/** The event's id. */
	readonly by: string;
	/** Milliseconds since the epoch. */
	readonly at: number;
}
