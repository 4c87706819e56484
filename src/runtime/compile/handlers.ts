import type {
	HandlerBuilder,
	HandlerGround,
	HandlerResources,
	HandlerTypes,
} from "../../handler/handler-type.ts";
import { withAdvice } from "../../handler/ncco/advice.ts";

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
	const create = (name: string): HandlerBuilder => {
		const type = types.get(name);
		if (type === undefined)
			throw new Error(`there is no type of handler ${name}`);
		const builder = type.createBuilder(ground, resources.get(name));
		builders.set(name, builder);
		return builder;
	};
	return {
		build(settings, site) {
			const { type } = settings;
			return (builders.get(type) ?? create(type)).build(settings, site);
		},
	};
}
