import {
	request as httpRequest,
	type IncomingHttpHeaders,
	type RequestOptions,
} from "node:http";
import { connect } from "node:net";
import type { HookEvent } from "../../src/event/webhook.ts";
import { createAddressReader } from "../../src/gate/address.ts";
import { createClientFinder } from "../../src/gate/client-address.ts";
import { createFirewall } from "../../src/gate/firewall.ts";
import { createPeers } from "../../src/gate/peers.ts";
import { compileRanges } from "../../src/gate/ranges.ts";
import { UNSIGNED } from "../../src/gate/signature.ts";
import { createApp, type Visit } from "../../src/http/app.ts";
import type { Rejection } from "../../src/http/rejection.ts";
import {
	type Listening,
	type ListenOptions,
	listen,
} from "../../src/http/server.ts";
import { hasPath } from "../../src/route/route.ts";
import { createStack, type Door } from "../../src/route/stack.ts";
import { createTable } from "../../src/route/table.ts";
import { Occupancy } from "../../src/runtime/occupancy.ts";
import { NO_OWN_ROUTES } from "../../src/runtime/own/table.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import type { ServedRoute } from "../../src/runtime/served-route.ts";
import { createServices } from "../../src/runtime/services.ts";
import { fakeKind } from "../route/kinds.ts";
import { servedRoute } from "../runtime/served.ts";
import { createVisits } from "../visits.ts";

/** A running router with hand-made routes. */
export interface Router {
	readonly url: string;
	readonly port: number;
	readonly listening: Listening;
	readonly runtime: Runtime;
	readonly visits: Visit[];
	readonly events: HookEvent[];
	readonly faults: unknown[];
	readonly rejections: Rejection[];
	/** Resolves with the visit of that number (from 1), once its request was answered. */
	visited(count: number): Promise<Visit>;
	close(): Promise<void>;
}

export interface RouterOptions {
	readonly routes?: readonly Partial<ServedRoute>[];
	/** The door of every path, or of each. */
	readonly door?: Partial<Door> | ((path: string) => Partial<Door>);
	readonly trusted?: readonly string[];
	readonly listen?: Parameters<typeof listen>[1];
	readonly bounds?: Omit<ListenOptions, "onRejection">;
}

/** Starts a router. A route without a handler records its events. */
export async function startRouter({
	routes = [{}],
	door = {},
	trusted = [],
	listen: places,
	bounds = {},
}: RouterOptions = {}): Promise<Router> {
	const events: HookEvent[] = [];
	const visits = createVisits();
	const faults: unknown[] = [];
	const rejections: Rejection[] = [];
	const served = routes.map(
		(route, index): ServedRoute =>
			servedRoute({
				name: `route-${index}`,
				path: "/hook",
				kind: fakeKind("test.any", "any", {
					contentTypes: ["query", "form", "json"],
					levels: ["app"],
				}),
				mode: "accept",
				handler: { handle: (event) => void events.push(event) },
				...route,
			}),
	);
	const paths = [...new Set(served.filter(hasPath).map(({ path }) => path))];
	const stacks = paths.map((path) =>
		createStack(
			path,
			served.filter((route) => route.path === path),
			{
				firewall: createFirewall(["loopback"], compileRanges(["127.0.0.0/8"])),
				onDenied: "reject",
				onUnsigned: "reject",
				signature: UNSIGNED,
				bodyLimitBytes: 1000,
				...(typeof door === "function" ? door(path) : door),
			},
		),
	);
	const runtime: Runtime = {
		table: createTable(stacks),
		routes: served,
		findClient: createClientFinder(
			compileRanges(trusted),
			createAddressReader(),
		),
		peers: createPeers(
			{ trusted: compileRanges(trusted), admitted: undefined },
			createAddressReader(),
		),
		drain: new AbortController().signal,
		occupancy: new Occupancy(),
		...createServices(),
		work: new Map(),
		pulled: new Map(),
		ownRoutes: NO_OWN_ROUTES,
		builtAt: 0,
		handOn: async () => undefined,
		publicUrl: () => "http://localhost",
		servedOn: () => {},
		abort: () => {},
		close: async () => {},
	};
	const app = createApp({
		runtime: () => runtime,
		onVisit: visits.add,
		onFault: (error) => void faults.push(error),
	});
	const listening = await listen(
		app,
		places ?? [{ kind: "tcp", host: "127.0.0.1", port: 0 }],
		{
			peers: () => runtime.peers,
			...bounds,
			onRejection: (rejection) => void rejections.push(rejection),
		},
	);
	const url = listening.addresses[0] as string;
	return {
		url,
		port: Number(url.split(":").at(-1)),
		listening,
		runtime,
		visits: visits.all,
		events,
		faults,
		rejections,
		visited: visits.nth,
		async close() {
			listening.closeNow();
			await listening.close();
		},
	};
}

export interface Heard {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

/** Sends one request by node:http, which, unlike fetch, sends whatever it is told to. */
export function ask(
	url: string,
	options: RequestOptions & { body?: string | Uint8Array } = {},
): Promise<Heard> {
	const { body, ...rest } = options;
	return new Promise((resolve, reject) => {
		const sent = httpRequest(url, { agent: false, ...rest }, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("end", () =>
				resolve({
					status: response.statusCode ?? 0,
					headers: response.headers,
					body: Buffer.concat(chunks).toString(),
				}),
			);
			response.on("error", reject);
		});
		sent.on("error", reject);
		sent.end(body);
	});
}

/** Writes text or bytes to a fresh connection and returns what comes back until `until` is in it, or the end. */
export function talk(
	port: number,
	text: string | Uint8Array,
	until: string | RegExp,
): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, "127.0.0.1", () => socket.write(text));
		let heard = "";
		socket.setEncoding("utf8");
		socket.on("data", (chunk: string) => {
			heard += chunk;
			if (
				typeof until === "string" ? heard.includes(until) : until.test(heard)
			) {
				socket.destroy();
				resolve(heard);
			}
		});
		socket.on("error", reject);
		socket.on("close", () => resolve(heard));
	});
}
