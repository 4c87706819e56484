import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { createDocsIndex } from "../../../src/cli/mcp/docs/docs-index.ts";
import { createServer } from "../../../src/cli/mcp/server.ts";
import {
	createTargets,
	type TargetOptions,
} from "../../../src/cli/mcp/target.ts";
import { type ToolGround, ToolProblem } from "../../../src/cli/mcp/tool.ts";
import { TOOLS } from "../../../src/cli/mcp/tools/index.ts";
import { packageFile } from "../../../src/cli/package.ts";

/** The result of a tool. */
export interface Used {
	readonly isError: boolean;
	readonly text: string;
	// biome-ignore lint/suspicious/noExplicitAny: a result is looked into by its test
	readonly data: any;
}

/** Calls a tool. */
export type UseTool = (
	name: string,
	args?: Readonly<Record<string, unknown>>,
) => Promise<Used>;

/** Connects a client to a server in this process, whose tools work in a folder. */
export async function withTools(
	folder: string,
	options: Partial<TargetOptions> & { readonly write?: true },
	use: (tool: UseTool, client: Client) => Promise<void>,
): Promise<void> {
	const { write, ...place } = options;
	const scopes = write ? (["read", "operate"] as const) : (["read"] as const);
	const io = {
		stdout: { write: () => {} },
		stderr: { write: () => {} },
		env: { USER: "ann" },
		cwd: folder,
		isTTY: false,
		exit: () => {},
	};
	const config = place.config ?? "./routes.yaml";
	const targets = createTargets(io, { ...place, config }, scopes);
	const docs = createDocsIndex(packageFile(""));
	const ground = async (signal: AbortSignal): Promise<ToolGround> => ({
		...{ io, config, docs, signal },
		async call(method, path, call) {
			const { body, problem } = await (await targets.find()).call(
				method,
				path,
				{ ...call, signal },
			);
			if (problem !== undefined) throw new ToolProblem(problem);
			return body;
		},
	});
	const server = createServer({
		tools: TOOLS.filter(({ scope }) => scopes.some((one) => one === scope)),
		version: "0.0.0",
		ground,
		onFault: (error) => {
			throw error;
		},
	});
	const client = new Client({ name: "test", version: "0.0.0" });
	const [near, far] = InMemoryTransport.createLinkedPair();
	await server.connect(far);
	await client.connect(near);
	try {
		await use(toUse(client), client);
	} finally {
		await client.close();
		await server.close();
		await targets.close();
	}
}

/** Calls the tools of a client. The client holds each result to its schema. */
export function toUse(client: Client): UseTool {
	return async (name, args = {}) => {
		const result = await client.callTool({ name, arguments: { ...args } });
		const [content] = result.content as { readonly text: string }[];
		return {
			isError: result.isError === true,
			text: content?.text ?? "",
			data: result.structuredContent,
		};
	};
}
