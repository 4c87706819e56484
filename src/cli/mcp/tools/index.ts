import type { McpTool } from "../tool.ts";
import { CHANGES } from "./changes.ts";
import { CONFIGURATION } from "./configuration.ts";
import { DELIVERIES } from "./deliveries.ts";
import { DOCS } from "./docs.ts";
import { EXPLAIN } from "./explain.ts";
import { KINDS } from "./kinds.ts";
import { PAUSES } from "./pauses.ts";
import { ROUTES } from "./routes.ts";

/** The tools of the MCP server. A family of tools is a file beside this one, and a line here. */
export const TOOLS: readonly McpTool[] = [
	...CONFIGURATION,
	...ROUTES,
	...EXPLAIN,
	...DELIVERIES,
	...CHANGES,
	...PAUSES,
	...KINDS,
	...DOCS,
];
