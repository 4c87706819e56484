import type { DatabaseHost } from "../../../config/parts/inbox/database-hosts.ts";
import { InboxOpenError } from "../../port/open-error.ts";
import { stateOf } from "./faults.ts";
import type { History, Server } from "./server.ts";

export interface PrimaryOptions {
	readonly hosts: readonly [DatabaseHost, ...DatabaseHost[]];
	/** Connects to a host, asks it, and disconnects. MUST end within a time limit. */
	readonly ask: (host: DatabaseHost) => Promise<Server>;
	/** Called when another host leads than before. */
	readonly onMove: (host: DatabaseHost) => void;
	/** Between two looks at all hosts. */
	readonly watchMs?: number;
}

/**
 * Knows which of several hosts takes writes. All hosts are asked at the same time, so that a silent one costs little. If more than
 * one takes writes, the one that was promoted last leads. A host is refused if its timeline is older than one seen before: it was
 * the primary, and came back.
 */
export class Primary {
	readonly #options: PrimaryOptions;
	readonly #isOne: boolean;
	#leader: DatabaseHost;
	#isKnown: boolean;
	#isChosen = false;
	#searching: Promise<void> | undefined;
	#watching: NodeJS.Timeout | undefined;
	#seen: History | undefined;

	constructor(options: PrimaryOptions) {
		this.#options = options;
		this.#leader = options.hosts[0];
		this.#isOne = options.hosts.length === 1;
		this.#isKnown = this.#isOne;
		if (this.#isOne) return;
		// Also without traffic the router leaves a server that was demoted, or went silent.
		this.#watching = setInterval(
			() => void this.#search().catch(() => {}),
			options.watchMs ?? WATCH_MS,
		).unref();
	}

	/** The host that led when it was last looked for. */
	get leader(): DatabaseHost {
		return this.#leader;
	}

	/** True while nothing speaks against the leader. */
	get isKnown(): boolean {
		return this.#isKnown;
	}

	/** Looks for the leader. Rejects if no host takes writes. */
	find(): Promise<void> {
		return this.#isKnown ? Promise.resolve() : this.#search();
	}

	/** Notes that a connection to a host failed. Returns true if there may be another leader. */
	doubt(host: DatabaseHost): boolean {
		if (this.#isOne) return false;
		if (host === this.#leader) this.#isKnown = false;
		return true;
	}

	/** Checks a new connection to a host. Throws if the host must not be used. */
	admit(host: DatabaseHost, server: Server): void {
		this.#refuse(host, server);
		this.#seen = server.history ?? this.#seen;
	}

	close(): void {
		clearInterval(this.#watching);
	}

	#objectionTo({ isStandby, isReadOnly, history }: Server): string | undefined {
		// The only host is a matter of the statement: a command may read from a standby.
		if (!this.#isOne && isStandby) return "is a standby";
		if (!this.#isOne && isReadOnly) return "is read-only";
		const seen = this.#seen;
		if (history === undefined || seen === undefined) return undefined;
		if (history.system === seen.system)
			return history.timeline < seen.timeline
				? `is an old primary on timeline ${history.timeline}, and timeline ${seen.timeline} was seen`
				: undefined;
		return this.#isOne
			? undefined
			: "belongs to another cluster: its system identifier differs";
	}

	#refuse(host: DatabaseHost, server: Server): void {
		const objection = this.#objectionTo(server);
		if (objection !== undefined)
			throw Object.assign(new Error(`${host.name} ${objection}`), {
				code: NO_PRIMARY,
			});
	}

	/** Returns the host that was promoted last. Of hosts that cannot be told apart, the leader stays. */
	#bestOf(answers: readonly [Answer, ...Answer[]]): Answer {
		const [{ server: first }] = answers;
		return answers
			.filter(({ server }) => server.history?.system === first.history?.system)
			.reduce((best, one) => {
				const ahead = timelineOf(one) - timelineOf(best);
				const isBetter = ahead === 0 ? one.host === this.#leader : ahead > 0;
				return isBetter ? one : best;
			});
	}

	#search(): Promise<void> {
		this.#searching ??= this.#choose().finally(() => {
			this.#searching = undefined;
		});
		return this.#searching;
	}

	async #choose(): Promise<void> {
		const { host, server } = this.#bestOf(
			await askAll(this.#options, (...answer) => this.#refuse(...answer)),
		);
		this.#seen = server.history ?? this.#seen;
		const hasMoved = this.#isChosen && host !== this.#leader;
		this.#isChosen = true;
		this.#leader = host;
		this.#isKnown = true;
		if (hasMoved) this.#options.onMove(host);
	}
}

/** The code of the error if no host takes writes. */
export const NO_PRIMARY = "NO_PRIMARY";

// --- helpers ---

const WATCH_MS = 10_000;

/** How long the others may take to answer after the first host that takes writes. */
const GRACE_MS = 300;

interface Answer {
	readonly host: DatabaseHost;
	readonly server: Server;
}

function timelineOf({ server }: Answer): number {
	return server.history?.timeline ?? 0;
}

/** Asks all hosts. Resolves with those that take writes, in the order of the URL, or rejects with the reasons of all. */
function askAll(
	{ hosts, ask }: PrimaryOptions,
	refuse: (host: DatabaseHost, server: Server) => void,
): Promise<readonly [Answer, ...Answer[]]> {
	return new Promise((resolve, reject) => {
		const answers: (Answer | undefined)[] = hosts.map(() => undefined);
		const faults = new Map<number, unknown>();
		let open = hosts.length;
		let grace: NodeJS.Timeout | undefined;
		const finish = () => {
			clearTimeout(grace);
			const good = answers.filter((one) => one !== undefined);
			if (good.length > 0) resolve(good as [Answer, ...Answer[]]);
			else reject(nobody(hosts, (at) => faults.get(at)));
		};
		for (const [at, host] of hosts.entries())
			ask(host)
				.then((server) => {
					refuse(host, server);
					answers[at] = { host, server };
					grace ??= setTimeout(finish, GRACE_MS);
				})
				.catch((error: unknown) => faults.set(at, error))
				.finally(() => {
					open -= 1;
					if (open === 0) finish();
				});
	});
}

/** Returns the error of the hosts if they all have the same, such as a wrong password. */
function nobody(
	hosts: readonly DatabaseHost[],
	faultOf: (at: number) => unknown,
): unknown {
	const errors = hosts.map((_, at) => faultOf(at));
	const refusal = errors.find((error) => error instanceof InboxOpenError);
	if (refusal !== undefined) return refusal;
	const [code, ...others] = errors.map(codeOf);
	const isSame = others.every((other) => other === code);
	if (isSame && code !== undefined && code !== NO_PRIMARY) return errors[0];
	const reasons = hosts.map(({ name }, at) => {
		const said = messageOf(errors[at]);
		return said.startsWith(`${name} `) ? said : `${name}: ${said}`;
	});
	return Object.assign(
		new Error(`no server takes writes: ${reasons.join("; ")}`),
		{ code: NO_PRIMARY },
	);
}

function codeOf(error: unknown): string | undefined {
	return stateOf(error) ?? (error as { code?: string } | undefined)?.code;
}

function messageOf(error: unknown): string {
	const { message } = error as Error;
	return message || codeOf(error) || String(error);
}
