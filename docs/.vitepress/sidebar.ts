import type { DefaultTheme } from "vitepress";

/** The order in which a reader needs the pages. A test holds that every page of docs/ is in it once. */
export const SIDEBAR: DefaultTheme.SidebarItem[] = [
	{
		text: "Start",
		items: [
			{ text: "Getting started", link: "/docs/getting-started" },
			{ text: "A public URL", link: "/docs/public-url" },
			{ text: "Concepts", link: "/docs/concepts" },
			{ text: "Recipes", link: "/docs/recipes" },
		],
	},
	{
		text: "Reference",
		items: [
			{ text: "routes.yaml", link: "/docs/routes-yaml" },
			{ text: "Kinds", link: "/docs/kinds" },
			{ text: "NCCOs", link: "/docs/nccos" },
			{ text: "Templates", link: "/docs/templates" },
			{ text: "Plugins", link: "/docs/plugins" },
			{ text: "Forward", link: "/docs/forward" },
			{ text: "Signatures", link: "/docs/signatures" },
			{ text: "Networks", link: "/docs/networks" },
			{ text: "Inbox commands", link: "/docs/inbox-commands" },
			{ text: "Error codes", link: "/docs/errors" },
			{ text: "Glossary", link: "/docs/glossary" },
		],
	},
	{
		text: "Operations",
		items: [
			{ text: "The platform", link: "/docs/platform" },
			{ text: "The inbox", link: "/docs/inbox" },
			{ text: "What can go wrong", link: "/docs/what-can-go-wrong" },
			{ text: "Security", link: "/docs/security" },
		],
	},
	{
		text: "Contributing",
		collapsed: true,
		items: [
			{ text: "How to contribute", link: "/CONTRIBUTING" },
			{ text: "Architecture", link: "/docs/ARCHITECTURE" },
			{ text: "The document it implements", link: "/docs/seed" },
			{ text: "Dependencies", link: "/docs/dependencies" },
			{ text: "Benchmarks", link: "/bench/README" },
		],
	},
];
