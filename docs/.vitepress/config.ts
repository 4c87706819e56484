// The documentation site: the Markdown files of the repository, with a sidebar and a search that needs no network.
import { defineConfig, type MarkdownRenderer } from "vitepress";
import { withRecipeFiles } from "./recipe-files.ts";
import { SIDEBAR } from "./sidebar.ts";

type RenderRule = NonNullable<MarkdownRenderer["renderer"]["rules"]["text"]>;

export default defineConfig({
	title: "Switchhook",
	description: "A declarative webhook router for the Vonage (Nexmo) APIs",
	lang: "en",
	// Pages stand in docs/, examples/ and the repository's root; links between them work in a checkout too.
	srcDir: "..",
	srcExclude: [
		"**/node_modules/**",
		"README.md",
		"bench/data/**",
		"coverage/**",
		"dist/**",
		"src/**",
		"templates/**",
		"test/**",
	],
	// Only the home page moves: relative links of any other would point elsewhere than in a checkout.
	rewrites: { "docs/index.md": "index.md" },
	// A folder or a file of the repository that is no page.
	ignoreDeadLinks: [
		/\.(yaml|ts|json|csv|png|svg)$/,
		/^\.\.?\/.*\/$/,
		/README$/,
	],
	cleanUrls: true,
	outDir: "../dist-docs",
	cacheDir: "../node_modules/.cache/vitepress",
	markdown: {
		languageAlias: { caddyfile: "nginx", haproxy: "nginx" },
		anchor: { slugify: toAnchor },
		theme: { light: "github-light", dark: "github-dark" },
		config: (md) => {
			for (const rule of ["text", "code_inline"] as const)
				md.renderer.rules[rule] = hideBraces(md.renderer.rules[rule]);
			const render = md.render.bind(md);
			md.render = (text, env: { relativePath?: string } = {}) =>
				render(withRecipeFiles(text, env.relativePath ?? ""), env);
		},
	},
	themeConfig: {
		search: { provider: "local" },
		outline: { level: [2, 3] },
		nav: [
			{ text: "Getting started", link: "/docs/getting-started" },
			{ text: "Recipes", link: "/docs/recipes" },
			{ text: "routes.yaml", link: "/docs/routes-yaml" },
			{ text: "Kinds", link: "/docs/kinds" },
		],
		sidebar: SIDEBAR,
	},
});

// --- helpers ---

/** Keeps `{{ … }}`, which is a template of Switchhook in these pages, from Vue's eyes. */
function hideBraces(render: RenderRule | undefined): RenderRule {
	if (render === undefined) throw new Error("Markdown has no such rule");
	return (...input) => render(...input).replaceAll("{{", "&#123;&#123;");
}

/** Makes the anchor of a heading as GitHub does, so that a link works in both places. */
function toAnchor(heading: string): string {
	return heading
		.trim()
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, "")
		.replace(/\s/g, "-");
}
