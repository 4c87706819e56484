import {
	readAccount,
	readApplication,
	readNumber,
	writeAccount,
	writeApplication,
	writeNumber,
} from "../api.ts";
import type { Client } from "../client.ts";
import { type Edit, editJson, JsonText, textAt } from "../json-text.ts";
import {
	type Change,
	locateTarget,
	nameTarget,
	type ObjectPlan,
	type SettingValue,
	type Target,
} from "../plan/plan.ts";
import { fieldOf, sayValue, UNREADABLE, valueAt } from "../plan/present.ts";
import type { RemoteNumber } from "../remote.ts";
import type { OpenRun } from "./journal.ts";

/** Thrown if an object has changed since the plan. The message is a sentence or two for a person. */
export class PlatformRace extends Error {
	override readonly name = "PlatformRace";
}

/** An object to write, and how. */
export interface WriteGround {
	readonly client: Client;
	readonly account: string;
	readonly run: OpenRun;
	/** The JSON of the application before the run that is undone. Parts that the run added are removed. */
	readonly original?: string | undefined;
}

/**
 * Writes the changes of one object: reads it, checks that each value is unchanged since the plan, applies the changes, and
 * sends the complete object, because the platform clears omitted parts. Returns false if it was already right. Throws
 * PlatformFault, and PlatformRace if the object was changed meanwhile.
 */
export async function writeObject(
	{ target, changes, blind }: Omit<ObjectPlan, "fingerprint">,
	ground: WriteGround,
): Promise<boolean> {
	const { client, account, run } = ground;
	const note = (before?: string): Promise<void> =>
		run.intend({ account, target, changes, blind, before });
	switch (target.type) {
		case "account": {
			const now = await readAccount(client);
			if (!hasLeft(target, changes, ({ setting }) => fieldOf(now, setting)))
				return false;
			await note();
			const form = toForm([...changes, ...blind]);
			await writeAccount(client, form);
			break;
		}
		case "number": {
			const now = await readNumber(client, target);
			if (now === undefined) throw gone(target);
			const readValue = ({ setting }: Change): SettingValue =>
				fieldOf(now, setting);
			if (!hasLeft(target, changes, readValue)) return false;
			await note();
			await writeNumber(client, {
				...paramsOf(now),
				...toForm([...blind, ...changes]),
			});
			break;
		}
		case "application": {
			const now = await readApplication(client, target.id);
			const readValue = ({ path = [] }: Change): SettingValue =>
				valueAt(now.value, path);
			if (!hasLeft(target, changes, readValue)) return false;
			await note(now.text);
			const text = withChanges(now.text, changes, ground.original);
			await writeApplication(client, target.id, text);
			break;
		}
	}
	await run.done();
	return true;
}

/** Puts changes into an application's JSON, as it is sent back: without links, and without keys, which stay untouched so. */
export function withChanges(
	text: string,
	changes: readonly Change[],
	original?: string,
): string {
	const edits = changes.map(({ path = [], to }): Edit => {
		// A webhook that was cleared as a whole comes back as a whole.
		const whole = original === undefined ? undefined : textAt(original, path);
		return whole?.startsWith("{") && to !== null
			? { path, value: new JsonText(whole) }
			: { path, value: to ?? undefined };
	});
	const edited = editJson(text, edits);
	const emptied =
		original === undefined ? [] : addedParents(edited, changes, original);
	return editJson(edited, [
		...emptied,
		{ path: ["_links"], value: undefined },
		{ path: ["keys"], value: undefined },
	]);
}

// --- helpers ---

/**
 * Returns true if a value must still be written. Throws PlatformRace if it has neither the old nor the new value. A value that
 * cannot be read is always written.
 */
function hasLeft(
	target: Target,
	changes: readonly Change[],
	readValue: (change: Change) => SettingValue,
): boolean {
	let isLeft = false;
	for (const change of changes) {
		if (UNREADABLE.has(change.setting)) {
			isLeft = true;
			continue;
		}
		const now = readValue(change);
		if (now === change.to) continue;
		if (now !== change.from) throw raced(target, change, now);
		isLeft = true;
	}
	return isLeft;
}

function raced(
	target: Target,
	{ setting, from }: Change,
	now: SettingValue,
): PlatformRace {
	return new PlatformRace(
		`Somebody changed \`${setting}\` of ${locateTarget(target)} meanwhile. It was ${sayValue(from)}, and is ${sayValue(now)}. Make a new plan.`,
	);
}

function gone(target: Target): PlatformRace {
	return new PlatformRace(
		`The platform no longer has ${nameTarget(target)}. Make a new plan.`,
	);
}

/** An empty text clears. */
function toForm(
	values: readonly { readonly setting: string; readonly to: SettingValue }[],
): Record<string, string> {
	return Object.fromEntries(
		values.map(({ setting, to }) => [setting, to === null ? "" : String(to)]),
	);
}

/** All that is known of a number, under the names that a write takes. */
function paramsOf(number: RemoteNumber): Record<string, string> {
	const known: Record<string, string> = {
		country: number.country,
		msisdn: number.msisdn,
		app_id: number.appId,
		moHttpUrl: number.moHttpUrl,
		voiceCallbackType: number.voiceCallbackType,
		voiceCallbackValue: number.voiceCallbackValue,
		messagesCallbackType: number.messagesCallbackType,
		messagesCallbackValue: number.messagesCallbackValue,
	};
	return Object.fromEntries(
		Object.entries(known).filter(([, value]) => value !== ""),
	);
}

/** Objects that are empty now, and were not there originally. */
function addedParents(
	text: string,
	changes: readonly Change[],
	original: string,
): Edit[] {
	let left = text;
	const edits: Edit[] = [];
	for (const { path = [], to } of changes) {
		if (to !== null) continue;
		for (let length = path.length - 1; length > 0; length -= 1) {
			const parent = path.slice(0, length);
			const now = textAt(left, parent);
			if (now === undefined || !/^\{\s*\}$/.test(now)) break;
			if (textAt(original, parent) !== undefined) break;
			const edit = { path: parent, value: undefined };
			left = editJson(left, [edit]);
			edits.push(edit);
		}
	}
	return edits;
}
