import {
	type CallToolResult,
	fromJsonSchema,
	McpServer,
} from "@modelcontextprotocol/server";
import type { JsonSchema } from "../../admin/operation.ts";
import { CannotRun } from "../io.ts";
import { toSentence } from "../sentence.ts";
import { createArgumentValidator } from "./arguments.ts";
import { type McpTool, type ToolGround, ToolProblem } from "./tool.ts";

/** The parts of a server. */
export interface McpServerParts {
	readonly tools: readonly McpTool[];
	readonly version: string;
	/** Creates the ground of one call. */
	readonly ground: (signal: AbortSignal) => Promise<ToolGround>;
	/** Gets the faults of tools, which are bugs. */
	readonly onFault: (error: unknown, tool: string) => void;
}

/** Creates the MCP server with its tools. A connection has a server of its own. */
export function createServer({
	tools,
	version,
	ground,
	onFault,
}: McpServerParts): McpServer {
	const server = new McpServer(
		{ name: "switchhook", title: "Switchhook", version },
		{ instructions: INSTRUCTIONS, maxToolInputElements: ELEMENTS_MAX },
	);
	for (const tool of tools) {
		const isReading = tool.scope === "read";
		server.registerTool(
			tool.name,
			{
				title: tool.title,
				description: tool.description,
				inputSchema: toSchema(tool.input),
				outputSchema: toSchema(tool.output),
				annotations: {
					title: tool.title,
					readOnlyHint: isReading,
					destructiveHint: tool.isDestructive === true,
					idempotentHint: isReading,
					// Handlers write to other systems.
					openWorldHint: tool.isDestructive === true,
				},
			},
			async (args, { mcpReq: { signal } }) =>
				answer(tool, args, await ground(signal), onFault),
		);
	}
	return server;
}

// --- helpers ---

const ELEMENTS_MAX = 20_000;

const INSTRUCTIONS =
	"Switchhook is a declarative router for webhooks, mainly of the Vonage (formerly Nexmo) APIs: routes.yaml says which requests are let in, how they are checked, and who handles them. Its inbox stores events and retries them. To find a problem: `check`, then `inbox_stats`, `list_deliveries` with the state `dead`, and `show_delivery`. To write configuration: `search_docs`, `list_kinds`, `sample` and `schema`, then `check` after each edit. Personal data is masked and cannot be shown. Tools that change something exist only if the server was started with --write.";

function toSchema(schema: JsonSchema) {
	return fromJsonSchema<Readonly<Record<string, unknown>>>(
		{ ...schema },
		VALIDATOR,
	);
}

const VALIDATOR = createArgumentValidator();

async function answer(
	tool: McpTool,
	args: Readonly<Record<string, unknown>>,
	ground: ToolGround,
	onFault: McpServerParts["onFault"],
): Promise<CallToolResult> {
	try {
		const { data, text } = await tool.run(args, ground);
		return {
			content: [{ type: "text", text }],
			// Undefined properties are absent, as in JSON.
			structuredContent: JSON.parse(JSON.stringify(data)),
		};
	} catch (error) {
		return {
			isError: true,
			content: [{ type: "text", text: describe(error, tool, onFault) }],
		};
	}
}

function describe(
	error: unknown,
	{ name }: McpTool,
	onFault: McpServerParts["onFault"],
): string {
	if (error instanceof ToolProblem) return error.message;
	if (error instanceof CannotRun) return toSentence(error.message);
	onFault(error, name);
	return `The tool ${name} failed. This is a bug in Switchhook. The standard error of the server has the reason.`;
}
