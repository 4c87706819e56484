import { DEFAULT_QUIRKS, type Quirks } from "./api/api.ts";
import type { Ground } from "./handle.ts";
import { createPace } from "./pace.ts";
import { type Probe, probeUrl } from "./probe.ts";
import type { JournalEntry } from "./receive.ts";
import { type Fault, type Interruption, Rules } from "./rules.ts";
import { listen } from "./server.ts";
import { type AccountInput, PlatformState } from "./state/state.ts";

/** The initial state of a mock of the platform, and its surroundings. */
export interface PlatformMockOptions {
	readonly accounts: readonly AccountInput[];
	/** Milliseconds since the epoch, default the clock of the machine. */
	readonly clock?: () => number;
	/** The requests a second for each account, default 3. False for no limit. */
	readonly pace?: number | false;
	/** Calls a URL before it is saved. Default: a real request. False saves every URL. */
	readonly probe?: Probe | false;
	/** Undocumented behavior of the platform. */
	readonly quirks?: Partial<Quirks>;
	/** The address to listen on, default 127.0.0.1 and a free port. */
	readonly listen?: { readonly host: string; readonly port: number };
	/** Awaited before each request, to read an edited file again. */
	readonly refresh?: (state: PlatformState) => Promise<void>;
	/** Awaited after each change, before it is answered. */
	readonly save?: (state: PlatformState) => Promise<void>;
	/** Called when a request was answered, or left without an answer. */
	readonly onRequest?: (entry: Readonly<JournalEntry>) => void;
}

/** A stand-in for the platform's REST APIs for account settings, numbers and applications. */
export interface PlatformMock {
	/** Replaces both `https://rest.nexmo.com` and `https://api.nexmo.com`. */
	readonly url: string;
	/** The current state of the platform. */
	readonly state: PlatformState;
	/** The requests since the start, the latest 10,000. */
	readonly requests: readonly Readonly<JournalEntry>[];
	/** Changes the state like a person at the dashboard: without a request or checks. */
	edit(change: (state: PlatformState) => void): Promise<void>;
	/** Sets up a fault. */
	fault(fault: Fault): void;
	/** Removes the unused faults. */
	clearFaults(): void;
	/** Sets up a change by another party between two requests of a client. */
	interrupt(interruption: Interruption): void;
	close(): Promise<void>;
}

/** The pace of the mock where none is given, requests a second. */
export const DEFAULT_PACE = 3;

/**
 * Starts a stand-in for the platform, which keeps its state in memory and listens on loopback.
 *
 * @example
 * const mock = await createPlatformMock({ accounts: [{ apiKey: "abcd1234", apiSecret: "secret" }] });
 * new Accounts(auth, { restHost: mock.url, apiHost: mock.url });
 */
export async function createPlatformMock({
	accounts,
	clock = Date.now,
	pace = DEFAULT_PACE,
	probe = probeUrl,
	quirks,
	listen: place = { host: "127.0.0.1", port: 0 },
	refresh = nothing,
	save = nothing,
	onRequest = () => {},
}: PlatformMockOptions): Promise<PlatformMock> {
	const state = new PlatformState(accounts);
	const journal: JournalEntry[] = [];
	const faults = new Rules<Fault>();
	const interruptions = {
		before: new Rules<Interruption>(),
		after: new Rules<Interruption>(),
	};
	const ground: Ground = {
		state,
		faults,
		interruptions,
		pace: pace === false ? undefined : createPace(pace, clock),
		probe: probe === false ? async () => 200 : probe,
		quirks: { ...DEFAULT_QUIRKS, ...quirks },
		save: () => save(state),
	};
	const face = {
		state,
		fault: (fault: Fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
	};
	const { url, close } = await listen(
		{
			ground,
			control: { ...face, journal, save: ground.save },
			journal,
			clock,
			refresh: () => refresh(state),
			onRequest,
		},
		place,
	);
	return {
		...face,
		url,
		requests: journal,
		async edit(change) {
			change(state);
			await save(state);
		},
		interrupt: (interruption) =>
			interruptions[interruption.when].add(interruption),
		close,
	};
}

// --- helpers ---

async function nothing(): Promise<void> {}
