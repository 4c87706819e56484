import type { Mode } from "../event/webhook.ts";
import {
	type Circuit,
	type CircuitChange,
	type CircuitOptions,
	type CircuitState,
	createCircuit,
} from "./circuit.ts";
import { createShelf } from "./shelf.ts";

/** The route that uses a service. */
export interface CircuitUser {
	/** The route's name. */
	readonly route: string;
	readonly mode: Mode;
	/** Logs when the circuit opens and closes. Only the first opener's log is used. */
	readonly log?: CircuitLog | undefined;
	/** Called when the circuit opens and closes. Only the first opener's is used. */
	readonly onChange?: ((change: ServiceChange) => void) | undefined;
}

/** The part of a log that circuits use. */
export interface CircuitLog {
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
}

/** The circuit of a route's service opened or closed. */
export interface ServiceChange extends CircuitChange {
	/** The service's name. */
	readonly upstream: string;
	readonly route: string;
}

/** The state of a circuit, for `/metrics`. */
export interface ServiceState {
	/** The service's name. */
	readonly name: string;
	readonly route: string;
	readonly circuit: CircuitState;
}

/** The circuits of all services, one for each route and service. They outlive a configuration. */
export interface Circuits {
	/**
	 * @param site identifies the route and the service. The caller MUST release it once
	 * @param name the service's name
	 */
	open(site: string, name: string, user: CircuitUser): Circuit;
	release(site: string): void;
	states(): readonly ServiceState[];
}

/** Creates an empty set. */
export function createCircuits(
	options: Pick<CircuitOptions, "now" | "random"> = {},
): Circuits {
	const circuits = createShelf<{
		readonly name: string;
		readonly route: string;
		readonly circuit: Circuit;
	}>();
	return {
		open(site, name, { route, mode, log, onChange: tell }) {
			const { circuit } = circuits.take(site, () => {
				const write = toLines(name, route, log);
				const onChange = (change: CircuitChange): void => {
					write(change);
					tell?.({ ...change, upstream: name, route });
				};
				const made = { ...options, ...PAUSES[mode], onChange };
				return { name, route, circuit: createCircuit(made) };
			});
			return circuit;
		},
		release: (site) => void circuits.put(site),
		states: () =>
			circuits.list().map(({ name, route, circuit }) => ({
				name,
				route,
				circuit: circuit.state,
			})),
	};
}

// --- helpers ---

/** A caller does not come again, so every second call tests whether the service has recovered. */
const PAUSES: Readonly<Record<Mode, CircuitOptions>> = {
	accept: {},
	reply: { maxPauseMs: 1000 },
};

function toLines(upstream: string, route: string, log?: CircuitLog) {
	return ({ state, id, reason, ms }: CircuitChange): void => {
		if (state === "open") {
			log?.warn(
				{ upstream, route, id, reason, pauseMs: ms },
				"the upstream fails again and again: it is given a rest, then probed",
			);
		} else {
			log?.info(
				{ upstream, route, id, openMs: ms },
				"the upstream answers again",
			);
		}
	};
}
