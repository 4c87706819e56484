import { join } from "node:path";
import type { JournalEntry } from "../../src/phone/journal.ts";
import { readScript } from "../../src/phone/script/read.ts";
import type { ScriptProblem } from "../../src/phone/script/run.ts";
import type { Session } from "../../src/phone/session.ts";
import { playCall } from "../../src/testing/play-call.ts";
import { prepare } from "../../src/testing/prepare.ts";
import { type RunningRouter, startRouter } from "../../src/testing/running.ts";

/** What happened in a scenario. */
export interface Played {
	readonly problems: readonly ScriptProblem[];
	/** The differences, one line each. */
	readonly said: readonly string[];
	readonly session: Session;
	readonly entries: readonly JournalEntry[];
	readonly router: RunningRouter;
	/** The webhooks in short: `leg label`. */
	readonly rungs: readonly string[];
	/** The announcements that a leg heard. */
	heardBy(leg: string): readonly string[];
	/** The labels of the webhooks in the order in which the router got them. */
	arrived(): readonly string[];
	/** The payloads of the webhooks of a label. */
	payloads(label: string): readonly Record<string, unknown>[];
}

/** Plays a scenario, as YAML, on a router of its own. */
export async function play(
	config: string,
	scenario: string,
	folder = "/nowhere",
): Promise<Played> {
	const prepared = await prepare({
		...{ configFile: join(folder, "routes.yaml"), text: config, env: {} },
	});
	const file = join(folder, "call.yaml");
	const { script, findings } = readScript(scenario, file, folder);
	if (script === undefined || prepared.settings === undefined)
		throw new Error(JSON.stringify([...findings, ...prepared.findings]));
	const router = await startRouter(prepared, { at: Date.UTC(2026, 0, 1, 12) });
	const arrived: string[] = [];
	const watched: RunningRouter = {
		...router,
		send(request, from) {
			arrived.push(nameOf(request.path, Buffer.from(request.raw).toString()));
			return router.send(request, from);
		},
	};
	try {
		const played = await playCall(script, watched, prepared.settings);
		const { problems, session } = played;
		const entries = session.journal.since(0);
		return {
			...{ problems, session, entries, router },
			said: problems.map(
				({ place, expected, got }) => `${place}: ${expected} / ${got}`,
			),
			rungs: entries.flatMap((entry) =>
				entry.what === "webhook" ? [`${entry.leg ?? "-"} ${entry.label}`] : [],
			),
			heardBy: (leg) =>
				entries.flatMap((entry) =>
					entry.what === "heard" && entry.leg === leg ? [entry.text] : [],
				),
			arrived: () => arrived,
			payloads: (label) =>
				entries.flatMap((entry) =>
					entry.what === "webhook" && entry.label === label
						? [entry.payload as Record<string, unknown>]
						: [],
				),
		};
	} finally {
		await router.close();
	}
}

/** Names a request by its status, or by the last segment of its path. */
function nameOf(path: string, body: string): string {
	const status = body.startsWith("{")
		? (JSON.parse(body) as { readonly status?: string }).status
		: undefined;
	return status ?? path.split("/").at(-1) ?? "";
}

/** Routes of a menu, with an event URL and a fallback. */
export const MENU = `version: 1
server: { publicUrl: https://hooks.example.com }
networks: { office: [203.0.113.0/24] }
signatures: { voice: { scheme: vonage-jwt, secret: 0123456789abcdef0123456789abcdef } }
defaults: { firewall: [office], signature: voice, methods: [POST] }
routes:
  - { name: events, path: /voice/events, kind: voice.event, level: app, handler: none }
  - name: answer
    path: /voice/answer
    kind: voice.answer
    level: app
    handler:
      ncco:
        - { action: talk, text: "Press 1 for hours, 2 for an agent.", bargeIn: true }
        - { action: input, type: [dtmf], dtmf: { maxDigits: 1, timeOut: 4 }, eventUrl: ["https://hooks.example.com/voice/menu"] }
  - name: menu
    path: /voice/menu
    kind: ncco.input
    level: ncco
    handler:
      ncco:
        - { action: talk, text: "{{ payload.dtmf.digits }} is not in the menu. Press 1 or 2.", bargeIn: true }
        - { action: input, type: [dtmf], dtmf: { maxDigits: 1 }, eventUrl: ["https://hooks.example.com/voice/menu"] }
  - name: hours
    path: /voice/menu
    kind: ncco.input
    level: ncco
    match: { dtmf.digits: "1" }
    handler: { ncco: [{ action: talk, text: We open at nine. }] }
  - name: agent
    path: /voice/menu
    kind: ncco.input
    level: ncco
    match: { dtmf.digits: "2" }
    handler:
      ncco:
        - { action: talk, text: One moment. }
        - { action: connect, from: "{{ payload.to }}", eventType: synchronous, eventUrl: ["https://hooks.example.com/voice/agent"], endpoint: [{ type: phone, number: "447700900002" }] }
        - { action: talk, text: The agent has left. }
  - name: agent-events
    path: /voice/agent
    kind: ncco.connect
    level: ncco
    mode: reply
    handler: { static: { status: 204 } }
  - name: agent-busy
    path: /voice/agent
    kind: ncco.connect
    level: ncco
    mode: reply
    match: { status: busy }
    handler: { ncco: [{ action: talk, text: The agent is busy. }] }
`;
