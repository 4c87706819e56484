import type { DefaultTheme } from "vitepress";

/** The order in which a reader needs the pages. A test holds that every page of docs/ is in it once. */
export const SIDEBAR: DefaultTheme.SidebarItem[] = [
	{
		text: "Start",
		items: [
			{ text: "Getting started", link: "/docs/getting-started" },
			{ text: "A public URL", link: "/docs/public-url" },
			{ text: "Concepts", link: "/docs/concepts" },
		],
	},
	{
		text: "Recipes",
		collapsed: true,
		items: [
			{ text: "All recipes", link: "/docs/recipes" },
			{ text: "A telephone menu", link: "/examples/ivr-menu/README" },
			{ text: "Recordings", link: "/examples/recordings/README" },
			{ text: "Two-way SMS", link: "/examples/two-way-sms/README" },
			{ text: "Delivery receipts", link: "/examples/receipts/README" },
			{
				text: "A number per customer",
				link: "/examples/number-per-customer/README",
			},
			{ text: "Several accounts", link: "/examples/accounts/README" },
			{ text: "GitHub", link: "/examples/github/README" },
			{ text: "Stripe", link: "/examples/stripe/README" },
			{ text: "Slack", link: "/examples/slack/README" },
			{ text: "From Express", link: "/examples/from-express/README" },
			{ text: "Proxies and tunnels", link: "/examples/security/README" },
		],
	},
	{
		text: "Reference",
		items: [
			{ text: "routes.yaml", link: "/docs/routes-yaml" },
			{ text: "Kinds", link: "/docs/kinds" },
			{ text: "Match", link: "/docs/match" },
			{ text: "Tables", link: "/docs/tables" },
			{ text: "NCCOs", link: "/docs/nccos" },
			{ text: "Templates", link: "/docs/templates" },
			{ text: "Plugins", link: "/docs/plugins" },
			{ text: "Forward", link: "/docs/forward" },
			{ text: "Signatures", link: "/docs/signatures" },
			{ text: "Networks", link: "/docs/networks" },
			{ text: "Tests", link: "/docs/testing" },
			{ text: "Commands", link: "/docs/commands" },
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
			{ text: "The log", link: "/docs/log" },
			{ text: "Workers", link: "/docs/workers" },
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
