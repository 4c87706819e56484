import type { HookEvent } from "../../event/webhook.ts";
import type { Finding, Position } from "../../finding/finding.ts";
import type { KeyPath } from "../../finding/located.ts";
import { toPointer } from "../../finding/pointer.ts";
import { namesOf } from "../../finding/words.ts";
import { queryBeside } from "../../gate/body.ts";
import { createOrderKey } from "../../inbox/port/keys.ts";
import { addOwn, addTrace } from "../event-headers.ts";
import { payloadOf, toEventJson } from "../event-json.ts";
import type { HandlerSite } from "../handler-type.ts";
import {
	type BodyWriter,
	type CompiledBody,
	compileBody,
} from "../template/body.ts";
import { isTemplate } from "../template/engine.ts";
import { toHeaderValue } from "../template/header-values.ts";
import { createScope } from "../template/scope.ts";
import type { Templates } from "../template/templates.ts";
import { compileTree } from "../template/tree.ts";
import { BrokerFault, type Driver, type Message } from "./driver.ts";
import type { PublishSettings, PublishTexts } from "./settings.ts";

/** Writes an event as a message. Throws a BrokerFault for a name that the broker cannot have, and HANDLER_FAILED like `CompiledTree`. */
export type MessageWriter = (event: HookEvent) => Message;

export interface MessageWriterInit {
	readonly settings: PublishSettings;
	readonly driver: Driver;
	readonly site: Pick<HandlerSite, "route" | "kind">;
	readonly templates: Templates;
	/** Returns the public URL without a trailing slash, for the `source` of a CloudEvent. */
	readonly publicUrl: () => string;
	/** Returns the position of a text of `publish`. */
	locate(path: KeyPath): Position;
}

/** Creates the writer of one route, and the findings of its templates. */
export function createMessageWriter(init: MessageWriterInit): {
	readonly write: MessageWriter;
	readonly findings: readonly Finding[];
	/** The names of headers that its templates read, in lower case. */
	readonly readsHeaders: readonly string[];
} {
	const { settings, driver, site, templates } = init;
	const { route, kind } = site;
	const { path = "", signature } = route;
	const { outside, options } = settings;
	const texts = withPlainHeaders(settings.texts);
	const { render, reads, readsHeaders, findings } = compileTree(texts, {
		engine: templates.engine(),
		urls: templates.urls,
		tables: templates.tables,
		payloadFields: namesOf(kind.schema),
		what: "`publish`",
		isMarkup: false,
		isSecret: (at) => outside.secret.has(toPointer(at)),
		isLiteral: (at) => outside.literal.has(toPointer(at)),
		locate: init.locate,
		nameOf: (at) => `\`${at.join(".")}\``,
		finish: (at) => (at[0] === "headers" ? toHeaderValue : (text) => text),
	});
	templates.doubts.add(reads, { kind, path, signature });
	const orderKeyOf = createOrderKey(route.orderBy);
	const body =
		settings.body &&
		compileBody(settings.body, site, templates, (at) =>
			init.locate(["body", ...at]),
		);
	const toBody = BODIES[settings.as](init, body);
	return {
		findings: [...findings, ...(body?.findings ?? [])],
		readsHeaders: [...readsHeaders, ...(body?.readsHeaders ?? [])],
		write(event) {
			const written = (
				render === undefined ? texts : render(createScope(event, path))
			) as PublishTexts;
			const { exchange, key } = written;
			const to = written.to ?? written.routingKey ?? "";
			if (!driver.names.pattern.test(to) && exchange === undefined) {
				throw new BrokerFault(
					`\`to\` is ${JSON.stringify(to)}, expected ${driver.names.expected}`,
					{ isFinal: true },
				);
			}
			return {
				id: event.id,
				key: key === undefined ? plain(orderKeyOf(event)) : key || undefined,
				to,
				exchange,
				headers: headersOf(event, written.headers),
				...toBody(event),
				kind: event.kind,
				receivedAt: event.receivedAt,
				options,
			};
		},
	};
}

// --- helpers ---

type Body = Pick<Message, "body" | "contentType">;

const JSON_TYPE = "application/json";

const BODIES: Readonly<
	Record<
		PublishSettings["as"],
		(
			init: MessageWriterInit,
			mapped: CompiledBody | undefined,
		) => (event: HookEvent) => Body
	>
> = {
	json({ settings: { body } }, mapped) {
		const { contentType = JSON_TYPE } = body ?? {};
		const write: BodyWriter =
			mapped?.write ?? ((event) => JSON.stringify(toEventJson(event)));
		return (event) => ({ contentType, body: Buffer.from(write(event)) });
	},
	original: () => (event) => {
		const { raw, headers, payload } = event;
		// A GET has no body, and an event from a plugin may have only a payload.
		if (raw.length === 0)
			return {
				contentType: JSON_TYPE,
				body: Buffer.from(JSON.stringify(payload)),
			};
		const type = headers["content-type"];
		return {
			contentType: typeof type === "string" ? type : JSON_TYPE,
			body: Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength),
		};
	},
	cloudevent: createCloudEvent,
};

/** Writes the structured mode (CloudEvents 1.0, JSON event format, section 3), which every broker carries. */
function createCloudEvent(
	{ site, publicUrl, settings }: MessageWriterInit,
	mapped: CompiledBody | undefined,
) {
	const { route, kind } = site;
	const hasSchema = route.schema !== undefined && route.isNarrowed !== true;
	const type = hasSchema ? kind.name : `com.vonage.${kind.name}`;
	const { contentType: datacontenttype = JSON_TYPE } = settings.body ?? {};
	const toData = mapped?.toValue ?? payloadOf;
	return (event: HookEvent): Body => {
		const query = queryBeside(event);
		return {
			contentType: "application/cloudevents+json",
			body: Buffer.from(
				JSON.stringify({
					specversion: "1.0",
					id: event.id,
					type,
					source: publicUrl() + (route.path ?? ""),
					time: new Date(event.receivedAt).toISOString(),
					datacontenttype,
					...(query !== "" && { query }),
					data: toData(event),
				}),
			),
		};
	};
}

/** Returns an order key of one value as this value: other producers of a topic use it, too. */
function plain(orderKey: string | undefined): string | undefined {
	const [, text] = /^\["([^"\\]*)"\]$/.exec(orderKey ?? "") ?? [];
	return text ?? orderKey;
}

/** Encodes the headers without templates, once for all events. */
function withPlainHeaders({ headers, ...texts }: PublishTexts): PublishTexts {
	if (headers === undefined) return texts;
	const plain = Object.entries(headers).map(([name, value]) => [
		name,
		isTemplate(value) ? value : toHeaderValue(value),
	]);
	return { ...texts, headers: Object.fromEntries(plain) };
}

/** Joins the headers of the router, which the user cannot write, with those of the user. */
function headersOf(
	event: HookEvent,
	written: PublishTexts["headers"],
): Readonly<Record<string, string>> {
	const list: string[] = [];
	if (event.trace !== undefined) addTrace(event.trace, list);
	for (const [name, value] of Object.entries(written ?? {}))
		list.push(name.toLowerCase(), value);
	addOwn(event, list);
	const headers: Record<string, string> = {};
	for (let index = 0; index + 1 < list.length; index += 2)
		headers[list[index] as string] = list[index + 1] as string;
	return headers;
}
