import { about, COUNT, objectOf, TIME } from "./schemas.ts";

/** The numbers of the spool of a router. */
export const SPOOL = objectOf(
	{
		depth: about("The events that are not in the database yet.", COUNT),
		oldestAt: about("The arrival of the oldest of them.", TIME),
		usedBytes: about("The bytes of its file that are in use.", COUNT),
		maxBytes: about(
			"The value of `inbox.spoolMaxSize`, or its default.",
			COUNT,
		),
		shipped: about(
			"The events that reached the database since the start, duplicates included.",
			COUNT,
		),
		duplicates: about("The duplicates among them.", COUNT),
		refused: about(
			"The events that the database refused, and that stay in the file.",
			COUNT,
		),
	},
	["oldestAt", "maxBytes"],
);
