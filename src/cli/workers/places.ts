import type { ListenSettings } from "../../config/settings.ts";
import { type Doors, openDoors } from "../../http/doors.ts";
import type { Place } from "../../http/server.ts";
import type { Crew } from "../../workers/crew.ts";
import { CannotRun } from "../io.ts";
import { describePortFault } from "../serve/ports.ts";

/** Describes the places for workers, which never see the sockets of systemd themselves. */
export function describePlaces(
	places: readonly Place[],
	addresses: readonly string[],
): readonly ListenSettings[] {
	return places.map((place, at) => {
		if (place.kind !== "handed") return place;
		const address = addresses[at] ?? "";
		return address.startsWith("unix:")
			? { kind: "unix", path: address.slice("unix:".length) }
			: { kind: "tcp", host: "", port: 0 };
	});
}

/** Opens the addresses, whose connections go to the workers. `isTls`: the workers speak HTTPS. Throws CannotRun. */
export async function openPlaces(
	places: readonly Place[],
	crew: Crew,
	isTls: boolean,
): Promise<Doors> {
	try {
		return await openDoors(
			places,
			(connection, place) => crew.connections.take(connection, place),
			{ isTls },
		);
	} catch (error) {
		throw new CannotRun(describePortFault(error as Error));
	}
}
