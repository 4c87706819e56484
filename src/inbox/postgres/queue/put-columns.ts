import type { NewDelivery } from "../../port/queue.ts";
import { STATE } from "../../sql/states.ts";
import {
	bigintArray,
	byteaArray,
	smallintArray,
	textArray,
} from "../arrays.ts";
import { storable, storableOrNull } from "../sql.ts";
import type { Lane } from "./lanes.ts";

/** Returns the columns of a batch, and the routes with a delivery to lease. */
export function columnsOf(batch: readonly NewDelivery[]): readonly unknown[] {
	const leases = leasesOf(batch);
	const asked = new Set(
		batch.flatMap(({ route }, at) => (leases[at] === null ? [] : [route])),
	);
	return [
		textArray(batch.map(({ id }) => storable(id))),
		textArray(batch.map(({ route }) => storable(route))),
		textArray(batch.map(({ kind }) => storable(kind))),
		bigintArray(batch.map(({ receivedAt }) => Math.round(receivedAt))),
		textArray(batch.map(({ dedupeKey }) => storableOrNull(dedupeKey))),
		textArray(batch.map(({ orderKey }) => storableOrNull(orderKey))),
		smallintArray(statesOf(batch)),
		textArray(batch.map(({ reason }) => storableOrNull(reason))),
		textArray(batch.map(({ envelope }) => storable(envelope))),
		byteaArray(batch.map(({ body }) => body)),
		textArray(batch.map(({ answer }) => storableOrNull(answer))),
		bigintArray(batch.map(({ delayMs }) => Math.round(delayMs ?? 0))),
		bigintArray(leases),
		textArray([...asked].map(storable)),
	];
}

/** Returns the lanes that a batch enters. */
export function lanesOf(batch: readonly NewDelivery[]): readonly Lane[] {
	return batch.flatMap((one) => laneOf(one) ?? []);
}

// --- helpers ---

/** Returns the states. In a lane, only the first delivery of the batch can be ready. */
function statesOf(batch: readonly NewDelivery[]): readonly number[] {
	const lanes = new Set<string>();
	return batch.map((one) => {
		const lane = laneOf(one);
		if (lane === undefined) return STATE_OF[one.state];
		const key = JSON.stringify([lane.route, lane.orderKey]);
		const isBehind = lanes.has(key);
		lanes.add(key);
		return isBehind ? STATE.blocked : STATE_OF[one.state];
	});
}

/** Returns the time to lease each delivery for. Null if it is not to be leased, or if one of the batch is due before it. */
function leasesOf(batch: readonly NewDelivery[]): readonly (number | null)[] {
	const busy = new Set<string>();
	return batch.map(({ route, state, leaseMs, delayMs = 0 }) => {
		if (state !== "received" || delayMs > 0) return null;
		if (leaseMs === undefined) busy.add(route);
		return leaseMs === undefined || busy.has(route)
			? null
			: Math.round(leaseMs);
	});
}

const STATE_OF: Readonly<Record<NewDelivery["state"], number>> = {
	received: STATE.ready,
	delivered: STATE.delivered,
	dead: STATE.dead,
	quarantined: STATE.quarantined,
};

function laneOf({ route, orderKey, state }: NewDelivery): Lane | undefined {
	if (orderKey === undefined || state !== "received") return undefined;
	return { route: storable(route), orderKey: storable(orderKey) };
}
