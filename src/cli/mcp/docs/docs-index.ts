import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { memo } from "../../../memo.ts";
import { excerptOf } from "./excerpt.ts";
import { type DocsSection, splitPage } from "./sections.ts";
import { wordsOf } from "./words.ts";

/** A section that a search found. */
export interface DocsHit {
	readonly page: string;
	readonly title: string;
	readonly headings: readonly string[];
	/** The lines of the section that fit best. */
	readonly excerpt: string;
}

/** Searches the documentation of the package. It is read at the first search. */
export interface DocsIndex {
	search(query: string, max: number): Promise<readonly DocsHit[]>;
	/** Returns the sections of a page, in their order. Undefined if there is no such page. */
	page(path: string): Promise<readonly DocsSection[] | undefined>;
	/** Returns the paths of all pages. */
	pages(): Promise<readonly string[]>;
}

/** Creates the index of the Markdown files in a folder of a package. */
export function createDocsIndex(root: string, folder = "docs"): DocsIndex {
	let built: Promise<Built> | undefined;
	const index = (): Promise<Built> => {
		built ??= readPages(root, folder).then(build);
		return built;
	};
	return {
		async search(query, max) {
			const { entries, lengths, postings } = await index();
			const terms = [...new Set(wordsOf(query))];
			const scores = new Map<number, Score>();
			for (const term of terms)
				for (const [at, weight] of weigh(term, postings, lengths)) {
					const score = scores.get(at) ?? { sum: 0, terms: new Set() };
					score.sum += weight;
					scores.set(at, { ...score, terms: score.terms.add(term) });
				}
			// A section with all words is better than one that has a rare word often.
			const worth = (at: number, { sum, terms: found }: Score): number =>
				sum *
				(found.size / terms.length) *
				(REFERENCE.test(entries[at]?.page ?? "") ? REFERENCE_SHARE : 1);
			return [...scores]
				.map(([at, score]) => [at, worth(at, score)] as const)
				.sort(([a, x], [b, y]) => y - x || a - b)
				.slice(0, max)
				.map(([at]) => {
					const { page, title, headings, text } = entries[at] as DocsSection;
					return { page, title, headings, excerpt: excerptOf(text, terms) };
				});
		},
		async page(path) {
			const { entries } = await index();
			const found = entries.filter(({ page }) => page === path);
			return found.length === 0 ? undefined : found;
		},
		async pages() {
			const { entries } = await index();
			return [...new Set(entries.map(({ page }) => page))];
		},
	};
}

// --- helpers ---

interface Score {
	sum: number;
	readonly terms: Set<string>;
}

interface Built {
	readonly entries: readonly DocsSection[];
	/** The number of words of each section. */
	readonly lengths: readonly number[];
	/** The sections of each word. */
	readonly postings: ReadonlyMap<string, ReadonlyMap<number, Place>>;
}

/** A word in a section. */
interface Place {
	/** How often it is in the text. */
	count: number;
	/** The worth of its places in the title and the headings. */
	head: number;
}

/** Pages for contributors, which the package does not have either. */
const LEFT_OUT = new Set(["ARCHITECTURE.md", "dependencies.md", "seed.md"]);

/** The worth of a word in the last heading, in those above it, and in the title, beside one in the text. */
const LAST_HEADING = 1.5;
const HEADING = 0.7;
const TITLE = 1;

/** Pages that list everything say little about one thing. */
const REFERENCE = /^docs\/(?:api|kinds|errors)\.md$|^docs\/kinds\//;
const REFERENCE_SHARE = 0.7;

async function readPages(root: string, folder: string): Promise<DocsSection[]> {
	const found = await readdir(join(root, folder), {
		recursive: true,
		withFileTypes: true,
	});
	const files = found
		.filter((one) => one.isFile() && one.name.endsWith(".md"))
		.filter(({ name }) => !LEFT_OUT.has(name))
		.map(({ parentPath, name }) => join(parentPath, name))
		.filter((file) => !relative(root, file).includes(".vitepress"))
		.sort();
	const pages = await Promise.all(
		files.map(async (file) =>
			splitPage(relative(root, file), await readFile(file, "utf8")),
		),
	);
	return pages.flat();
}

function build(entries: readonly DocsSection[]): Built {
	const postings = new Map<string, Map<number, Place>>();
	const lengths = entries.map(({ title, headings, text }, at) => {
		const placeOf = (word: string): Place =>
			memo(
				memo(postings, word, () => new Map<number, Place>()),
				at,
				() => ({ count: 0, head: 0 }),
			);
		const words = wordsOf(text);
		for (const word of words) placeOf(word).count += 1;
		const add = (head: string, worth: number): void => {
			for (const word of new Set(wordsOf(head))) placeOf(word).head += worth;
		};
		add(title, TITLE);
		for (const [index, heading] of headings.entries())
			add(heading, index === headings.length - 1 ? LAST_HEADING : HEADING);
		return words.length + 1;
	});
	return { entries, lengths, postings };
}

/** The constants of BM25. */
const SATURATION = 1.2;
const LENGTH_SHARE = 0.75;

/** The least length of a word that stands for longer words which begin with it. */
const PREFIX_LENGTH = 4;

/** Weighs the sections that have a word, or a longer word that begins with it (BM25). */
function* weigh(
	term: string,
	postings: Built["postings"],
	lengths: readonly number[],
): Iterable<[at: number, weight: number]> {
	const average =
		lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
	const same = [...(postings.has(term) ? [[term, 1] as const] : [])];
	const longer =
		term.length < PREFIX_LENGTH
			? []
			: [...postings.keys()]
					.filter((word) => word !== term && word.startsWith(term))
					.map((word) => [word, 0.4] as const);
	for (const [word, share] of [...same, ...longer]) {
		const places = postings.get(word) ?? new Map<number, Place>();
		const rarity = Math.log(
			1 + (lengths.length - places.size + 0.5) / (places.size + 0.5),
		);
		for (const [at, { count, head }] of places) {
			const norm =
				1 - LENGTH_SHARE + LENGTH_SHARE * ((lengths[at] ?? 1) / average);
			const often = (count * (SATURATION + 1)) / (count + SATURATION * norm);
			yield [at, share * rarity * (often + head)];
		}
	}
}
