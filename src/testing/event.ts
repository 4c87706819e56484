import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { packageFile } from "../cli/package.ts";
import { DEFAULT_START } from "../config/tests/check.ts";
import { createEventId } from "../event/id.ts";
import { isRecord } from "../event/is-record.ts";
import {
	type HookEvent,
	LEVELS,
	type Level,
	type Payload,
} from "../event/webhook.ts";
import { createDecoder } from "../kind/decode.ts";
import type { PayloadOf } from "../plugin/define.ts";

/** The parts of an event that a test chooses. The fields of `payload` override those of the kind's example. */
export interface TestEventParts<Kind extends string>
	extends Partial<Omit<HookEvent, "payload" | "kind">> {
	readonly payload?: Partial<PayloadOf<Kind>>;
}

/**
 * Makes an event of a kind, for a test that calls a handler: the payload is the kind's example, everything else as it would come.
 * Throws a TypeError for a kind without an example whose payload is not given.
 *
 * @example
 * const event = createTestEvent("sms.inbound", { payload: { text: "STOP" } });
 */
export function createTestEvent<Kind extends string>(
	kind: Kind,
	{ payload, ...parts }: TestEventParts<Kind> = {},
): HookEvent<PayloadOf<Kind>> {
	const schema = readSchema(kind);
	const example = exampleOf(schema);
	if (example === undefined && payload === undefined)
		throw new TypeError(
			`the kind ${kind} has no example: give the event a payload`,
		);
	const full: Payload = { ...example, ...payload };
	const receivedAt = parts.receivedAt ?? DEFAULT_START;
	return {
		id: createEventId(receivedAt),
		kind,
		level: levelOf(schema),
		route: kind,
		receivedAt,
		attempt: 1,
		claims: {},
		raw: Buffer.from(JSON.stringify(full)),
		params: {},
		headers: { "content-type": "application/json" },
		method: "POST",
		query: "",
		handedOn: 0,
		...parts,
		// As a handler gets it, so that `dtmf` is an object. The example has all that the kind requires.
		payload: createDecoder(schema ?? true)(full, "json") as PayloadOf<Kind>,
	};
}

// --- helpers ---

type Schema = Readonly<Record<string, unknown>>;

/** Reads the schema of a kind: one of the package, or one in `schemas/` of the working folder. */
function readSchema(kind: string): Schema | undefined {
	if (!/^[\w-]+(\.[\w-]+)*$/.test(kind)) return undefined;
	const file = `schemas/${kind}.json`;
	for (const path of [resolve(file), packageFile(file)]) {
		try {
			const schema: unknown = JSON.parse(readFileSync(path, "utf8"));
			if (isRecord(schema)) return schema;
		} catch {
			// It is missing or not JSON, which `check` reports.
		}
	}
	return undefined;
}

function exampleOf(schema: Schema | undefined): Payload | undefined {
	const examples = schema?.examples;
	const [first] = Array.isArray(examples) ? (examples as unknown[]) : [];
	return isRecord(first) ? structuredClone(first) : undefined;
}

/** The widest level of the kind, as in `explain`. */
function levelOf(schema: Schema | undefined): Level {
	const webhook = schema?.webhook;
	const levels = isRecord(webhook) ? webhook.levels : undefined;
	const [first] = Array.isArray(levels) ? (levels as unknown[]) : [];
	return LEVELS.find((level) => level === first) ?? "account";
}
