import { type Json, type JsonObject, toJson } from "../json.ts";
import type { Account, PlatformState } from "./state.ts";

/** Writes a state as JSON, as a state file has it: the hidden fields too, the numbers of applications as they came. */
export function toStateJson(
	{ accounts }: PlatformState,
	{ secrets }: { readonly secrets: boolean },
): JsonObject {
	return new Map([
		["accounts", accounts.map((account) => toAccountJson(account, secrets))],
	]);
}

// --- helpers ---

function toAccountJson(account: Account, secrets: boolean): JsonObject {
	const { apiKey, apiSecret, isReadOnly, settings, numbers } = account;
	const json = toJson({
		apiKey,
		...(secrets && { apiSecret }),
		...(isReadOnly && { readOnly: true }),
		settings,
		numbers,
	}) as JsonObject;
	json.set(
		"applications",
		account.applications.map(
			({ id, body }) => new Map<string, Json>([["id", toJson(id)], ...body]),
		),
	);
	return json;
}
