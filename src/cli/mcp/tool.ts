import type { JsonSchema } from "../../admin/operation.ts";
import type { AdminCall } from "../admin/client.ts";
import type { Io } from "../io.ts";
import type { DocsIndex } from "./docs/docs-index.ts";

/** A tool of the MCP server. The table `tools/index.ts` lists all of them. */
export interface McpTool {
	/** Unique, in snake_case. */
	readonly name: string;
	readonly title: string;
	/** Tells a model when to use the tool, and what it returns. */
	readonly description: string;
	/** A tool that needs `operate` exists only with `--write`. */
	readonly scope: "read" | "operate";
	/** True if what it does cannot be undone. Default false. */
	readonly isDestructive?: true;
	/** The schema of the arguments: an object schema without unknown properties. */
	readonly input: JsonSchema;
	/** The schema of the structured content: an object schema. */
	readonly output: JsonSchema;
	/** Throws a ToolProblem for a call that cannot be met. */
	run(args: ToolArguments, ground: ToolGround): Promise<ToolResult>;
}

/** Arguments that fit the schema of the tool. */
export type ToolArguments = Readonly<Record<string, unknown>>;

/** The result of a tool. */
export interface ToolResult {
	/** The structured content. */
	readonly data: Readonly<Record<string, unknown>>;
	/** The same in short, for a person or a model that reads text. */
	readonly text: string;
}

/** The things that tools work with. */
export interface ToolGround {
	readonly io: Io;
	/** The path of the configuration, as it was written. */
	readonly config: string;
	readonly docs: DocsIndex;
	/** Aborts when the client cancels the call. */
	readonly signal: AbortSignal;
	/** Calls an operation of the admin API, and returns its body. Throws a ToolProblem with the advice of the API. */
	call(
		method: "GET" | "POST",
		path: string,
		call?: Pick<AdminCall, "query" | "body">,
	): Promise<unknown>;
}

/** An error that a tool answers with: what is wrong, and what to do. */
export class ToolProblem extends Error {
	override readonly name = "ToolProblem";
}
