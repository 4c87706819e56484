import { dirname, resolve } from "node:path";
import type { ReadContext } from "../../config/handler-spec.ts";
import { readTimer } from "../../config/parts/limits.ts";
import type { Report } from "../../finding/report.ts";
import type { Site } from "../../finding/site.ts";
import { listWords, nearest } from "../../finding/suggest.ts";
import type { Publish } from "../../generated/authored.ts";
import { OWN_PREFIX } from "../event-headers.ts";
import { readBody } from "../template/body.ts";
import { isTemplate } from "../template/engine.ts";
import { findOutsideTexts } from "../template/outside.ts";
import type { Driver } from "./driver.ts";
import { BROKERS } from "./drivers/table.ts";
import type { PublishSettings, PublishTexts } from "./settings.ts";
import { type BrokerUrl, parseBrokerUrl } from "./url.ts";

/** Reads a `publish` that the schema accepts. Returns undefined, with findings, if something is wrong. */
export function readPublish(
	publish: Publish,
	site: Site,
	{ report }: Pick<ReadContext, "report">,
): PublishSettings | undefined {
	const url = readUrl(publish.url, site.in("url"), report);
	const driver = url && BROKERS.get(url.scheme);
	const limits = readLimits(publish, site, report);
	if (url === undefined || driver === undefined) return undefined;
	const body = readBody(publish, site, report);
	const isRight = [
		publish.body === undefined || body !== undefined,
		checkKeys(publish, driver, url, site, report),
		checkTarget(publish, driver, site, report),
		checkHeaders(publish, driver, site, report),
	].every(Boolean);
	if (!isRight || limits === undefined) return undefined;
	const { to, exchange, routingKey, key, as = "json" } = publish;
	const headers = body ? withoutType(publish.headers) : publish.headers;
	const texts: PublishTexts = {
		...(to !== undefined && { to }),
		...(exchange !== undefined && { exchange }),
		...(routingKey !== undefined && { routingKey }),
		...(key !== undefined && { key }),
		...(headers !== undefined && { headers }),
	};
	return {
		type: "publish",
		url,
		shown: show(publish, url, site),
		as,
		texts,
		outside: findOutsideTexts(texts, site),
		...(body && { body }),
		...limits,
		tls: readTls(publish, site),
		sasl: publish.sasl,
		region: publish.region,
		options: {
			declare: publish.declare ?? true,
			maxLength: publish.maxLength,
			durability: publish.durability ?? "synced",
			monitor: publish.monitor,
		},
	};
}

// --- helpers ---

const DEFAULT_CONNECT_TIMEOUT_MS = 5000;

function readUrl(
	text: string,
	site: Site,
	report: Report,
): BrokerUrl | undefined {
	const schemes = [...BROKERS.keys()];
	const [, scheme = ""] = /^([\w+.-]+):/.exec(text) ?? [];
	const url = parseBrokerUrl(text);
	if (url !== undefined && BROKERS.has(url.scheme)) {
		const { password } = url;
		if (password && !site.isFromOutside()) {
			report.warn(site.at(), {
				what: "the broker's password is in plain text here",
				// biome-ignore lint/suspicious/noTemplateCurlyInString: the reference is one of routes.yaml
				todo: 'take it from the environment: `url: "${BROKER_URL}"`',
			});
		}
		return url;
	}
	const expected = `${listWords(schemes.map((name) => `${name}://`))} with a host, such as \`amqp://127.0.0.1:5672\``;
	const word = BROKERS.has(scheme) ? undefined : nearest(scheme, schemes);
	report.error(site.at(), {
		// A text with an @ may have a password in it.
		what: text.includes("@")
			? "the URL is not one of a broker"
			: `${site.show(text)} is not a broker's URL`,
		expected,
		todo:
			word && !site.isSecret() ? `did you mean \`${word}://…\`?` : undefined,
	});
	return undefined;
}

/** Checks that the driver knows the keys. Returns false after a finding. */
function checkKeys(
	publish: Publish,
	driver: Driver,
	{ scheme, hosts, path, user }: BrokerUrl,
	site: Site,
	report: Report,
): boolean {
	let isRight = true;
	const fail = (at: Site, what: string, todo: string): void => {
		isRight = false;
		report.error(at.at(), { what, todo });
	};
	for (const other of new Set(BROKERS.values())) {
		if (other === driver) continue;
		for (const key of other.keys) {
			if (Object.hasOwn(publish, key))
				fail(
					site.in(key),
					`\`${key}\` is a setting of ${other.product}, and \`${scheme}://\` is ${driver.product}`,
					"take it out",
				);
		}
	}
	if (publish.tls !== undefined && !driver.schemes[scheme]?.hasTls) {
		const secure = Object.entries(driver.schemes).find(
			([, { hasTls }]) => hasTls,
		);
		fail(
			site.in("tls"),
			`\`tls\` has no effect, because \`${scheme}://\` is not encrypted`,
			`write \`${secure?.[0]}://\``,
		);
	}
	if (driver.product === "Redis" && !/^\d*$/.test(path ?? ""))
		fail(
			site.in("url"),
			"the path of a Redis URL is the number of a database",
			"write the stream as `to`",
		);
	if (publish.sasl !== undefined && user === undefined)
		fail(
			site.in("sasl"),
			"`sasl` has no effect, because the URL has no user",
			"write `kafka://user:password@host`",
		);
	if (driver.product === "SQS" && hosts.length > 1)
		fail(site.in("url"), "SQS has one host", "take the others out");
	return isRight;
}

function checkTarget(
	{ to, exchange, routingKey }: Publish,
	{ product, names, keys }: Driver,
	site: Site,
	report: Report,
): boolean {
	const hasExchanges = keys.includes("exchange");
	if (to === undefined && (exchange === undefined || !hasExchanges)) {
		report.error(site.at(), {
			what: "`publish` has no `to`",
			expected: hasExchanges
				? "the name of a queue as `to`, or an `exchange`"
				: `the target in ${product} as \`to\``,
		});
		return false;
	}
	if (hasExchanges && to !== undefined && exchange !== undefined) {
		report.error(site.in("to").keyAt(), {
			what: "`to` names a queue, and `exchange` decides on the queues itself",
			todo: "write `routingKey` in place of `to`, or take `exchange` out",
		});
		return false;
	}
	if (hasExchanges && routingKey !== undefined && exchange === undefined) {
		report.error(site.in("routingKey").keyAt(), {
			what: "`routingKey` has no effect without `exchange`",
			todo: "write `exchange`, or take it out",
		});
		return false;
	}
	if (to !== undefined && !isTemplate(to) && !names.pattern.test(to)) {
		report.error(site.at("to"), {
			what: `${product} has no target with the name ${site.show(to, "to")}`,
			expected: names.expected,
		});
		return false;
	}
	return true;
}

function checkHeaders(
	{ headers = {} }: Publish,
	{ product, headersMax = Infinity }: Driver,
	site: Site,
	report: Report,
): boolean {
	const names = Object.keys(headers);
	const own = names.find((name) => name.toLowerCase().startsWith(OWN_PREFIX));
	if (own !== undefined) {
		report.error(site.in("headers").keyAt(own), {
			what: `the header \`${own}\` is written by the router itself`,
			todo: "take it out",
		});
		return false;
	}
	if (names.length <= headersMax) return true;
	report.error(site.in("headers").at(), {
		what: `there are ${names.length} headers, and a message of ${product} has room for ${headersMax}`,
	});
	return false;
}

/** Leaves out the content type, which is a property of the message itself. */
function withoutType(headers: Publish["headers"]): Publish["headers"] {
	return (
		headers &&
		Object.fromEntries(
			Object.entries(headers).filter(
				([name]) => name.toLowerCase() !== "content-type",
			),
		)
	);
}

function readLimits(
	{ timeout, connectTimeout }: Publish,
	site: Site,
	report: Report,
): Pick<PublishSettings, "timeoutMs" | "connectTimeoutMs"> | undefined {
	const timeoutMs = readTimer(timeout, site.in("timeout"), report);
	const connectMs = readTimer(
		connectTimeout,
		site.in("connectTimeout"),
		report,
	);
	let isRight =
		(timeout === undefined || timeoutMs !== undefined) &&
		(connectTimeout === undefined || connectMs !== undefined);
	for (const [key, ms] of [
		["timeout", timeoutMs],
		["connectTimeout", connectMs],
	] as const) {
		if (ms !== 0) continue;
		isRight = false;
		report.error(site.in(key).at(), {
			what: `\`${key}\` is zero, which publishes nothing`,
			expected: "`1ms` or more",
			todo: "write a larger one, or take it out",
		});
	}
	if (!isRight) return undefined;
	return {
		timeoutMs,
		connectTimeoutMs: connectMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
	};
}

function readTls({ tls = {} }: Publish, site: Site): PublishSettings["tls"] {
	const folder = dirname(site.file.source.file);
	return Object.fromEntries(
		Object.entries(tls).map(([key, file]) => [key, resolve(folder, file)]),
	);
}

/** Names the broker and the target. Neither the user nor a part from the environment is shown. */
function show(
	{ to, exchange }: Publish,
	{ name, path }: BrokerUrl,
	site: Site,
): string {
	const shownPath = path ? `/${site.isSecret("url") ? "…" : path}` : "";
	const key = to === undefined ? "exchange" : "to";
	const target = site.isFromOutside(key) ? "…" : (to ?? exchange);
	return `${name}${shownPath} ${key === "to" ? "" : "exchange "}${target}`;
}
