import { OPERATIONS } from "../src/admin/api/index.ts";
import type { AdminOperation } from "../src/admin/operation.ts";
import { API_PATH } from "../src/admin/operations.ts";
import { rowsOf, type SchemaRow } from "../src/admin/pages/schema-rows.ts";
import {
	ADMIN_PROBLEMS,
	type AdminProblemCode,
	PROBLEM_TITLES,
} from "../src/admin/problem.ts";

/** Writes the reference page of the admin API from its operations. */
export function generateApiPage(): string {
	const tags = [...new Set(OPERATIONS.map(({ tag }) => tag))];
	const sections = tags.map((tag) => {
		const operations = OPERATIONS.filter((one) => one.tag === tag);
		return `## ${capitalize(tag)}\n\n${operations.map(describe).join("\n")}`;
	});
	return `${INTRODUCTION}\n${sections.join("\n")}\n${describeProblems()}`;
}

// --- helpers ---

const INTRODUCTION = `# The admin API

<!-- Generated from src/admin/api by \`npm run generate\`. Change it there. -->

The running router serves this API on its [admin listener](admin.md), and describes it as an OpenAPI 3.1 document at
\`/api/v1/openapi.json\` and as a page at \`/api/v1/docs\`. Send a token in each request:

\`\`\`sh
curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8081/api/v1/router
\`\`\`

A parameter that an operation does not know is an error. Times are milliseconds since the epoch. Personal data is masked, unless a token with
the scope \`reveal\` asks for it.
`;

function describe(operation: AdminOperation): string {
	const { method, path, summary, description, scope, query, body, answers } =
		operation;
	const parts = [
		`### ${method} ${API_PATH}${path}`,
		`${summary}${description === undefined ? "" : ` ${description}`} Scope: \`${scope}\`.`,
		...(query === undefined
			? []
			: [`Parameters:\n\n${toTable(rowsOf(query), true)}`]),
		...(body === undefined ? [] : [`Body:\n\n${toTable(rowsOf(body), true)}`]),
		...Object.entries(answers).map(describeAnswer),
	];
	return `${parts.join("\n\n")}\n`;
}

function describeAnswer([status, answer]: [
	string,
	AdminOperation["answers"][number],
]): string {
	const { description, schema, type } = answer;
	const line = `Answer \`${status}\`${type === undefined ? "" : ` (\`${type}\`)`}: ${description}`;
	const rows = rowsOf(schema ?? {});
	if (type !== undefined || rows.length === 0) return line;
	return `${line}\n\n${toTable(rows, false)}`;
}

function toTable(rows: readonly SchemaRow[], isRequest: boolean): string {
	const lines = rows.map(({ name, type, description, isRequired }) => {
		// Usually a parameter is optional and a field of an answer is there.
		const word = isRequest ? "required" : "optional";
		const note = isRequired === isRequest ? `${word}. ` : "";
		return `| \`${name}\` | ${escapeCell(type)} | ${escapeCell(capitalize(`${note}${description}`.trim()))} |`;
	});
	return ["| Field | Type | Description |", "|---|---|---|", ...lines].join(
		"\n",
	);
}

function describeProblems(): string {
	const rows = (
		Object.entries(ADMIN_PROBLEMS) as [AdminProblemCode, number][]
	).map(
		([code, status]) => `| \`${code}\` | ${status} | ${PROBLEM_TITLES[code]} |`,
	);
	return `## Problems

Every error is \`application/problem+json\` (RFC 9457): \`detail\` says what is wrong and what to do, and \`code\` is one of these.

| Code | Status | Meaning |
|---|---|---|
${rows.join("\n")}
`;
}

function escapeCell(text: string): string {
	return text.replaceAll("|", "\\|");
}

function capitalize(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
