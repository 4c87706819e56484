import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { HookEvent } from "../../src/event/webhook.ts";
import { runCli, withFolder } from "../cli/cli.ts";
import {
	type InboxRouter,
	startInboxRouter,
	tell,
} from "../end-to-end/inbox-router.ts";
import { ask, type Heard, talk } from "../http/router.ts";
import { type Case, type CaseRequest, loadCases } from "./case.ts";

describe("inputs of public bug reports and sample applications", () => {
	for (const input of loadCases()) {
		it(`${input.name}: ${input.title}`, () => play(input));
	}
});

// --- helpers ---

/** What a case came to. */
interface Played {
	readonly heard: Heard;
	readonly events: readonly HookEvent[];
	readonly quarantined: number;
	readonly upstream: readonly string[];
	/** The output of `check`. */
	readonly check: string;
}

async function play(input: Case): Promise<void> {
	const behind = await startBehind(input);
	try {
		const played = await withFolder(
			filesOf(input, behind.port),
			async (folder) => {
				const events: HookEvent[] = [];
				tell((event) => {
					events.push(event);
					// A call wants an NCCO; all else wants nothing.
					return event.kind === "voice.answer" ? SPOKEN : undefined;
				});
				const { out, err } = await runCli(["check"], folder);
				const check = `${out}\n${err}`;
				if (input.expected.refused !== undefined) {
					return { ...NOTHING, check };
				}
				const router = await startInboxRouter(folder);
				try {
					const heard = await sendAll(router, input);
					const kept = await settled(router);
					const quarantined = kept.filter(
						({ state }) => state === "quarantined",
					).length;
					return {
						heard,
						events,
						quarantined,
						upstream: behind.requests,
						check,
					};
				} finally {
					await router.stop();
				}
			},
		);
		verify(input, played);
	} finally {
		behind.server.closeAllConnections();
		behind.server.close();
	}
}

const SPOKEN = [{ action: "talk", text: "Hello" }];

const NOTHING: Omit<Played, "check"> = {
	heard: { status: 0, headers: {}, body: "" },
	events: [],
	quarantined: 0,
	upstream: [],
};

function verify({ ncco, expected }: Case, played: Played): void {
	const { heard, events, upstream, check } = played;
	if (ncco !== undefined && expected.refused === undefined) {
		expect(heard.status, check).to.equal(200);
		expect(JSON.parse(heard.body)).to.deep.equal(ncco);
	}
	if (expected.status !== undefined)
		expect(heard.status).to.equal(expected.status);
	if (expected.bodyEmpty) expect(heard.body).to.equal("");
	if (expected.bodyHas !== undefined)
		expect(heard.body).to.contain(expected.bodyHas);
	if (expected.handled !== undefined)
		expect(events.length, "handled").to.equal(expected.handled);
	if (expected.kinds !== undefined)
		expect(events.map(({ kind }) => kind)).to.deep.equal(expected.kinds);
	if (expected.query !== undefined)
		expect(events[0]?.query).to.equal(expected.query);
	if (expected.quarantined !== undefined)
		expect(played.quarantined, "quarantined").to.equal(expected.quarantined);
	if (expected.upstreamHas !== undefined)
		expect(upstream.join("\n")).to.contain(expected.upstreamHas);
	if (expected.upstreamKeyword !== undefined)
		expect(upstream.join("\n")).to.match(
			new RegExp(`"keyword": ?"${expected.upstreamKeyword}"`),
		);
	for (const [severity, words] of [
		["warning", expected.warning],
		["error", expected.refused],
		["", expected.finding],
	] as const) {
		const lines = check
			.split("\n")
			.filter((line) => line.includes(`: ${severity}`))
			.join("\n");
		for (const word of words ?? []) expect(lines, check).to.contain(word);
		if (
			severity === "error" &&
			words === undefined &&
			expected.finding === undefined
		)
			expect(lines, check).to.equal("");
	}
}

/** The files of a case: its configuration, or one route of its kind. */
function filesOf(input: Case, port: number): Record<string, string> {
	const { config, plugin, ncco } = input;
	const files: Record<string, string> = {
		"plugins/recorder.mjs": `export default { name: "recorder", on: { "*": (event, context) => globalThis.told(event, context) } };\n`,
		"routes.yaml": (config?.startsWith("version:")
			? config
			: routesOf(input)
		).replaceAll("127.0.0.1:3000", `127.0.0.1:${port}`),
	};
	if (plugin !== undefined) {
		const name = /name: "(\w+)"/.exec(plugin)?.[1];
		files[`plugins/${name}.mjs`] = plugin;
	}
	if (input.config?.includes("plugin: p }"))
		files["routes.yaml"] = (files["routes.yaml"] as string).replace(
			"plugin: p }",
			"plugin: recorder }",
		);
	if (ncco !== undefined) files["ncco.json"] = JSON.stringify(ncco);
	return files;
}

function routesOf({ kind, config, ncco }: Case): string {
	const head =
		"version: 1\ndefaults: { firewall: [loopback], signature: none }\nroutes:\n";
	if (ncco !== undefined)
		return `${head}  - { name: a, path: /a, kind: voice.answer, handler: { ncco: ncco.json } }\n`;
	if (config !== undefined)
		return `${head}  - { name: wide, path: /a, kind: ${kind}, level: account, handler: { plugin: recorder } }\n  - { name: a, path: /a, kind: ${kind}, level: number, ${config}, handler: { plugin: recorder } }\n`;
	return [kind]
		.flat()
		.map(
			(name, index) =>
				`  - { name: a${index}, path: /a, kind: ${name}, handler: { plugin: recorder } }\n`,
		)
		.reduce((all, route) => all + route, head);
}

const ANSWERED = {
	method: "GET",
	query: "from=447700900001&to=447700900000&uuid=u-1&conversation_uuid=CON-1",
};

/** Sends the requests in their order and returns the last answer. */
async function sendAll(
	router: InboxRouter,
	{ requests = [ANSWERED] }: Case,
): Promise<Heard> {
	let heard = NOTHING.heard;
	for (const request of requests) heard = await sendOne(router, request);
	return heard;
}

async function sendOne(
	{ url }: InboxRouter,
	{
		method = "POST",
		contentType,
		query,
		headers,
		body,
		rawRequest,
		jwt,
	}: CaseRequest,
): Promise<Heard> {
	if (rawRequest !== undefined) {
		const port = Number(new URL(url).port);
		const text = await talk(
			port,
			rawRequest.replace("{PATH}", "/a"),
			"\r\n\r\n",
		);
		const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
		return { status, headers: {}, body: "" };
	}
	const search = typeof query === "object" ? new URLSearchParams(query) : query;
	const sent =
		body === undefined || typeof body === "string"
			? (body as string | undefined)
			: JSON.stringify(body);
	return ask(`${url}/a${search === undefined ? "" : `?${search}`}`, {
		method,
		headers: {
			...headers,
			...(contentType !== undefined && { "content-type": contentType }),
			...(jwt !== undefined && { authorization: `Bearer ${toToken(jwt)}` }),
		},
		...(sent !== undefined && { body: sent }),
	});
}

function toToken({ secret, claims }: NonNullable<CaseRequest["jwt"]>): string {
	const all = {
		iat: Math.floor(Date.now() / 1000),
		jti: randomUUID(),
		iss: "Vonage",
		...claims,
	};
	const text = [{ alg: "HS256", typ: "JWT" }, all]
		.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
		.join(".");
	const mark = createHmac("sha256", secret).update(text).digest("base64url");
	return `${text}.${mark}`;
}

/** All that is kept, once nothing of it waits for its handler. */
async function settled({ kept, logs }: InboxRouter) {
	for (let lines = 0; ; lines++) {
		const all = await kept();
		if (all.every(({ state }) => DONE.has(state))) return all;
		await logs({ msg: "delivery" }, lines + 1);
	}
}

const DONE: ReadonlySet<string> = new Set(["delivered", "dead", "quarantined"]);

/** The service behind, which notes what it gets. */
async function startBehind({ upstream }: Case) {
	const requests: string[] = [];
	const server = createServer((request, response) => {
		let body = "";
		request.setEncoding("utf8");
		request.on("data", (chunk: string) => {
			body += chunk;
		});
		request.on("end", () => {
			requests.push(`${request.url} ${body}`);
			response.writeHead(upstream?.status ?? 200, {
				"content-type": upstream?.contentType ?? "text/plain",
			});
			response.end(upstream?.body ?? "");
		});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return { server, requests, port };
}
