import type {
	HandlerBuilder,
	HandlerGround,
	HandlerResources,
	HandlerTypes,
} from "../../handler/handler-type.ts";
import { withAdvice } from "../../handler/ncco/advice.ts";
import { memo } from "../../memo.ts";

export interface BuilderOptions extends Omit<HandlerGround, "checkerOf"> {
	readonly types: HandlerTypes;
	readonly resources: HandlerResources;
}

/** Creates the builder of a configuration. Each type creates its own builder when the first route needs it. */
export function createHandlerBuilder({
	types,
	resources,
	...tools
}: BuilderOptions): HandlerBuilder {
	const { checker } = tools;
	const ground: HandlerGround = {
		...tools,
		checkerOf({ route, kind, mode }) {
			const answersNcco = mode === "reply" && kind.reply.body === "ncco";
			return tools.log === undefined || !answersNcco
				? checker
				: withAdvice(checker, tools.log.child({ route: route.name }));
		},
	};
	const builders = new Map<string, HandlerBuilder>();
	return {
		build(settings, site) {
			const builder = memo(builders, settings.type, () => {
				const type = types.get(settings.type);
				if (type === undefined)
					throw new Error(`there is no type of handler ${settings.type}`);
				return type.createBuilder(ground, resources.get(type.name));
			});
			return builder.build(settings, site);
		},
	};
}
