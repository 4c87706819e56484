import { spawn } from "node:child_process";

/**
 * Opens a URL in the user's browser: the command in BROWSER, or the one of the system. Resolves with the reason if that failed. Other
 * users of the machine can see the URL among the arguments of the command.
 */
export function openBrowser(
	url: string,
	{
		env,
		platform = process.platform,
	}: {
		readonly env: Readonly<Record<string, string | undefined>>;
		readonly platform?: NodeJS.Platform;
	},
): Promise<string | undefined> {
	const [command = "", ...args] = commandOf(env.BROWSER, platform);
	return new Promise((resolve) => {
		const child = spawn(command, [...args, url], {
			stdio: "ignore",
			detached: true,
			env: { ...env },
		});
		child.once("error", ({ message }) =>
			resolve(`${command} cannot be started: ${message}`),
		);
		child.once("spawn", () => {
			child.unref();
			resolve(undefined);
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
	// Without a shell, which would read the signs of the URL.
	if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
	return ["xdg-open"];
}
