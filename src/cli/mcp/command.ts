import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import {
	StdioServerTransport,
	serveStdio,
} from "@modelcontextprotocol/server/stdio";
import type { Command } from "commander";
import { createCommand } from "../command.ts";
import { withPlace } from "../inbox/site.ts";
import { CannotRun, type Io, writeLines } from "../io.ts";
import { packageFile, readVersion } from "../package.ts";
import { createDocsIndex } from "./docs/docs-index.ts";
import { createServer } from "./server.ts";
import { createTargets, type TargetOptions } from "./target.ts";
import { type ToolGround, ToolProblem } from "./tool.ts";
import { TOOLS } from "./tools/index.ts";

/** Creates `switchhook mcp`, a server of the Model Context Protocol over standard input and output, until the client closes it. */
export function mcpCommand(io: Io): Command {
	const command = createCommand(
		"mcp",
		"Serves tools for agents over the Model Context Protocol, on standard input and output: check, routes, explain, deliveries (masked), samples, schemas and the documentation. With --write also replay, release, pause, resume and reload. Uses the running router, or without one the configuration and the inbox. A client starts it. It ends when the client closes standard input.",
		[
			"mcp",
			"mcp --write",
			"mcp --from https://router.internal:8081 --token $TOKEN",
		],
	).summary("Serves tools for agents (MCP).");
	return withPlace(command)
		.option("--write", "also tools that change something")
		.option(
			"--from <url>",
			"the admin listener of a router elsewhere, with a token in SWITCHHOOK_ADMIN_TOKEN",
		)
		.option("--token <token>", "the token for --from")
		.action((options: McpOptions) => serve(io, options));
}

// --- helpers ---

interface McpOptions extends TargetOptions {
	readonly write?: true;
}

async function serve(io: Io, options: McpOptions): Promise<void> {
	if (io.readInput === undefined)
		throw new CannotRun("there is no standard input.");
	// Plugins are loaded to check them, and may print.
	const stdout = io.reserveStdout?.() ?? io.stdout;
	const scopes = options.write
		? (["read", "operate"] as const)
		: (["read"] as const);
	const targets = createTargets(io, options, scopes);
	const tools = TOOLS.filter(({ scope }) =>
		(scopes as readonly string[]).includes(scope),
	);
	const docs = createDocsIndex(packageFile(""));
	const ground = async (signal: AbortSignal): Promise<ToolGround> => ({
		io: { ...io, stdout: io.stderr },
		config: options.config,
		docs,
		signal,
		async call(method, path, call) {
			const target = await targets.find();
			const { body, problem } = await target.call(method, path, {
				...call,
				signal,
			});
			if (problem !== undefined) throw new ToolProblem(problem);
			return body;
		},
	});
	const version = await readVersion();
	const input = Readable.from(io.readInput());
	const ended = once(input, "close");
	const transport = new StdioServerTransport(input, toWritable(stdout));
	const handle = serveStdio(
		() =>
			createServer({
				tools,
				version,
				ground,
				onFault: (error, tool) =>
					writeLines(io.stderr, [`${tool}: ${describeFault(error)}`]),
			}),
		{ transport, onerror: ({ message }) => writeLines(io.stderr, [message]) },
	);
	io.interrupted?.().addEventListener("abort", () => input.destroy());
	await ended;
	await handle.close();
	await targets.close();
}

function describeFault(error: unknown): string {
	return error instanceof Error
		? (error.stack ?? error.message)
		: String(error);
}

/** Makes a stream of an output, which waits while the client reads slowly. */
function toWritable(output: Io["stdout"]): Writable {
	return new Writable({
		decodeStrings: false,
		write(chunk: string, _encoding, done) {
			if (output.write(chunk) === false && output.once !== undefined)
				output.once("drain", () => done());
			else done();
		},
	});
}
