import type { ServedRoute } from "./served-route.ts";

/**
 * Closes the handlers of routes: those that hand on before those that they hand on to, as a plugin may
 * hand on its last events when it is torn down. Handlers of no such chain are closed together.
 */
export async function closeRoutes(
	routes: readonly ServedRoute[],
): Promise<void> {
	let open = routes;
	while (open.length > 0) {
		const awaited = new Set(open.flatMap(targetsOf));
		const free = open.filter(({ name }) => !awaited.has(name));
		// All that are left go in a circle: there is no order for them.
		const wave = free.length > 0 ? free : open;
		await Promise.all(
			wave.flatMap(({ handler, fallback }) => [
				handler.close?.(),
				fallback?.close?.(),
			]),
		);
		const closed = new Set(wave);
		open = open.filter((route) => !closed.has(route));
	}
}

// --- helpers ---

function targetsOf({ handler, fallback }: ServedRoute): readonly string[] {
	return [...(handler.handsOn ?? []), ...(fallback?.handsOn ?? [])];
}
