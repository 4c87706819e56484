import { fileURLToPath } from "node:url";
import { encodePayload, FORM } from "../src/cli/request/encode.ts";
import type { Encoding, Payload } from "../src/event/webhook.ts";
import { formatFinding } from "../src/finding/finding.ts";
import { formatDuration } from "../src/finding/units.ts";
import { ABSENCES } from "../src/kind/absent.ts";
import type { WebhookKeyword } from "../src/kind/keyword.ts";
import type { KeyField, Kind } from "../src/kind/kind.ts";
import { loadKinds } from "../src/kind/load.ts";
import { describeFields } from "./kind-fields.ts";

/** Makes docs/kinds.md from the kind files. */
export async function generateKindsPage(): Promise<string> {
	const { kinds, findings } = await loadKinds([SCHEMAS]);
	if (findings.length > 0) {
		throw new Error(findings.map(formatFinding).join("\n"));
	}
	const own = [...kinds.values()].filter(
		({ schema }) => schema.webhook !== undefined,
	);
	const parts = PRODUCTS.map(([product, title]) => ({
		title,
		kinds: own.filter((kind) => kind.product === product),
	}));
	const shown = parts.flatMap((part) => part.kinds);
	const missing = own.filter((kind) => !shown.includes(kind));
	if (missing.length > 0) {
		const names = missing.map(({ name }) => name).join(", ");
		throw new Error(`no heading for the product of ${names}`);
	}
	return [
		HEAD,
		toContents(parts),
		toAbsences(),
		...parts.map(
			(part) => `## ${part.title}\n\n${part.kinds.map(toSection).join("\n")}`,
		),
	].join("\n");
}

// --- helpers ---

const SCHEMAS = fileURLToPath(new URL("../schemas", import.meta.url));

const HEAD = `# Kinds

<!-- Generated from schemas/*.json by \`npm run generate\`. Change those. -->

A kind is one webhook of the platform. Naming it on a route brings its methods, its check, its mode, its
levels and its timeout. \`switchhook schema <kind>\` prints the JSON Schema; a file of your own in
\`schemas/\` adds a kind, or takes the place of one.

Fields that are not listed pass as well, and a list of known values is never a wall: the platform adds to
both without notice. Values have the type that is written here whichever way they travelled: text of a
query or a form becomes a number, a boolean, an object or a list where the table says so, and a number
becomes text. The text \`null\` of a query or a form, and a null of JSON, are a field that is absent.

A request without a body has its payload in its query: a GET, and also a POST, as \`POST_QUERY_PARAMS\` of the Account API asks for
it. A query beside a body is no part of the payload.

A field that is \`personal\` is masked in the log and in what \`inbox\` shows: a number keeps its first and last two digits, an
e-mail address its domain, and of a text, a code or keys only the length is told. All other fields of the table are shown. A text
that the table does not have is masked. A schema of your own says \`personal\` in the same way, with \`number\`, \`text\`, \`email\`, \`code\`
or \`keys\`.

Where several kinds share a path, the payload decides; the kind with the higher precedence is asked first.

**The same again when equal** names the fields of the [dedupe key](inbox.md#sent-again): a webhook with the values of an
earlier one was sent again, and is not handled. **Never the same without** names the fields without which a webhook has no key.
A kind without these rows has no key, and says why.
`;

/** Products in the order in which a reader looks for them. */
const PRODUCTS: readonly (readonly [product: string, title: string])[] = [
	["sms", "SMS"],
	["shortcode", "US Short Codes"],
	["voice", "Voice"],
	["ncco", "NCCO actions"],
	["messages", "Messages"],
	["messages-v0", "Messages 0.1 and Dispatch"],
	["verify2", "Verify v2"],
	["ni", "Number Insight"],
	["rtc", "Conversation and Client SDK"],
	["reports", "Reports"],
	["video", "Video"],
	["vis", "Vonage Business Communications"],
	["meetings", "Meetings"],
	["legacy", "Call API, Text-To-Speech, Text-To-Speech Prompt"],
];

interface Part {
	readonly title: string;
	readonly kinds: readonly Kind[];
}

function toContents(parts: readonly Part[]): string {
	const rows = parts.flatMap(({ kinds }) =>
		kinds.map((kind) =>
			toRow([
				`[${kind.name}](#${anchorOf(kind.name)})`,
				`${kind.title}${kind.deprecated === undefined ? "" : " (deprecated)"}`,
				kind.levels.join(", "),
				kind.methods.join(", "),
				kind.mode,
			]),
		),
	);
	return `${toTable(["Kind", "Webhook", "Levels", "Methods", "Mode"], rows)}\n`;
}

function toAbsences(): string {
	const rows = ABSENCES.filter(({ kind }) => kind === undefined).map(
		({ api, why }) => toRow([api, `${capitalize(why)}.`]),
	);
	return `## APIs without a webhook\n\n\`check\` says so of a route that names one.\n\n${toTable(["API", "Why"], rows)}\n`;
}

function toSection(kind: Kind): string {
	const {
		precedence,
		source = [],
		dedupeNote,
	} = kind.schema.webhook as WebhookKeyword;
	if (kind.mode === "accept" && kind.dedupe.length === 0 && !dedupeNote)
		throw new Error(`${kind.name} has neither \`dedupe\` nor \`dedupeNote\``);
	const deprecated =
		kind.deprecated === undefined
			? []
			: [`**Deprecated.** ${kind.deprecated}\n`];
	const facts = [
		["Methods", kind.methods.join(", ")],
		["Travels as", kind.contentTypes.join(", ")],
		["Mode", kind.mode],
		["Answer", describeReply(kind)],
		["Timeout of a handler", formatDuration(kind.timeoutMs)],
		["The same again when equal", listFields(kind.dedupe)],
		["Never the same without", listFields(kind.dedupeNeeds)],
		["In order by", listCode(kind.orderBy)],
		["Your number", listCode(kind.number)],
		["Signed by", describeSigned(kind)],
		["Precedence", String(precedence ?? 0)],
	].filter(([, value]) => value !== "");
	return [
		`### ${kind.name}\n`,
		`${kind.title}. ${kind.description}\n`,
		...deprecated,
		`${toTable(["", ""], facts.map(toRow))}\n`,
		...(dedupeNote === undefined ? [] : [`**Sent again.** ${dedupeNote}\n`]),
		`${toLevels(kind)}\n`,
		...describeFields(kind),
		"```sh",
		`switchhook send ${kind.name}`,
		"```\n",
		...toExamples(kind),
		`Sources: ${source.join("; ")}.\n`,
	].join("\n");
}

function describeSigned({ signed }: Kind): string {
	if (signed === undefined) return "";
	return signed.length === 0
		? "no way that is known: a firewall is all"
		: listCode(signed);
}

function toLevels(kind: Kind): string {
	const rows = kind.levels.map((level) => {
		const { rest = "", dashboard = "" } = kind.settings[level] ?? {};
		return toRow([`\`${level}\``, rest, dashboard]);
	});
	const table = toTable(["Level", "Set by", "Dashboard"], rows);
	return `${table}\n\n${kind.levelsWhy ?? ""}`;
}

function toExamples(kind: Kind): string[] {
	const [example = {}] = (kind.schema.examples ?? []) as Payload[];
	return kind.contentTypes.flatMap((encoding) => [
		"```http",
		toHttp(kind, example, encoding),
		"```\n",
	]);
}

function toHttp(kind: Kind, payload: Payload, encoding: Encoding): string {
	const place = { path: `/webhooks/${kind.name}`, methods: kind.methods };
	const request = encodePayload(payload, encoding, place);
	const { method, path, query, raw } = request;
	const line = `${method} ${path}${query === "" ? "" : `?${query}`} HTTP/1.1`;
	if (encoding === "query") return line;
	const type = encoding === "form" ? FORM : "application/json";
	const body =
		encoding === "form"
			? Buffer.from(raw).toString()
			: JSON.stringify(payload, null, 2);
	return `${line}\ncontent-type: ${type}\n\n${body}`;
}

function describeReply({ reply: { body, required, when } }: Kind): string {
	if (body === "none") return "its body is ignored";
	const what = REPLIES[body];
	if (required) return what;
	if (body !== "ncco") return `${what}, or an empty one`;
	const rest = "anything that is no list is sent as an empty 200";
	if (when === undefined) return `${what}; ${rest}`;
	const places = [...when].map(
		([field, values]) =>
			`\`${field}\` is one of ${listCode([...values].map(String))}`,
	);
	return `${what} where ${places.join(" and ")}, else its body is ignored; ${rest}`;
}

const REPLIES = {
	ncco: "an NCCO",
	voicexml: "VoiceXML",
	audio: "audio",
	any: "anything",
} as const;

function toTable(head: readonly string[], rows: readonly string[]): string {
	return [toRow(head), `|${"---|".repeat(head.length)}`, ...rows].join("\n");
}

function toRow(cells: readonly string[]): string {
	const escaped = cells.map((cell) => cell.replaceAll("|", "\\|"));
	return `| ${escaped.join(" | ")} |`;
}

function listCode(values: readonly string[]): string {
	return values.map((value) => `\`${value}\``).join(", ");
}

/** Fields of a key, alternatives joined. */
function listFields(fields: readonly KeyField[]): string {
	return fields
		.map((field) =>
			[field]
				.flat()
				.map((name) => `\`${name}\``)
				.join(" or "),
		)
		.join(", ");
}

function anchorOf(heading: string): string {
	return heading.toLowerCase().replace(/[^a-z0-9-]/g, "");
}

function capitalize(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
