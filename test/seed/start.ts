import { encodePayload } from "../../src/cli/request/encode.ts";
import type { Encoding, Payload } from "../../src/event/webhook.ts";
import type { Visit } from "../../src/http/app.ts";
import { here, startFrom } from "../end-to-end/router.ts";
import { sendSample } from "../end-to-end/send-sample.ts";
import { ask, type Heard } from "../http/router.ts";
import type { SeedRoute } from "./routes.ts";

/** What was heard of a webhook, and what the router made of it. */
export type Sent = readonly [Heard, Visit];

/** The configuration of this folder, running; anyone who asks it is behind a trusted proxy. */
export interface Seed {
	/** Sends a payload from the platform's address. */
	send(route: SeedRoute, encoding: Encoding, payload: Payload): Promise<Sent>;
	/** Sends a route's captured webhook as it was captured; its example where there is none that fits. */
	sendCaptured(route: SeedRoute): Promise<Sent>;
	/** Fetches, for the client that the proxy names. */
	fetch(route: SeedRoute, client?: string): Promise<Sent>;
	close(): Promise<void>;
}

/** Starts the configuration of this folder. */
export async function startSeed(): Promise<Seed> {
	const router = await startFrom(here("../seed"));
	let asked = 0;
	const visit = async (sent: Promise<Heard>): Promise<Sent> => {
		const heard = await sent;
		asked += 1;
		return [heard, await router.visited(asked)];
	};
	const send: Seed["send"] = (route, encoding, payload) => {
		const { method, path, query, headers, raw } = encodePayload(
			payload,
			encoding,
			route,
		);
		const sent = ask(`${router.url}${path}${query && `?${query}`}`, {
			method,
			headers: { ...(headers as Record<string, string>), ...PLATFORM },
			...(raw.length === 0 ? {} : { body: raw }),
		});
		return visit(sent);
	};
	return {
		send,
		sendCaptured(route) {
			const { sample, path, contentTypes, payload, match } = route;
			if (sample === undefined || Object.keys(match).length > 0)
				return send(route, contentTypes[0] as Encoding, payload);
			return visit(sendSample(router.url + path, sample, PLATFORM));
		},
		fetch({ path }, client = PLATFORM["x-forwarded-for"]) {
			// What stands left of it, the client wrote itself.
			const headers = { "x-forwarded-for": `192.0.2.1, ${client}` };
			return visit(ask(router.url + path, { headers }));
		},
		close: router.close,
	};
}

// --- helpers ---

const PLATFORM = { "x-forwarded-for": "119.81.44.7" };
