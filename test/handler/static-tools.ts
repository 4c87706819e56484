import type { Headers, Reply } from "../../src/event/webhook.ts";
import type { Handler } from "../../src/handler/handler.ts";
import {
	createStaticHandler,
	type StaticSettings,
} from "../../src/handler/static/static.ts";
import { CountingDeadline } from "./plugin-harness.ts";
import { eventWith } from "./template-tools.ts";

/** Where the tests' settings stand. */
export const AT = { file: "routes.yaml", line: 9, column: 5 };

/** The handler of some settings; throws where there is none. */
export async function staticHandler(
	settings: Partial<StaticSettings>,
): Promise<Handler> {
	const full = { status: 200, headers: {}, ...settings };
	const { handler, findings } = await createStaticHandler(full, AT);
	if (handler === undefined) throw new Error(findings[0]?.what);
	return handler;
}

/** Asks a handler as a client would. */
export async function ask(
	handler: Handler,
	headers: Headers = {},
	method = "GET",
): Promise<Reply> {
	const event = { ...eventWith({}), headers, method };
	const reply = await handler.handle(event, new CountingDeadline());
	if (reply === undefined) throw new Error("a static handler always answers");
	return reply;
}

/** The bytes of a body that is not streamed. */
export function textOf({ body }: Reply): string {
	if (body === undefined) return "";
	if (typeof body === "object" && "file" in body) return "[streamed]";
	return Buffer.from(body).toString();
}
