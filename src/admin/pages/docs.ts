import { asRecord } from "../../event/is-record.ts";
import type { OpenApi } from "../openapi.ts";
import {
	ADMIN_PROBLEMS,
	type AdminProblemCode,
	PROBLEM_TITLES,
} from "../problem.ts";
import { type Html, html } from "./html.ts";
import { describeType, rowsOf } from "./schema-rows.ts";

/** Renders the OpenAPI document as one page that is readable without a script. */
export function renderDocs(document: OpenApi): string {
	const { title, description } = asRecord(document.info);
	const groups = groupByTag(document);
	return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${String(title)}</title>
<link rel="stylesheet" href="/api/v1/docs.css">
<script src="/api/v1/docs.js" defer></script>
</head>
<body>
<div class="layout">
<nav aria-label="Operations">
${groups.map(
	([tag, calls]) => html`<h2>${tag}</h2>
<ul>${calls.map((call) => html`<li><a href="#${call.id}" title="${call.summary}"><span class="method ${call.method.toLowerCase()}">${call.method}</span> ${call.path.replace("/api/v1", "")}</a></li>`)}</ul>
`,
)}<h2>Problems</h2>
<ul><li><a href="#problems">All codes</a></li></ul>
</nav>
<main>
<h1>${String(title)}</h1>
<p class="soft" id="session" role="status">Not signed in</p>
<p>${codeIn(String(description))}</p>
<p>The same as an <a href="/api/v1/openapi.json">OpenAPI 3.1 document</a>.</p>
<pre>curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8081/api/v1/router</pre>
${groups.map(([tag, calls]) => html`<h2>${tag}</h2>${calls.map(renderCall)}`)}
${renderProblems()}
</main>
</div>
</body>
</html>
`.text;
}

// --- helpers ---

interface Call {
	readonly id: string;
	readonly method: string;
	readonly path: string;
	readonly tag: string;
	readonly summary: string;
	readonly description: string;
	readonly scope: string | undefined;
	readonly parameters: readonly Record<string, unknown>[];
	readonly body: unknown;
	readonly responses: Readonly<Record<string, unknown>>;
}

function groupByTag(document: OpenApi): [string, Call[]][] {
	const groups = new Map<string, Call[]>();
	for (const [path, item] of Object.entries(asRecord(document.paths))) {
		const isAtRoot = asRecord(item).servers !== undefined;
		for (const [method, operation] of Object.entries(asRecord(item))) {
			if (method === "servers") continue;
			const call = toCall(
				isAtRoot ? path : `/api/v1${path}`,
				method,
				operation,
			);
			groups.set(call.tag, [...(groups.get(call.tag) ?? []), call]);
		}
	}
	return [...groups];
}

function toCall(path: string, method: string, operation: unknown): Call {
	const { operationId, tags, summary, description, parameters, ...rest } =
		asRecord(operation);
	const content = asRecord(asRecord(rest.requestBody).content);
	const scope = rest["x-scope"];
	return {
		id: String(operationId),
		method: method.toUpperCase(),
		path,
		tag: String((tags as readonly unknown[])[0]),
		summary: String(summary),
		// The scope has a place of its own.
		description: String(description ?? "").replace(/\n*Scope: `\w+`\.$/, ""),
		scope: typeof scope === "string" ? scope : undefined,
		parameters: Array.isArray(parameters) ? parameters : [],
		body: asRecord(content["application/json"]).schema,
		responses: asRecord(rest.responses),
	};
}

function renderCall(call: Call): Html {
	const { id, method, path, summary, description, scope } = call;
	return html`
<article id="${id}">
<h3>${summary}</h3>
<div class="call"><span class="method ${method.toLowerCase()}">${method}</span><span>${path}</span>${
		scope === undefined
			? undefined
			: html`<span class="scope">scope ${scope}</span>`
	}</div>
${description === "" ? undefined : html`<p>${codeIn(description)}</p>`}
${renderParameters(call.parameters)}
${call.body === undefined ? undefined : html`<h4>Body</h4>${renderSchema(call.body)}`}
<h4>Answers</h4>
${Object.entries(call.responses).map(renderResponse)}
</article>
`;
}

function renderParameters(
	parameters: readonly Record<string, unknown>[],
): Html | undefined {
	if (parameters.length === 0) return undefined;
	return html`<h4>Parameters</h4>
<div class="table"><table><thead><tr><th>Name</th><th>In</th><th>Type</th><th>Description</th></tr></thead><tbody>
${parameters.map(
	({ name, in: place, schema, description, required }) =>
		html`<tr><td><code>${String(name)}</code>${required === true ? " *" : ""}</td><td>${String(place)}</td><td>${describeType(schema)}</td><td>${codeIn(String(description ?? ""))}</td></tr>`,
)}
</tbody></table></div>
<p class="soft">* required</p>`;
}

function renderResponse([status, response]: [string, unknown]): Html {
	const { $ref, description, content } = asRecord(response);
	if (typeof $ref === "string") return html``;
	const [[type, media] = []] = Object.entries(asRecord(content));
	const { schema } = asRecord(media);
	return html`<p><code>${status}</code> ${codeIn(String(description))}${
		type === undefined || type === "application/json"
			? undefined
			: html` <span class="soft">${type}</span>`
	}</p>
${schema === undefined || type !== "application/json" ? undefined : renderSchema(schema)}`;
}

function renderSchema(schema: unknown): Html {
	const rows = rowsOf(schema);
	if (rows.length === 0)
		return html`<p class="soft">${describeType(schema)}</p>`;
	return html`<details><summary>${rows.length} ${rows.length === 1 ? "field" : "fields"}</summary>
<div class="table"><table><thead><tr><th>Field</th><th>Type</th><th>Description</th></tr></thead><tbody>
${rows.map(
	({ name, type, description, isRequired }) =>
		html`<tr><td><code>${name}</code>${isRequired ? "" : html` <span class="soft">optional</span>`}</td><td>${type}</td><td>${codeIn(description)}</td></tr>`,
)}
</tbody></table></div></details>`;
}

function renderProblems(): Html {
	const entries = Object.entries(ADMIN_PROBLEMS) as [
		AdminProblemCode,
		number,
	][];
	return html`<h2 id="problems">Problems</h2>
<p>Every error has the type <code>application/problem+json</code> (RFC 9457). <code>detail</code> says what is wrong and what to do, and <code>code</code> is one of these:</p>
<div class="table"><table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>
${entries.map(
	([code, status]) =>
		html`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${PROBLEM_TITLES[code]}.</td></tr>`,
)}
</tbody></table></div>`;
}

/** Writes text with code in backticks. */
function codeIn(text: string): Html[] {
	return text
		.split("`")
		.map((part, at) =>
			at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`,
		);
}
