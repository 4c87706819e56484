import { resolve } from "node:path";
import type { Command } from "commander";
import { showReasons, toReport } from "../../desk/explained/report.ts";
import type { Payload } from "../../event/webhook.ts";
import { toShown } from "../../finding/shown-path.ts";
import { revealPrivate } from "../../observe/private-text.ts";
import { explain } from "../../runtime/explain/explain.ts";
import { INTERNAL_HEADER } from "../../runtime/request/internal.ts";
import { type ConfigOptions, createCommand, withConfig } from "../command.ts";
import { type Io, writeJson, writeLines } from "../io.ts";
import { exists, type LoadedUsable, loadUsable } from "../load.ts";
import { peekPauses } from "../pause/read.ts";
import type { Request } from "../request/encode.ts";
import {
	type SampleOptions,
	sampleOfKind,
	withSampleOptions,
} from "../request/sample.ts";
import { readSampleFile } from "../request/sample-file.ts";
import {
	missingFor,
	type SigningChoice,
	type SigningGround,
	sign,
	withSigning,
} from "../request/sign.ts";
import {
	findKind,
	findPlace,
	type Known,
	unknownKind,
} from "../request/target.ts";
import { describeExplanation } from "./explain-text.ts";

/** Creates `switchhook explain`, which shows the result for a webhook, and the reasons. Exit code 1 if a gate refuses it. */
export function explainCommand(io: Io): Command {
	const command = createCommand(
		"explain",
		"Shows what would happen to a webhook, and why: the verdict of every gate, and why each route won or lost. Nothing is sent, and no handler runs.",
		[
			"explain sms.inbound --set to=447700900001",
			"explain sms.inbound --from 203.0.113.7",
			"explain request.json --to events",
		],
	).argument(
		"<kind|file>",
		"a kind (its example is used), or a JSON file: { method, path, query, contentType, headers, body | rawBody }, or just a payload",
	);
	command.summary("Shows what would happen to a webhook, and why.");
	return withSigning(withSampleOptions(withConfig(command)))
		.option(
			"--to <route|path>",
			"the route or the path (default: the first route of the kind)",
		)
		.option(
			"--from <address>",
			"the address that the connection comes from (default: one that the firewall admits; 127.0.0.1 where a proxy's header names the client)",
		)
		.option("--json", "print it as JSON")
		.action((subject: string, options: ExplainOptions) =>
			explainSubject(io, subject, options),
		);
}

// --- helpers ---

const LOOPBACK = "127.0.0.1";

interface ExplainOptions extends SampleOptions, SigningChoice, ConfigOptions {
	readonly from?: string;
	readonly json?: true;
}

async function explainSubject(
	io: Io,
	subject: string,
	options: ExplainOptions,
): Promise<void> {
	const usable = await loadUsable(io, options);
	const { routes, table } = usable.runtime;
	const known = { kinds: usable.kinds, routes, table };
	const ground = { routes: usable.settings.routes, table };
	const read = await toRequest(io, subject, { known, ground, options });
	const internal = read.headers[INTERNAL_HEADER];
	if (internal !== undefined) {
		explainInternal(io, String(internal), read, usable, options);
		return;
	}
	const missing = missingFor(read.path, ground, usable.unset);
	// Without the secret the signature cannot be verified. A placeholder lets the later gates be shown.
	const { authorization: _, ...others } = read.headers;
	const passing =
		missing === undefined || options.unsigned
			? read
			: sign({ ...read, headers: others }, ground, options);
	const sample = {
		...passing,
		peer: options.from ?? (isForwarded(read) ? LOOPBACK : undefined),
		receivedAt: Date.now(),
	};
	const explanation = showReasons(
		explain(usable.runtime, sample),
		// The whole payload is printed beside them.
		revealPrivate,
	);
	const present = await peekPauses(usable.settings);
	const context = { settings: usable.settings, cwd: io.cwd, present };
	if (options.json) {
		writeJson(io.stdout, {
			...toReport(sample, explanation, context),
			...(missing !== undefined && { unjudged: "signature" }),
		});
	} else {
		writeLines(io.stdout, describeExplanation(sample, explanation, context));
		if (missing !== undefined) {
			writeLines(io.stdout, [
				"",
				`The signature is not checked: ${missing} is not set. Set it, or add it to \`.env\`.`,
			]);
		}
	}
	io.exit(explanation.refused === undefined ? 0 : 1);
}

/** Explains an event that no request brings: which internal route gets it. */
function explainInternal(
	io: Io,
	name: string,
	{ raw }: Request,
	{ runtime, settings }: LoadedUsable,
	{ json, to }: ExplainOptions,
): void {
	const named = runtime.routes.find((one) => one.name === name);
	const kind = named?.kind;
	const isOwn = to === undefined && kind?.isOwn === true;
	const payload = JSON.parse(Buffer.from(raw).toString()) as Payload;
	const route = isOwn ? runtime.ownRoutes.select(kind.name, payload) : named;
	if (json) {
		writeJson(io.stdout, {
			...{ internal: true, kind: kind?.name, payload },
			route: route?.name ?? null,
		});
	} else {
		const handler = route?.describe("handler", (path) =>
			toShown(settings.folder, path),
		);
		const source = kind?.isOwn
			? "The router creates these events itself."
			: "A plugin hands its events on.";
		writeLines(io.stdout, [
			`${kind?.name} is internal: no request reaches it, and no gate decides. ${source}`,
			route === undefined
				? `No route has a \`match\` that fits this one.`
				: `${route.name} gets this one: ${handler}`,
		]);
	}
	io.exit(route === undefined ? 1 : 0);
}

/** True for a request that a proxy brings. */
function isForwarded({ headers }: Request): boolean {
	return "x-forwarded-for" in headers || "forwarded" in headers;
}

interface Subject {
	readonly known: Known;
	readonly ground: SigningGround;
	readonly options: ExplainOptions;
}

async function toRequest(
	io: Io,
	subject: string,
	{ known, ground, options }: Subject,
): Promise<Request> {
	const kind = findKind(subject, known);
	if (kind !== undefined) {
		const place = findPlace(options.to, kind, { known, params: options.param });
		return sign(sampleOfKind(kind, place, options), ground, options);
	}
	const isFile =
		subject.endsWith(".json") || (await exists(resolve(io.cwd, subject)));
	if (isFile) return readSampleFile(io, subject, { known, options });
	throw unknownKind(subject, known);
}
