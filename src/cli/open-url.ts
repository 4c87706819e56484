import { spawn } from "node:child_process";
import type { Io } from "./io.ts";

/**
 * Opens a URL in the browser of the user: the command of BROWSER, or the one of the system. Resolves with false if there is none. Other
 * users of the machine can see the URL among the arguments of the command.
 */
export async function openUrl(
	url: string,
	{ env }: Pick<Io, "env">,
	platform: NodeJS.Platform = process.platform,
): Promise<boolean> {
	const [command, ...args] = commandOf(env.BROWSER, platform);
	if (command === undefined) return false;
	const child = spawn(command, [...args, url], {
		stdio: "ignore",
		detached: true,
		env: { ...env },
	});
	return new Promise((resolve) => {
		child.once("error", () => resolve(false));
		child.once("spawn", () => {
			child.unref();
			resolve(true);
		});
	});
}

// --- helpers ---

function commandOf(
	browser: string | undefined,
	platform: NodeJS.Platform,
): readonly string[] {
	const written = browser?.trim().split(/\s+/) ?? [];
	if (written[0]) return written;
	if (platform === "darwin") return ["open"];
	if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
	return ["xdg-open"];
}
