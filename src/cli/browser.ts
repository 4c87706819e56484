import { spawn } from "node:child_process";

/** Opens a URL in the user's browser: the program in BROWSER, or the one of the system. Resolves with the reason if that failed. */
export function openBrowser(
	url: string,
	{ env, platform }: Pick<NodeJS.Process, "env" | "platform">,
): Promise<string | undefined> {
	const program = env.BROWSER || OPENERS[platform] || "xdg-open";
	return new Promise((resolve) => {
		const child = spawn(program, [url], { stdio: "ignore", detached: true });
		child.once("error", ({ message }) =>
			resolve(`${program} cannot be started: ${message}`),
		);
		child.once("spawn", () => {
			child.unref();
			resolve(undefined);
		});
	});
}

// --- helpers ---

const OPENERS: Readonly<Record<string, string>> = {
	darwin: "open",
	win32: "explorer",
};
