import { ERRORS } from "../src/errors.ts";

/** Makes docs/errors.md from the table of refusals. */
export function generateErrorsPage(): string {
	const rows = Object.entries(ERRORS).map(
		([code, { status, title, help }]) =>
			`### ${code}\n\n${status}. ${title} ${help}\n`,
	);
	return `${HEAD}\n${rows.join("\n")}`;
}

// --- helpers ---

const HEAD = `# Errors

<!-- Generated from src/errors.ts by \`npm run generate\`. -->

A request that is refused, or that fails, ends with one of these codes. The sender hears the status and
nothing else; the log line of the webhook has the code's reason in \`reason\`. A code never changes its
meaning.

The platform gives a webhook up after most 4xx answers and sends it again after 429 and 5xx.
`;
