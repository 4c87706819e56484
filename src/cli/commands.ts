import type { Command } from "commander";
import type { Io } from "./io.ts";

/** A command in the program's list. */
export interface CommandRow {
	readonly name: string;
	/** One line for the list of commands. */
	readonly summary: string;
	/** The topic of `switchhook help` with more about it. Undefined if its own help is complete. */
	readonly topic?: string;
	/** Imports the code of the command. Only the code of the command that runs is loaded. */
	load(): Promise<(io: Io) => Command>;
}

/** The commands in the order of the help. */
export const COMMANDS: readonly CommandRow[] = [
	{
		name: "serve",
		summary: "Runs the router.",
		topic: "commands",
		load: async () => (await import("./serve/serve.ts")).serveCommand,
	},
	{
		name: "check",
		summary: "Checks the configuration and every file that it names.",
		topic: "routes.yaml",
		load: async () => (await import("./commands/check.ts")).checkCommand,
	},
	{
		name: "test",
		summary: "Runs the tests beside the routes, without a port or a network.",
		topic: "testing",
		load: async () => (await import("./commands/test.ts")).testCommand,
	},
	{
		name: "routes",
		summary: "Lists the routes, and where to set each URL.",
		topic: "commands",
		load: async () => (await import("./commands/routes.ts")).routesCommand,
	},
	{
		name: "explain",
		summary: "Shows what would happen to a webhook, and why.",
		topic: "routes.yaml",
		load: async () => (await import("./commands/explain.ts")).explainCommand,
	},
	{
		name: "send",
		summary: "Sends a realistic webhook to the running router.",
		topic: "commands",
		load: async () => (await import("./commands/send.ts")).sendCommand,
	},
	{
		name: "phone",
		summary: "Calls and writes to the running router as a person with a phone.",
		topic: "phone",
		load: async () => (await import("./phone/phone.ts")).phoneCommand,
	},
	{
		name: "listen",
		summary: "Copies events of a running router to this machine.",
		topic: "copies",
		load: async () => (await import("./listen/command.ts")).listenCommand,
	},
	{
		name: "inbox",
		summary: "Shows what the inbox holds, and changes it.",
		topic: "inbox-commands",
		load: async () => (await import("./inbox/inbox.ts")).inboxCommand,
	},
	{
		name: "pause",
		summary: "Stores the events of routes without handling them.",
		topic: "pace",
		load: async () => (await import("./pause/pause.ts")).pauseCommand,
	},
	{
		name: "resume",
		summary: "Handles the events of paused routes again.",
		topic: "pace",
		load: async () => (await import("./pause/resume.ts")).resumeCommand,
	},
	{
		name: "pauses",
		summary: "Lists the paused routes.",
		topic: "pace",
		load: async () => (await import("./pause/pauses.ts")).pausesCommand,
	},
	{
		name: "platform",
		summary: "Sets the webhook URLs at the platform, and finds what differs.",
		topic: "platform",
		load: async () => (await import("./platform/platform.ts")).platformCommand,
	},
	{
		name: "networks",
		summary: "Lists the networks, and finds an address in them.",
		topic: "firewall",
		load: async () => (await import("./commands/networks.ts")).networksCommand,
	},
	{
		name: "schema",
		summary: "Lists the kinds, and prints a schema.",
		topic: "kinds",
		load: async () => (await import("./commands/schema.ts")).schemaCommand,
	},
	{
		name: "types",
		summary: "Writes TypeScript types for your own schemas, kinds and tables.",
		topic: "plugins",
		load: async () => (await import("./commands/types.ts")).typesCommand,
	},
	{
		name: "mcp",
		summary: "Serves tools for agents (MCP).",
		topic: "agents",
		load: async () => (await import("./mcp/command.ts")).mcpCommand,
	},
	{
		name: "init",
		summary: "Writes a first configuration.",
		topic: "routes.yaml",
		load: async () => (await import("./commands/init.ts")).initCommand,
	},
	{
		name: "completion",
		summary: "Prints a script that completes commands in your shell.",
		topic: "commands",
		load: async () =>
			(await import("./completion/completion.ts")).completionCommand,
	},
];
