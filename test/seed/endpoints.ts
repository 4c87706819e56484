import { expect } from "chai";
import { ACCOUNT, MAIN, SUPPORT, withWorld } from "../platform/world.ts";

/** Sets or names the endpoints of one of the guide's levels, by the title of its test. */
export const ENDPOINTS: readonly (readonly [string, () => Promise<void>])[] = [
	[
		"sets the endpoints of an account by `platform apply`",
		() =>
			applied(
				[
					"{ name: inbound, path: /in, kind: sms.inbound, handler: none }",
					"{ name: receipts, path: /dlr, kind: sms.dlr, handler: none }",
				],
				({ state, hooks }) =>
					expect(state.settings).to.include({
						moCallBackUrl: `${hooks}/in`,
						drCallBackUrl: `${hooks}/dlr`,
					}),
			),
	],
	[
		"sets the endpoint of a virtual number by `platform apply`",
		() =>
			applied(
				[
					`{ name: number, path: /number, kind: sms.inbound, level: number, match: { to: "${SUPPORT}" }, handler: none }`,
				],
				({ state, hooks }) =>
					expect(state.number(SUPPORT)?.moHttpUrl).to.equal(`${hooks}/number`),
			),
	],
	[
		"sets the endpoints of an application by `platform apply`",
		() =>
			applied(
				[
					"{ name: answer, path: /answer, kind: voice.answer, handler: { ncco: [{ action: talk, text: Hello. }] } }",
					"{ name: event, path: /event, kind: voice.event, handler: none }",
				],
				({ state, hooks }) =>
					expect(state.application(MAIN)?.text)
						.to.include(`${hooks}/answer`)
						.and.include(`${hooks}/event`),
			),
	],
	[
		"says by `platform plan --for request` what to put into requests",
		() =>
			named("request", [
				["sms.dlr", "callback="],
				["voice.answer", '"answer_url":["'],
				["voice.event", '"event_url":["'],
				["ni.advanced-async", "callback="],
			]),
	],
	[
		"says by `platform plan --for ncco` what to put into an NCCO",
		() =>
			named("ncco", [
				["ncco.record", '"eventUrl":["'],
				["ncco.conversation", '"eventUrl":["'],
				["ncco.connect", '"eventUrl":["'],
				["ncco.input", '"eventUrl":["'],
				["ncco.stream", '"streamUrl":["'],
			]),
	],
];

// --- helpers ---

interface Applied {
	readonly state: ReturnType<
		Parameters<Parameters<typeof withWorld>[0]>[0]["mock"]["state"]["account"]
	>;
	readonly hooks: string;
}

/** Applies a configuration of these routes, and looks at the account then. */
function applied(
	routes: readonly string[],
	look: (applied: Applied) => unknown,
): Promise<void> {
	return withWorld(
		async ({ platform, mock, hooks }) => {
			const { code, err } = await platform("apply", "--yes");
			expect(err).to.equal("");
			expect(code).to.equal(0);
			look({ state: mock.state.account(ACCOUNT.apiKey), hooks });
		},
		{},
		(mock, hooks) => fileOf(mock.url, hooks, routes),
	);
}

/** Looks for the URL of a route of each kind behind its parameter. */
function named(
	level: string,
	kinds: readonly (readonly [kind: string, before: string])[],
): Promise<void> {
	const routes = kinds.map(([kind]) => {
		const handler =
			kind === "ncco.stream"
				? "{ static: { text: x } }"
				: /answer|input/.test(kind)
					? "{ ncco: [{ action: talk, text: Hello. }] }"
					: "none";
		return `{ name: ${kind.replaceAll(".", "-")}, path: /${kind}, kind: ${kind}, level: ${level}, handler: ${handler} }`;
	});
	return withWorld(
		async ({ platform, hooks, mock }) => {
			const { out, err } = await platform("plan", "--for", level, "--json");
			expect(err).to.equal("");
			const { advice } = JSON.parse(out) as {
				advice: readonly { readonly curl: string }[];
			};
			const all = advice.map(({ curl }) => curl).join("\n");
			for (const [kind, before] of kinds)
				expect(all).to.include(`${before}${hooks}/${kind}`);
			expect(mock.requests).to.have.length(0);
		},
		{},
		(mock, hooks) => fileOf(mock.url, hooks, routes),
	);
}

function fileOf(
	platform: string,
	hooks: string,
	routes: readonly string[],
): string {
	return `version: 1
server: { publicUrl: "${hooks}" }
platform:
  apiKey: \${VONAGE_API_KEY}
  apiSecret: \${VONAGE_API_SECRET}
  applications: { main: ${MAIN} }
  hosts: { rest: "${platform}", api: "${platform}" }
  pace: 999/s
defaults: { firewall: [vonage], signature: none }
routes:
${routes.map((route) => `  - ${route}`).join("\n")}
`;
}
