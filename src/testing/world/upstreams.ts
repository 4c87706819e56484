import type { Dispatcher } from "undici";
import {
	createUpstreams,
	type UpstreamPool,
	type Upstreams,
	type UpstreamTarget,
} from "../../handler/forward/upstream.ts";
import { type StubAnswer, toConnectionError } from "./outgoing.ts";
import type { World } from "./world.ts";

/** Makes the upstreams of a world: `forward` works as ever, and its requests are answered by the world's stubs, else by an empty 200. */
export function createWorldUpstreams(world: World): Upstreams {
	return createUpstreams({
		now: () => world.clock.nowMs(),
		// In the middle of the jitter, so that a pause is as long each time.
		random: () => 0.5,
		createPool: (target) => createStubPool(world, target),
	});
}

// --- helpers ---

const OK: StubAnswer = { status: 200, headers: {}, body: Buffer.alloc(0) };

function createStubPool(
	world: World,
	{ origin, socket }: UpstreamTarget,
): UpstreamPool {
	return {
		dispatch(options, handler) {
			const base = socket === undefined ? origin : `unix:${socket}:`;
			const answer = world.outgoing.send({
				by: "forward",
				method: options.method,
				url: `${base}${options.path}`,
				headers: toRecord(options.headers as readonly string[]),
				body: toBytes(options.body),
			});
			queueMicrotask(() => reply(handler, answer ?? OK));
			return true;
		},
		close: async () => {},
		destroy: async () => {},
	};
}

function reply(handler: Dispatcher.DispatchHandler, answer: StubAnswer): void {
	const controller = new Controller();
	handler.onRequestStart?.(controller, {});
	if (controller.aborted) return;
	if ("error" in answer) {
		handler.onResponseError?.(controller, toConnectionError(answer.error));
		return;
	}
	handler.onResponseStart?.(controller, answer.status, answer.headers);
	if (answer.body.length > 0 && !controller.aborted)
		handler.onResponseData?.(controller, answer.body);
	if (!controller.aborted) handler.onResponseEnd?.(controller, {});
}

class Controller implements Dispatcher.DispatchController {
	aborted = false;
	reason: Error | null = null;
	paused = false;

	abort(reason: Error): void {
		this.aborted = true;
		this.reason = reason;
	}

	pause(): void {}

	resume(): void {}
}

/** Reads headers that stand in turn: a name, its value, the next name. */
function toRecord(pairs: readonly string[]): Record<string, string> {
	const record: Record<string, string> = {};
	for (let index = 0; index + 1 < pairs.length; index += 2)
		record[String(pairs[index]).toLowerCase()] = String(pairs[index + 1]);
	return record;
}

function toBytes(body: unknown): Uint8Array {
	if (typeof body === "string") return Buffer.from(body);
	return body instanceof Uint8Array ? body : Buffer.alloc(0);
}
