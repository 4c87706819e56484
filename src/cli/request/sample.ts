import { type Command, Option } from "commander";
import { isRecord } from "../../event/is-record.ts";
import type { Encoding, Payload } from "../../event/webhook.ts";
import type { Kind } from "../../kind/kind.ts";
import {
	type FieldSetting,
	type Fields,
	setFields,
} from "../../kind/set-fields.ts";
import { collect, collectPairs, type Pairs } from "../command.ts";
import {
	ENCODINGS,
	encodePayload,
	type Place,
	pickEncoding,
	type Request,
} from "./encode.ts";
import {
	examplePayload,
	freshen,
	parseSetting,
	unsetFields,
} from "./payload.ts";

/** The options with which `send` and `explain` create a request from the kind's example. */
export interface SampleOptions {
	readonly to?: string;
	readonly set: readonly FieldSetting[];
	/** The fields to omit. */
	readonly unset: readonly string[];
	readonly as?: Encoding;
	readonly query: Pairs;
	readonly param: Pairs;
	readonly header: Pairs;
	readonly from?: string;
}

/** Adds the options of `SampleOptions` but `--to` and `--from`, whose meaning differs. */
export function withSampleOptions(command: Command): Command {
	return command
		.addOption(
			new Option(
				"--as <encoding>",
				"how the payload is encoded (default: the kind's usual encoding)",
			).choices(ENCODINGS),
		)
		.option(
			"--set <field=value>",
			"set a field: field=text, field:=json, a.b=text inside another; field:=null leaves it out",
			parseSetting,
			[],
		)
		.option(
			"--unset <field>",
			"leave a field out: a name, or a.b inside another",
			collect,
			[],
		)
		.option(
			"--query <name=value>",
			"add a query parameter to the URL, such as the state of a call in an eventUrl; a body stays as it is",
			collectPairs("="),
			[],
		)
		.option(
			"--param <name=value>",
			"set a :name segment of the path (default: example)",
			collectPairs("="),
			[],
		)
		.option(
			"--header <name:value>",
			"add a request header",
			collectPairs(":"),
			[],
		);
}

/** Makes a request of the kind's example. `now` gives it ids and times of its own. */
export function sampleOfKind(
	kind: Kind,
	site: Place,
	options: SampleOptions,
	now?: Date,
): Request {
	return requestOf(kind, site, options, samplePayload(kind, options, now));
}

/** Makes a payload of the kind's example, with the fields that the options set. */
export function samplePayload(
	kind: Kind,
	{ set, unset }: SampleOptions,
	now?: Date,
): Fields {
	const example = examplePayload(kind, set.length > 0);
	const fresh = now === undefined ? example : freshen(example, kind, now);
	return changePayload(fresh, kind, { set, unset });
}

/** Sets and removes the fields of the options in a copy of a payload. */
export function changePayload(
	payload: Payload,
	kind: Kind,
	{ set, unset }: Pick<SampleOptions, "set" | "unset">,
): Fields {
	const changed = withKeyword(setFields({ ...payload }, set, kind), set);
	return unsetFields({ ...changed }, unset);
}

/** Returns the examples of a kind with ids and times of their own. */
export function samplesOf(kind: Kind, now: Date): readonly Fields[] {
	const { examples } = kind.schema;
	return (Array.isArray(examples) ? examples : [])
		.filter(isRecord)
		.map((example) => freshen(structuredClone(example), kind, now));
}

/** Writes a payload as a request of its kind. */
export function requestOf(
	kind: Kind,
	site: Place,
	options: SampleOptions,
	payload: Payload,
): Request {
	const encoding = options.as ?? pickEncoding(kind.contentTypes, site);
	return addToRequest(encodePayload(payload, encoding, site), options);
}

/** Adds what the options say besides the payload: parameters of the URL, and headers. */
export function addToRequest(
	request: Request,
	{ query, header }: Pick<SampleOptions, "query" | "header">,
): Request {
	const added = new URLSearchParams(query.map(([...pair]) => pair)).toString();
	const parts = [request.query, added].filter((part) => part !== "");
	return addHeaders({ ...request, query: parts.join("&") }, header);
}

/** Adds headers to a request; a later one of the same name wins. */
export function addHeaders(request: Request, headers: Pairs): Request {
	const added = headers.map(([name, value]) => [name.toLowerCase(), value]);
	return {
		...request,
		headers: { ...request.headers, ...Object.fromEntries(added) },
	};
}

// --- helpers ---

/** The platform adds the first word of a text in capitals. A sample with a new text does the same. */
function withKeyword(
	payload: Payload,
	settings: readonly FieldSetting[],
): Payload {
	const isSet = (field: string): boolean =>
		settings.some((setting) => setting.field === field);
	const { text } = payload;
	const isDue = isSet("text") && !isSet("keyword") && "keyword" in payload;
	if (!isDue || typeof text !== "string") return payload;
	return { ...payload, keyword: text.trim().split(/\s/)[0]?.toUpperCase() };
}
