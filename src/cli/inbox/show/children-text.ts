import type { DeliveryRow } from "../../../inbox/port/delivery.ts";
import { formatTable } from "../../table.ts";
import { plain } from "../row.ts";

/** Describes the state of a delivery, and how often it was tried. */
export function stateOf({ state, isBlocked, attempts }: DeliveryRow): string {
	const tries = attempts === 1 ? "1 attempt" : `${attempts} attempts`;
	const blocked = isBlocked
		? ", waits for an earlier one with its order key"
		: "";
	return `${state}${blocked}, ${tries}`;
}

/** Lists the deliveries that a fan-out made, a line for each target. */
export function describeChildren(children: readonly DeliveryRow[]): string[] {
	return formatTable(
		children.map((row) => [
			`  ${plain(row.route)}`,
			stateOf(row),
			plain(row.id),
		]),
	);
}

/** Makes the same for a program to read. */
export function toChildReport({ id, route, state, attempts }: DeliveryRow) {
	return { id, route, state, attempts };
}
