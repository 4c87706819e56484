import type { HandlerSchema } from "../../config/handler-spec.ts";

const COMMAND = { type: "string", minLength: 1 } as const;

/** The part of routes.yaml that says which program an `exec` handler runs. */
export const EXEC_SCHEMA: HandlerSchema = {
	keys: {
		exec: {
			description:
				"A program that gets the event as JSON on its standard input: a list of the program and its arguments, or a mapping with more settings. See [exec](exec.md).",
			$ref: "#/$defs/exec",
			defaultNote: "none",
			examples: [{ command: ["./bin/store-order", "--quiet"] }],
		},
	},
	defs: {
		exec: {
			title: "exec",
			description:
				"A program that runs once for each event, without a shell. Its exit code decides whether the event was delivered. On reply routes its output is the answer. See [exec](exec.md).",
			type: ["array", "object"],
			minItems: 1,
			items: COMMAND,
			expects: "the program and its arguments as a list, or a mapping",
			additionalProperties: false,
			required: ["command"],
			properties: {
				command: {
					description:
						"The program and its arguments. A program with a slash is a path relative to this file. One without is searched in `PATH`. No shell reads it, so `$`, `*`, `|` and quotes mean nothing.",
					type: "array",
					minItems: 1,
					items: COMMAND,
					examples: [["./bin/store-order", "--quiet"]],
				},
				folder: {
					description: "The folder that it runs in, relative to this file.",
					type: "string",
					minLength: 1,
					defaultNote: "the folder of this file",
				},
				environment: {
					description:
						"Its environment variables, in addition to `PATH`. It gets no other variables of the router.",
					type: "object",
					propertyNames: { pattern: "^[A-Za-z_][A-Za-z0-9_]*$" },
					additionalProperties: { type: ["string", "number", "boolean"] },
					defaultNote: "none",
					examples: [{ SHOP: "main" }],
				},
				user: {
					description:
						"The user that it runs as, with that user's group and no others. The router must run as root.",
					type: "string",
					minLength: 1,
					defaultNote: "the user of the router",
				},
				timeout: {
					description:
						"The time limit of a run, at most the route's `timeout`. Then the program and everything that it started is ended.",
					$ref: "#/$defs/duration",
					defaultNote: "the route's `timeout`",
				},
				maxOutput: {
					description:
						"The maximum size of its output. A program that writes more is ended.",
					$ref: "#/$defs/size",
					default: "1MB",
				},
				maxMemory: {
					description:
						"The maximum size of its address space. Linux only, with `prlimit`.",
					$ref: "#/$defs/size",
					defaultNote: "no limit",
				},
				maxCpu: {
					description:
						"The processor time that it may use, in whole seconds. Linux only, with `prlimit`.",
					$ref: "#/$defs/duration",
					defaultNote: "no limit",
				},
				maxFiles: {
					description:
						"The number of files that it may have open. Linux only, with `prlimit`.",
					type: "integer",
					minimum: 3,
					maximum: 1_000_000,
					defaultNote: "the router's limit",
				},
			},
		},
	},
};
