import type { ComponentType } from "preact";
import type { Ability } from "../state/router.ts";

/** A view of the page. */
export interface View {
	/** The first segment of its path. */
	readonly name: string;
	/** Its name in the navigation. */
	readonly title: string;
	/** The key after `g`. */
	readonly key: string;
	/** A part of the API without which the view has nothing to show. Default: it needs none. */
	readonly needs?: Ability;
	readonly component: ComponentType<ViewProps>;
}

export interface ViewProps {
	/** The segments after the view's name. */
	readonly path: readonly string[];
	readonly query: URLSearchParams;
}
