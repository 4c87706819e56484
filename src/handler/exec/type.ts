import type { Finding } from "../../finding/finding.ts";
import type { HandlerSite, HandlerType } from "../handler-type.ts";
import { createExecHandler } from "./exec.ts";
import { findLaunch, type Missing } from "./find.ts";
import { createOutputReader } from "./output.ts";
import { endAll, type Running } from "./run.ts";
import { EXEC_SCHEMA } from "./schema.ts";
import { type ExecSettings, readExec, type WrittenExec } from "./settings.ts";

/** `exec`: runs a program with the event on its standard input. */
export const exec: HandlerType<
	ExecSettings,
	{ readonly exec: WrittenExec },
	Running
> = {
	name: "exec",
	schema: EXEC_SCHEMA,
	modes: ["accept", "reply"],
	misfit: ({ name, reply }) =>
		reply.body === "audio"
			? `\`${name}\` needs audio with its content type, and \`exec\` answers text`
			: undefined,
	read: (handler, site, { report }) =>
		readExec(handler.exec, site.in("exec"), report),
	describe: ({ program, shown }, show) =>
		`exec ${program.includes("/") ? show(program) : shown}`,
	createResource: () => new Set(),
	closeResource: (running) => endAll(running),
	createBuilder: (ground, running) => ({
		async build(settings, site) {
			const { program, shown, timeoutMs, maxOutputBytes } = settings;
			const { kind, mode } = site;
			if (program.includes("/")) ground.inputs.file(program);
			const launch = await findLaunch(settings);
			if (!("file" in launch)) {
				const findings = launch.map((one) =>
					toFinding(one, site, ground.log === undefined),
				);
				const isUsable = findings.every(({ severity }) => severity !== "error");
				// A check runs nothing.
				return { handler: isUsable ? NEVER : undefined, findings };
			}
			const read = createOutputReader(mode, kind.reply, () =>
				ground.checkerOf(site),
			);
			const parts = { launch, shown, timeoutMs, maxOutputBytes, read, running };
			return { handler: createExecHandler(parts), findings: [] };
		},
	}),
};

// --- helpers ---

const NEVER = { handle: () => undefined };

/** @param isCheck true if nothing will run here: what another machine may have is a warning */
function toFinding(
	{ key, isOfMachine = false, ...wording }: Missing,
	{ route, key: place }: HandlerSite,
	isCheck: boolean,
): Finding {
	return {
		...route.locate(place, "exec", key),
		severity: isCheck && isOfMachine ? "warning" : "error",
		...wording,
	};
}
