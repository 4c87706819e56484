import { fileURLToPath } from "node:url";
import { encodePayload } from "../src/cli/request/encode.ts";
import type { Encoding, Payload } from "../src/event/webhook.ts";
import { formatFinding } from "../src/finding/finding.ts";
import { formatDuration } from "../src/finding/units.ts";
import { FORM } from "../src/gate/form.ts";
import { ABSENCES } from "../src/kind/absent.ts";
import type { WebhookKeyword } from "../src/kind/keyword.ts";
import type { KeyField, Kind } from "../src/kind/kind.ts";
import { loadKinds } from "../src/kind/load.ts";
import { type AuthoredResend, describeResend } from "../src/kind/resend.ts";
import { describeFields } from "./kind-fields.ts";

/** Makes the pages of the kinds: an overview in docs/kinds.md, and one page for each product. */
export async function generateKindsPages(): Promise<
	ReadonlyMap<string, string>
> {
	const { kinds, findings } = await loadKinds([SCHEMAS]);
	if (findings.length > 0) {
		throw new Error(findings.map(formatFinding).join("\n"));
	}
	const own = [...kinds.values()].filter(
		({ schema }) => schema.webhook !== undefined,
	);
	const parts = PRODUCTS.map(([product, title]) => ({
		product,
		title,
		kinds: own.filter((kind) => kind.product === product),
	}));
	const shown = parts.flatMap((part) => part.kinds);
	const missing = own.filter((kind) => !shown.includes(kind));
	if (missing.length > 0) {
		const names = missing.map(({ name }) => name).join(", ");
		throw new Error(`no heading for the product of ${names}`);
	}
	return new Map([
		[
			"docs/kinds.md",
			[OVERVIEW, ...parts.map(toContents), toAbsences()].join("\n"),
		],
		...parts.map((part) => [pageOf(part), toPage(part)] as const),
	]);
}

// --- helpers ---

const SCHEMAS = fileURLToPath(new URL("../schemas", import.meta.url));

const NOTICE =
	"<!-- Generated from schemas/*.json by `npm run generate`. Edit those files instead. -->";

const OVERVIEW = `# Kinds

${NOTICE}

A kind is one webhook of the platform. A route that names a kind gets its methods, schema, mode, levels and
timeout from it. Each product has a page that lists the fields of its kinds, the setting that holds the URL at each level, and an
example. \`switchhook schema <kind>\` prints the JSON Schema of a kind. To add a kind, or to replace one, put a
file into \`schemas/\`.

## How a payload is read

- **One shape.** A payload arrives as a query, a form or JSON. The handler sees the same object in all three cases: text from a query or a form is converted
  to the number, boolean, object or list in the tables, and a number becomes a string if the tables say so.
- **Absent values.** A JSON \`null\`, and the string \`null\` in a query or a form, mean that the field is absent.
- **Unknown fields are valid**, and so are values that are not in a list of known values. The platform adds both without notice.
- **Query and body.** A request without a body has its payload in the query. That is every GET, and a POST under the Account API's
  \`POST_QUERY_PARAMS\` setting. If there is a body, the query is not part of the payload.
- **Personal fields.** A field that is \`personal\` is masked in the log and in the output of \`inbox\`. A number keeps its first and last two digits, and so does
  a WhatsApp user id (\`US.13****18\`). An e-mail address keeps its domain, and texts, codes and pressed keys show only their length. All other listed fields are shown. Text in a field that the tables
  do not list is masked. Your own schemas can use the keyword \`personal\` too, with \`number\`, \`text\`, \`email\`, \`code\` or \`keys\`.
- **Several kinds on one path.** Switchhook recognizes the kind by the payload. It asks the kind with the highest precedence first.
- **Sent again.** The row of that name says after which answers the platform sends a webhook again, how often and how long. Much of it was never
  published, and where the platform's own texts disagree the page says so. Your own kinds can state it with \`webhook.retry\`.
- **Duplicates.** *Deduplicated by* names the fields of the [dedupe key](inbox.md#duplicates). A webhook whose values equal those of an
  earlier one is a duplicate, and is not handled again. *Required for a key* names the fields without which a webhook has no key. Kinds without these rows are never
  deduplicated, and their pages say why.
`;

/** The products in the order in which a reader looks for them. */
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
	["studio", "AI Studio"],
	["vcc", "Contact Center"],
	["meetings", "Meetings"],
	["router", "The router itself"],
	["legacy", "Call API, Text-To-Speech, Text-To-Speech Prompt"],
];

interface Part {
	readonly product: string;
	readonly title: string;
	readonly kinds: readonly Kind[];
}

function pageOf({ product }: Part): string {
	return `docs/kinds/${product}.md`;
}

function toContents(part: Part): string {
	const rows = part.kinds.map((kind) =>
		toRow([
			`[${kind.name}](kinds/${part.product}.md#${anchorOf(kind.name)})`,
			`${kind.title}${kind.deprecated === undefined ? "" : " (deprecated)"}`,
			kind.levels.join(", ") || "-",
			kind.methods.join(", ") || "-",
			kind.mode,
		]),
	);
	const table = toTable(["Kind", "Webhook", "Levels", "Methods", "Mode"], rows);
	return `## [${part.title}](kinds/${part.product}.md)\n\n${table}\n`;
}

function toPage(part: Part): string {
	const head = `# ${part.title}\n\n${NOTICE}\n\nSee [kinds](../kinds.md) for all kinds and for how to read these tables.\n`;
	return [head, ...part.kinds.map(toSection)].join("\n");
}

function toAbsences(): string {
	const rows = ABSENCES.filter(({ kind }) => kind === undefined).map(
		({ api, why }) => toRow([api, `${capitalize(why)}.`]),
	);
	return `## APIs without a webhook\n\nNo kind exists for these. \`check\` explains that when a route names one.\n\n${toTable(["API", "Why"], rows)}\n`;
}

function toSection(kind: Kind): string {
	const {
		precedence,
		source = [],
		dedupeNote,
		retry = {},
	} = kind.schema.webhook as WebhookKeyword;
	if (kind.isOwn) return toOwnSection(kind);
	if (kind.mode === "accept" && kind.dedupe.length === 0 && !dedupeNote)
		throw new Error(`${kind.name} has neither \`dedupe\` nor \`dedupeNote\``);
	const deprecated =
		kind.deprecated === undefined
			? []
			: [`**Deprecated.** ${kind.deprecated}\n`];
	const facts = [
		["Methods", kind.methods.join(", ")],
		["Encodings", kind.contentTypes.join(", ")],
		["Mode", kind.mode],
		["Answer", describeReply(kind)],
		["Platform waits", retry.wait ?? "not published"],
		["Handler timeout", formatDuration(kind.timeoutMs)],
		["Sent again", describeResend(retry) ?? "not published"],
		["Deduplicated by", listFields(kind.dedupe)],
		["Required for a key", listFields(kind.dedupeNeeds)],
		["Ordered by", listCode(kind.orderBy)],
		["Your number", listCode(kind.number)],
		["Signed by", describeSigned(kind)],
		["Precedence", String(precedence ?? 0)],
	].filter(([, value]) => value !== "");
	return [
		`## ${kind.name}\n`,
		`${kind.title}. ${kind.description}\n`,
		...deprecated,
		`${toTable(["Property", "Value"], facts.map(toRow))}\n`,
		...toRetryNote(retry),
		...(dedupeNote === undefined ? [] : [`**Duplicates.** ${dedupeNote}\n`]),
		`${toLevels(kind)}\n`,
		...describeFields(kind),
		"```sh",
		`switchhook send ${kind.name}`,
		"```\n",
		...toExample(kind),
		`Sources: ${source.join("; ")}.\n`,
	].join("\n");
}

/** Describes an event of the router, which no request brings. */
function toOwnSection(kind: Kind): string {
	const [example = {}] = (kind.schema.examples ?? []) as Payload[];
	return [
		`## ${kind.name}\n`,
		`${kind.title}. ${kind.description}\n`,
		"A route of this kind has no `path`. See [alerts](../alerts.md).\n",
		...describeFields(kind),
		"```sh",
		`switchhook send ${kind.name}`,
		"```\n",
		"```json",
		JSON.stringify(example, null, 2),
		"```\n",
	].join("\n");
}

/** Writes what a cell has no room for, such as where the platform's own texts disagree. */
function toRetryNote({ after, note, disputed }: AuthoredResend): string[] {
	const sentences = [after, note, disputed].filter(
		(sentence) => sentence !== undefined,
	);
	return sentences.length === 0
		? []
		: [`**Sent again.** ${sentences.join(" ")}\n`];
}

function describeSigned({ signed }: Kind): string {
	if (signed === undefined) return "no scheme that the router knows";
	return signed.length === 0
		? "never signed by the platform: use a firewall"
		: listCode(signed);
}

function toLevels(kind: Kind): string {
	const rows = kind.levels.map((level) => {
		const { rest = "", dashboard = "" } = kind.settings[level] ?? {};
		return toRow([`\`${level}\``, rest, dashboard]);
	});
	const table = toTable(["Level", "API setting", "Dashboard"], rows);
	return `${table}\n\n${kind.levelsWhy ?? ""}`;
}

/** Shows one example, in the platform's default encoding. */
function toExample(kind: Kind): string[] {
	const [example = {}] = (kind.schema.examples ?? []) as Payload[];
	const [encoding] = kind.contentTypes;
	if (encoding === undefined) throw new Error(`${kind.name} has no encoding`);
	return ["```http", toHttp(kind, example, encoding), "```\n"];
}

function toHttp(kind: Kind, payload: Payload, encoding: Encoding): string {
	const target = { path: `/webhooks/${kind.name}`, methods: kind.methods };
	const request = encodePayload(payload, encoding, target);
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
	if (body === "none") return "the body is ignored";
	const what = REPLIES[body];
	if (required) return what;
	if (body !== "ncco") return `${what}, or an empty answer`;
	const rest = "anything else that is not a list is sent as an empty 200";
	if (when === undefined) return `${what}; ${rest}`;
	const places = [...when].map(
		([field, values]) =>
			`\`${field}\` is one of ${listCode([...values].map(String))}`,
	);
	return `${what} if ${places.join(" and ")}, otherwise the body is ignored; ${rest}`;
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
