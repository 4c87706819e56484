import { computed, signal } from "@preact/signals";
import { type Answer, call } from "../api/client.ts";

type Facts = Answer<"getRouter">;

/** A part of the API that not every listener has. */
export type Ability = Facts["abilities"][number];

/** Facts about what is behind the listener. Undefined until they are read. */
export const facts = signal<Facts | undefined>(undefined);

/** True if the page shows an inbox, and no router runs behind it. */
export const isInboxOnly = computed(() => facts.value?.mode === "inbox");

/** Returns true if a part is there, or as long as that is not known. */
export function isAble(ability: Ability): boolean {
	return facts.value?.abilities.includes(ability) ?? true;
}

/** Reads the facts. They stay the same for as long as the process runs. */
export async function readFacts(): Promise<void> {
	try {
		facts.value = await call("getRouter");
	} catch {
		// The views show why nothing can be read.
	}
}
