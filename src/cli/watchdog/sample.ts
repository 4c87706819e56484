import { type Debugger, Session } from "node:inspector";

/** The code that the main thread runs at one moment. */
export interface Sample {
	/** The stack, innermost frame first, in the format of V8. */
	readonly stack: string;
	/** The route whose plugin runs. Undefined if it is none, or if the plugin continues after an `await`. */
	readonly route: string | undefined;
}

/**
 * Takes the stack of the main thread, from another thread, while its event loop is blocked. It works by a short pause of the
 * debugger, so nothing has to be noted while requests are handled. Undefined if the main thread cannot be paused in time, for
 * example in a long system call.
 */
export function takeSample(timeoutMs: number): Promise<Sample | undefined> {
	const session = new Session();
	session.connectToMainThread();
	return new Promise((resolve) => {
		const urls = new Map<string, string>();
		/** Ends the pause too: a closed session has no breakpoints. */
		const end = (sample: Sample | undefined): void => {
			clearTimeout(timer);
			session.disconnect();
			resolve(sample);
		};
		const timer = setTimeout(end, timeoutMs, undefined);
		session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
			urls.set(scriptId, url);
		});
		session.on("Debugger.paused", ({ params: { callFrames } }) => {
			const stack = callFrames.map((frame) => show(frame, urls)).join("\n");
			const handling = callFrames.find((frame) => isHandling(frame, urls));
			if (handling === undefined) {
				end({ stack, route: undefined });
				return;
			}
			session.post(
				"Debugger.evaluateOnCallFrame",
				{
					callFrameId: handling.callFrameId,
					expression: "this.route.name",
					silent: true,
				},
				(_, answer) => {
					const { value }: { value?: unknown } = answer?.result ?? {};
					end({ stack, route: typeof value === "string" ? value : undefined });
				},
			);
		});
		session.post("Debugger.enable");
		session.post("Debugger.pause");
	});
}

// --- helpers ---

type Frame = Debugger.CallFrame;

function show(
	{ functionName, location }: Frame,
	urls: ReadonlyMap<string, string>,
): string {
	const { scriptId, lineNumber, columnNumber = 0 } = location;
	// The debugger counts from 0.
	const place = `${urls.get(scriptId) ?? ""}:${lineNumber + 1}:${columnNumber + 1}`;
	return functionName === ""
		? `    at ${place}`
		: `    at ${functionName} (${place})`;
}

/** Returns true for the frame that calls a plugin's handler: the method `handle` of handler/plugin/plugin. */
function isHandling(
	{ functionName, location }: Frame,
	urls: ReadonlyMap<string, string>,
): boolean {
	const url = urls.get(location.scriptId) ?? "";
	return (
		functionName === "handle" && /handler\/plugin\/plugin\.[jt]s$/.test(url)
	);
}
