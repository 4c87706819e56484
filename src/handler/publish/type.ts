import { type Finding, hasErrors } from "../../finding/finding.ts";
import type { Publish } from "../../generated/authored.ts";
import { readAuthorities } from "../../tls/authorities.ts";
import { readTlsFiles } from "../../tls/files.ts";
import type {
	HandlerGround,
	HandlerSite,
	HandlerType,
} from "../handler-type.ts";
import type { BrokerTls, Driver } from "./driver.ts";
import { BROKERS } from "./drivers/table.ts";
import { createLinks, type Links } from "./links.ts";
import { createMessageWriter } from "./message.ts";
import { findMissing } from "./missing.ts";
import { PublishHandler } from "./publish.ts";
import { readPublish } from "./read.ts";
import { PUBLISH_SCHEMA } from "./schema.ts";
import type { PublishSettings } from "./settings.ts";

/** `publish`: hands the event to a message broker, and waits for its confirmation. */
export const publish: HandlerType<
	PublishSettings,
	{ readonly publish: Publish },
	Links
> = {
	name: "publish",
	schema: PUBLISH_SCHEMA,
	modes: ["accept"],
	misfit: ({ name, reply }) =>
		reply.required
			? `\`${name}\` needs an answer, and \`publish\` gives an empty one`
			: undefined,
	read: (handler, site, context) =>
		readPublish(handler.publish, site.in("publish"), context),
	describe: ({ shown }) => `publish ${shown}`,
	createResource: () => createLinks(),
	circuits: (links) =>
		links.states().map(({ name, route, circuit }) => ({
			route,
			upstream: name,
			isOpen: circuit !== "closed",
		})),
	createBuilder: (ground, links) => ({
		build: (settings, site) => build(settings, site, ground, links),
	}),
};

// --- helpers ---

async function build(
	settings: PublishSettings,
	site: HandlerSite,
	ground: HandlerGround,
	links: Links,
) {
	const { route, key, mode } = site;
	const { url, connectTimeoutMs, region, sasl } = settings;
	const driver = BROKERS.get(url.scheme);
	if (driver === undefined) throw new Error(`no driver for ${url.scheme}`);
	const locate = (...path: (string | number)[]) =>
		route.locate(key, "publish", ...path);
	const {
		write,
		readsHeaders,
		findings: ofTexts,
	} = createMessageWriter({
		settings,
		driver,
		site,
		templates: ground.templates,
		publicUrl: ground.publicUrl,
		locate: (path) => locate(...path),
	});
	const { tls, findings: ofTls } = await readTls(
		settings,
		driver,
		site,
		ground,
	);
	const missing = links.usesClients ? findMissing(driver) : undefined;
	const findings: readonly Finding[] = [
		...ofTexts,
		...ofTls,
		...(missing === undefined
			? []
			: [{ ...locate("url"), severity: "error", ...missing } as const]),
		...findUnordered(settings, driver, site),
	];
	if (hasErrors(findings)) return { handler: undefined, findings };
	const target = { url, tls, connectTimeoutMs, region, sasl };
	const link = links.open(driver, target, {
		route: route.name,
		mode,
		log: ground.log,
		onChange: ground.onUpstream,
	});
	const { timeoutMs } = settings;
	const handler = new PublishHandler({ link, write, timeoutMs, readsHeaders });
	return { handler, findings };
}

/** Reads the files of `tls`. They are checked as those of a server are. */
async function readTls(
	{ url, tls: files }: PublishSettings,
	driver: Driver,
	{ route, key }: HandlerSite,
	{ inputs }: HandlerGround,
): Promise<{
	readonly tls: BrokerTls | undefined;
	readonly findings: readonly Finding[];
}> {
	if (!driver.schemes[url.scheme]?.hasTls)
		return { tls: undefined, findings: [] };
	const at = (name: string) => route.locate(key, "publish", "tls", name);
	for (const file of Object.values(files)) inputs.file(file);
	const findings: Finding[] = [];
	const { ca, cert, key: privateKey } = files;
	const authorities = ca === undefined ? undefined : await readAuthorities(ca);
	if (authorities?.problem !== undefined)
		findings.push({ ...at("ca"), severity: "error", ...authorities.problem });
	const own =
		cert === undefined || privateKey === undefined
			? undefined
			: await readTlsFiles({ cert, key: privateKey });
	for (const { key: name, ...wording } of own?.problems ?? [])
		findings.push({ ...at(name), ...wording });
	return {
		findings,
		tls: {
			ca: authorities?.pem,
			cert: own?.files?.cert.toString(),
			key: own?.files?.key.toString(),
		},
	};
}

/** Warns of a target that does not keep the order that the route asks for. */
function findUnordered(
	{ texts: { to = "" } }: PublishSettings,
	{ product, isUnordered }: Driver,
	{ route, key }: HandlerSite,
): readonly Finding[] {
	if (route.orderBy.length === 0 || !isUnordered?.(to)) return [];
	return [
		{
			...route.locate(key, "publish", "to"),
			severity: "warning",
			what: `this target of ${product} does not keep the order of messages, which \`orderBy\` asks for`,
			todo: "use a queue whose name ends in `.fifo`",
		},
	];
}
