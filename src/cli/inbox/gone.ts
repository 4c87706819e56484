import type { Settings } from "../../config/settings.ts";
import type { Picked } from "./filter.ts";

/** Counts what is to be done again, and has no route that would do it. */
export class GoneRoutes {
	readonly #served: ReadonlySet<string> | undefined;
	readonly #counts = new Map<string, number>();

	/** @param settings undefined where nobody can tell which routes are served */
	constructor(settings: Pick<Settings, "routes"> | undefined) {
		this.#served = settings && new Set(settings.routes.map(({ name }) => name));
	}

	/** True where it is known which routes are served. */
	get isKnown(): boolean {
		return this.#served !== undefined;
	}

	/** Counts a delivery that can be replayed. */
	count({ route, state }: Pick<Picked, "route" | "state">): void {
		if (this.#served?.has(route) !== false) return;
		if (state !== "dead" && state !== "delivered") return;
		this.#counts.set(route, (this.#counts.get(route) ?? 0) + 1);
	}

	/** A line for each route that is gone. */
	describe(): string[] {
		return [...this.#counts].map(
			([route, count]) =>
				`no route named ${route} is served: ${count} of these wait until there is one`,
		);
	}
}
