import { PlatformFault } from "../fault.ts";
import type { Transport } from "../transport.ts";

/** Everything that asking the router needs. */
export interface ProbeGround {
	readonly transport: Transport;
	/**
	 * Asks the router on this machine over its control socket, as a client that its firewall admits, and resolves with the
	 * status. Undefined if no router is running.
	 */
	readonly askRouter: (path: string) => Promise<number | undefined>;
	readonly publicUrl: string;
}

/**
 * Ensures that the router answers 200 to a GET without parameters, which the platform sends before it saves a URL. If the
 * firewall refuses this machine, the router was reached, and is asked over its control socket if it runs here. Throws
 * PlatformFault.
 */
export async function probeRouter(
	urls: readonly string[],
	{ transport, askRouter, publicUrl }: ProbeGround,
): Promise<void> {
	for (const url of urls) {
		const status = await statusOf(url, transport);
		if (status === 200) continue;
		if (status !== 403) throw unanswered(url, `it answers ${status}`);
		const path = url.slice(publicUrl.length);
		const told = url.startsWith(publicUrl) ? await askRouter(path) : undefined;
		if (told === undefined || told === 200) continue;
		throw unanswered(url, `the router answers ${told} to a client it admits`);
	}
}

// --- helpers ---

async function statusOf(url: string, transport: Transport): Promise<number> {
	try {
		const { status } = await transport.send({
			method: "GET",
			url,
			headers: { "user-agent": "switchhook" },
		});
		return status;
	} catch (error) {
		throw unanswered(url, "nothing answers there", error);
	}
}

function unanswered(url: string, why: string, cause?: unknown): PlatformFault {
	return new PlatformFault(
		"refused",
		`The platform calls ${url} before it saves it, and wants 200: ${why}. Start the router with this configuration first, and check \`server.publicUrl\`.`,
		{ cause },
	);
}
