import autocannon, { type Request } from "autocannon";

/** As many requests as servers answer in a time. */
export interface FireOptions {
	/** For the error. */
	readonly name: string;
	/** The servers, which share the connections evenly. */
	readonly urls: readonly string[];
	readonly connections: number;
	readonly seconds: number;
	readonly requests: readonly Request[];
	/** Default: as many as they answer. */
	readonly perSecond?: number | undefined;
}

export interface Fired {
	readonly answered: number;
	readonly elapsedMs: number;
}

/** Sends the requests in turn on each connection. Throws when an answer is not a 2xx. */
export async function fire({
	name,
	urls,
	connections,
	seconds,
	requests,
	perSecond,
}: FireOptions): Promise<Fired> {
	const result = await autocannon({
		// It takes several, which its types do not say.
		url: urls as unknown as string,
		connections,
		...(perSecond !== undefined && { overallRate: perSecond }),
		pipelining: 1,
		duration: seconds,
		// It looks at the clock once a sample only.
		sampleInt: 100,
		requests: [...requests],
	});
	const answered = result["2xx"];
	const failed = result.non2xx + result.errors + result.timeouts;
	if (failed > 0 || answered === 0)
		throw new Error(
			`${name}: ${answered} good answers, ${failed} bad: ${JSON.stringify(result.statusCodeStats)}`,
		);
	const elapsedMs = result.finish.getTime() - result.start.getTime();
	return { answered, elapsedMs };
}
