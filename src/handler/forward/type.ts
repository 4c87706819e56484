import type { AuthoredForward } from "../../config/parts/authored/forward.ts";
import type { HandlerSettings } from "../../config/settings.ts";
import { hasErrors } from "../../finding/finding.ts";
import type { CircuitReading } from "../../observe/metrics/sources.ts";
import { hasPath } from "../../route/route.ts";
import type { ServiceState } from "../circuits.ts";
import type { HandlerType } from "../handler-type.ts";
import { createForwardHandler } from "./forward.ts";
import { compileMapping } from "./mapping.ts";
import { readForward } from "./read.ts";
import { FORWARD_SCHEMA } from "./schema.ts";
import type { ForwardSettings } from "./settings.ts";
import { checkTarget, warnOfPlainText } from "./target.ts";
import { createUpstreams, type Upstreams } from "./upstream.ts";
import { hasOpenHost } from "./url-template.ts";

/** `forward`: sends the event to a service as an HTTP request. */
export const forward: HandlerType<
	HandlerSettings & ForwardSettings,
	{ readonly forward: AuthoredForward },
	Upstreams
> = {
	name: "forward",
	schema: FORWARD_SCHEMA,
	modes: ["accept", "reply"],
	read(handler, site, context) {
		const read = readForward(handler.forward, site.in("forward"), context);
		return read && { type: "forward", ...read };
	},
	check({ origin, socket, url, egress }, site, { report }) {
		if (socket !== undefined) return;
		const written = site.in("forward");
		const isAlone = typeof written.value === "string";
		const at = isAlone ? written : written.in("url");
		if (url === undefined || !hasOpenHost(url)) checkTarget(origin, at, report);
		else if (url.scheme === "http") warnOfPlainText(egress, at, report);
	},
	destination: (settings) => (settings.origin === "" ? undefined : settings),
	rateOf: ({ rate }) => rate,
	describe: ({ origin, socket, shown }) =>
		`forward ${shown ?? (socket === undefined ? origin : `unix:${socket}`)}`,
	createResource: () => createUpstreams(),
	circuits: (upstreams) => readCircuits(upstreams.states()),
	createBuilder: (ground, upstreams) => ({
		async build(settings, site) {
			const { route, key, kind, mode } = site;
			if (settings.ca !== undefined) ground.inputs.file(settings.ca);
			const { findings, ...mapping } = compileMapping(
				settings,
				site,
				ground.templates,
				(path) => route.locate(key, "forward", ...path),
			);
			if (hasErrors(findings)) return { handler: undefined, findings };
			const built = await createForwardHandler({
				mapping,
				settings,
				route: {
					name: route.name,
					path: route.path ?? "",
					hasSchema: route.schema !== undefined && route.isNarrowed !== true,
					// An event that is handed on is like a POST.
					methods: hasPath(route) ? (route.methods ?? kind.methods) : ["POST"],
					copyHeaders: route.copyHeaders,
				},
				kind,
				mode,
				checker: () => ground.checkerOf(site),
				upstreams,
				log: ground.log,
				onChange: ground.onUpstream,
				publicUrl: ground.publicUrl,
				locate: (name) => route.locate(key, "forward", name),
			});
			return { ...built, findings: [...findings, ...built.findings] };
		},
	}),
};

// --- helpers ---

/** Joins the circuits of one name: hosts that values name share the name of their template, and are open if any is. */
function readCircuits(states: readonly ServiceState[]): CircuitReading[] {
	const readings = new Map<string, CircuitReading>();
	for (const { name, route, circuit } of states) {
		const key = JSON.stringify([route, name]);
		const isOpen = circuit !== "closed" || readings.get(key)?.isOpen === true;
		readings.set(key, { route, upstream: name, isOpen });
	}
	return [...readings.values()];
}
