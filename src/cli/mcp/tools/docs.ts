import {
	about,
	COUNT,
	listOf,
	objectOf,
	TEXT,
} from "../../../admin/api/schemas.ts";
import { didYouMean } from "../../../finding/suggest.ts";
import type { DocsSection } from "../docs/sections.ts";
import { type McpTool, ToolProblem } from "../tool.ts";
import { argumentsOf, resultOf, toResult } from "./results.ts";

/** The documentation of the package. */
export const DOCS: readonly McpTool[] = [
	{
		name: "search_docs",
		title: "Search the documentation",
		description:
			"Searches the documentation of this version of Switchhook by words, such as `retry 503` or an error code. Returns page, headings and excerpt. Use it before you write routes.yaml, a plugin or an NCCO. `read_docs` shows a whole section.",
		scope: "read",
		input: argumentsOf(
			{
				query: about("A few words.", { ...TEXT, minLength: 1, maxLength: 300 }),
				max: about("How many sections, default 6.", {
					type: "integer",
					minimum: 1,
					maximum: 20,
				}),
			},
			["query"],
		),
		output: resultOf({
			hits: listOf(
				objectOf({
					page: about("For `read_docs`.", TEXT),
					title: TEXT,
					headings: about("From the outer to the inner one.", listOf(TEXT)),
					excerpt: TEXT,
				}),
			),
		}),
		async run({ query, max = 6 }, { docs }) {
			const hits = await docs.search(String(query), Number(max));
			return toResult(
				{ hits },
				hits.length === 0
					? ["Nothing was found. Try other words, or fewer."]
					: hits.map(
							({ page, title, headings, excerpt }) =>
								`## ${page}: ${[title, ...headings].join(" > ")}\n${excerpt}\n`,
						),
			);
		},
	},
	{
		name: "read_docs",
		title: "Read the documentation",
		description:
			"Shows a page of the documentation, or one section of it. A long page comes in parts. Without `page` it lists the pages.",
		scope: "read",
		input: argumentsOf({
			page: about("Such as `docs/match.md`.", TEXT),
			heading: about("Only the section of this heading.", TEXT),
			offset: about("`next` of the part before.", {
				type: "integer",
				minimum: 0,
			}),
		}),
		output: resultOf(
			{
				pages: listOf(TEXT),
				page: TEXT,
				title: TEXT,
				headings: about("All headings of the page.", listOf(TEXT)),
				text: about("Markdown.", TEXT),
				next: about("Where the next part begins. Absent at the end.", COUNT),
			},
			["pages", "page", "title", "headings", "text", "next"],
		),
		async run({ page, heading, offset = 0 }, { docs }) {
			const pages = await docs.pages();
			if (page === undefined) return toResult({ pages }, pages);
			const path = String(page);
			const sections = await docs.page(path);
			if (sections === undefined)
				throw new ToolProblem(
					`There is no page "${path}". ${toAdvice(path, pages)}`,
				);
			const chosen = choose(sections, heading);
			const markdown = chosen.map(toMarkdown).join("\n\n");
			const from = Number(offset);
			const text = markdown.slice(from, from + PART);
			const next = from + PART < markdown.length ? from + PART : undefined;
			return toResult(
				{
					page,
					title: sections[0]?.title,
					headings: headingsOf(sections),
					text,
					next,
				},
				[
					text,
					...(next === undefined
						? []
						: [`\nThere is more. Call again with "offset": ${next}.`]),
				],
			);
		},
	},
];

// --- helpers ---

/** The characters of one part of a page. A text of a result may have 4,000. */
const PART = 3900;

function choose(
	sections: readonly DocsSection[],
	heading: unknown,
): readonly DocsSection[] {
	if (heading === undefined) return sections;
	const wanted = String(heading).toLowerCase();
	const chosen = sections.filter(({ headings }) =>
		headings.some((one) => one.toLowerCase() === wanted),
	);
	if (chosen.length > 0) return chosen;
	throw new ToolProblem(
		`The page has no heading "${String(heading)}". It has: ${headingsOf(sections).join(", ")}.`,
	);
}

function headingsOf(sections: readonly DocsSection[]): string[] {
	return [...new Set(sections.flatMap(({ headings }) => headings))];
}

function toMarkdown({ title, headings, text }: DocsSection): string {
	const last = headings.at(-1);
	const head =
		last === undefined
			? `# ${title}`
			: `${"#".repeat(headings.length + 1)} ${last}`;
	return `${head}\n\n${text}`;
}

function toAdvice(path: string, pages: readonly string[]): string {
	const near = didYouMean(path, pages);
	return near === undefined
		? "`read_docs` without a page lists them."
		: `${near.charAt(0).toUpperCase()}${near.slice(1)}`;
}
