import type { HookEvent } from "../event/webhook.ts";
import { forward } from "../handler/forward/type.ts";
import type { Handler } from "../handler/handler.ts";
import type {
	HandlerBuilder,
	HandlerType,
	HandlerTypes,
} from "../handler/handler-type.ts";
import { publish } from "../handler/publish/type.ts";
import { HANDLER_TYPES } from "../handler/types.ts";
import { createWorldLinks } from "./world/links.ts";
import { createWorldUpstreams } from "./world/upstreams.ts";
import type { World } from "./world/world.ts";

/**
 * Creates the handler types of a world. They work as usual, except that `forward` and `publish` use the world's network and each
 * handled event is reported.
 */
export function createWorldHandlers(
	world: World,
	onEvent: (event: HookEvent) => void,
): HandlerTypes {
	const types = new Map<string, HandlerType>(HANDLER_TYPES);
	const own = [
		{ ...forward, createResource: () => createWorldUpstreams(world) },
		{ ...publish, createResource: () => createWorldLinks(world) },
	];
	// The table holds types of many settings; each builder gets its own.
	for (const type of own) types.set(type.name, type as unknown as HandlerType);
	return new Map(
		[...types].map(([name, type]) => [name, observe(type, onEvent)]),
	);
}

// --- helpers ---

function observe(
	type: HandlerType,
	onEvent: (event: HookEvent) => void,
): HandlerType {
	return {
		...type,
		createBuilder(ground, resource): HandlerBuilder {
			const builder = type.createBuilder(ground, resource);
			return {
				async build(settings, site) {
					const built = await builder.build(settings, site);
					const { handler } = built;
					return {
						...built,
						handler: handler && observeHandler(handler, onEvent),
					};
				},
			};
		},
	};
}

function observeHandler(
	handler: Handler,
	onEvent: (event: HookEvent) => void,
): Handler {
	const { handsOn, readsHeaders, failureCode, pull } = handler;
	return {
		handle(event, deadline) {
			onEvent(event);
			return handler.handle(event, deadline);
		},
		caution: () => handler.caution?.(),
		close: async () => handler.close?.(),
		...(failureCode && { failureCode }),
		...(handsOn && { handsOn }),
		...(readsHeaders && { readsHeaders }),
		...(pull && { pull }),
	};
}
