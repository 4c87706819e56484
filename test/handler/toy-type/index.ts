import type { HandlerSettings } from "../../../src/config/settings.ts";
import { isRecord } from "../../../src/event/is-record.ts";
import type { HandlerType } from "../../../src/handler/handler-type.ts";

/** Which field is echoed. */
export interface EchoSettings extends HandlerSettings {
	readonly type: "echo";
	readonly field: string;
}

/** What all echoes of a router share. */
export interface Echoes {
	count: number;
	isClosed: boolean;
}

/** `echo`: answers a field of the payload, and how many echoes there were; `handler: echo` takes the field `text`. */
export const echo: HandlerType<
	EchoSettings,
	{ readonly echo: { readonly field?: string } },
	Echoes
> = {
	name: "echo",
	schema: {
		keys: {
			echo: {
				description: "Answers a field of the payload.",
				$ref: "#/$defs/echo",
				defaultNote: "none",
			},
		},
		defs: {
			echo: {
				title: "echo",
				description: "Says again what it was told.",
				type: "object",
				additionalProperties: false,
				properties: {
					field: {
						description: "The field that is answered.",
						type: "string",
						default: "text",
					},
				},
			},
		},
	},
	isBare: true,
	modes: ["reply"],
	misfit: ({ name, reply }) =>
		reply.body === "ncco" ? `an echo is no answer to \`${name}\`` : undefined,
	read(handler, site, { report }) {
		const { field = "text" } = handler.echo;
		if (field !== "") return { type: "echo", field };
		report.error(site.at("echo", "field"), {
			what: "nothing is echoed",
			todo: "name a field",
		});
		return undefined;
	},
	check({ field }, site, { report }) {
		if (field !== "password") return;
		report.warn(site.at("echo", "field"), {
			what: "a password comes back to everybody",
		});
	},
	describe: ({ field }) => `echo of ${field}`,
	createResource: () => ({ count: 0, isClosed: false }),
	async closeResource(echoes) {
		echoes.isClosed = true;
	},
	createBuilder: (_ground, echoes) => ({
		build: ({ field }) => ({
			findings: [],
			handler: {
				readsHeaders: ["x-echo"],
				handle({ payload, headers }) {
					echoes.count += 1;
					const value = isRecord(payload) ? payload[field] : undefined;
					const body = `${value} ${headers["x-echo"]} ${echoes.count}`;
					return { status: 200, headers: {}, body };
				},
			},
		}),
	}),
};
