/** Takes every webhook and does nothing but count it, where `report-cpu.mjs` looks. */
export default { name: "count", on: { "*": count } };

// --- helpers ---

const HANDLED = Symbol.for("switchhook.bench.handled");

function count(): void {
	const counter = globalThis as { [HANDLED]?: number };
	counter[HANDLED] = (counter[HANDLED] ?? 0) + 1;
}
