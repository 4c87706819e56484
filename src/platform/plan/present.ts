import { isRecord } from "../../event/is-record.ts";
import { numberKey, type Remote } from "../remote.ts";
import { fingerprint } from "./fingerprint.ts";
import {
	type AccountPlan,
	type Change,
	locateTarget,
	type Plan,
	type SettingValue,
	type Target,
} from "./plan.ts";

/** Settings that the platform takes and never tells. */
export const UNREADABLE: ReadonlySet<string> = new Set([
	"voiceStatusCallback",
	"moSmppSysType",
]);

/** Looks up objects among what was read, each at once. */
export interface Present {
	/** The fingerprint of an object; undefined where it is not there. */
	fingerprint(account: string, target: Target): string | undefined;
	/** The value of a setting; null where there is none. */
	value(account: string, target: Target, change: Change): SettingValue;
}

/** Makes what was read of all accounts ready to be looked up. */
export function presentOf(remotes: ReadonlyMap<string, Remote>): Present {
	const numbers = new Map(
		[...remotes].map(([name, remote]) => [
			name,
			new Map((remote.numbers ?? []).map((one) => [numberKey(one), one])),
		]),
	);
	const find = (account: string, target: Target) => {
		const remote = remotes.get(account);
		switch (target.type) {
			case "account":
				return remote?.account;
			case "number":
				return numbers.get(account)?.get(numberKey(target));
			case "application":
				return remote?.applications?.get(target.id);
		}
	};
	return {
		fingerprint(account, target) {
			const found = find(account, target);
			return found && fingerprint(found);
		},
		value(account, target, { setting, path }) {
			const found = find(account, target);
			if (found === undefined) return null;
			if ("value" in found) return valueAt(found.value, path ?? []);
			return fieldOf(found, setting);
		},
	};
}

/** Checks that every object of a plan is unchanged, and fills in the current values. Returns the sentences about changed ones. */
export function renewPlan(
	plan: Plan,
	present: Present,
): { readonly plan: Plan; readonly changed: readonly string[] } {
	const changed: string[] = [];
	const accounts = plan.accounts.map((one): AccountPlan => {
		const { account } = one;
		const objects = one.objects.map((object) => {
			const { target, changes } = object;
			const now = present.fingerprint(account, target);
			if (now !== object.fingerprint) {
				changed.push(
					`${capitalize(locateTarget(target, plan.accounts.length > 1 ? account : undefined))} ${now === undefined ? "is not there any more" : "changed since the plan was made"}.`,
				);
			}
			return {
				...object,
				changes: changes.map((change) => ({
					...change,
					from: present.value(account, target, change),
				})),
			};
		});
		return { ...one, objects };
	});
	return { plan: { ...plan, accounts }, changed };
}

/** Lists the values that are not as a plan wrote them, a sentence each. */
export function findDifferent(
	{ accounts }: Pick<Plan, "accounts">,
	present: Present,
): string[] {
	const isNamed = accounts.length > 1;
	return accounts.flatMap(({ account, objects }) =>
		objects.flatMap(({ target, changes }) =>
			changes.flatMap((change) => {
				if (UNREADABLE.has(change.setting)) return [];
				const now = present.value(account, target, change);
				if (now === change.to) return [];
				return [
					`\`${change.setting}\` of ${locateTarget(target, isNamed ? account : undefined)} is ${sayValue(now)}, and ${sayValue(change.to)} was sent.`,
				];
			}),
		),
	);
}

/** Writes a value for a person, without a password that a URL may hold. */
export function sayValue(value: SettingValue): string {
	return value === null ? "not set" : maskUser(String(value));
}

/** Hides what stands before the @ of a URL. */
export function maskUser(text: string): string {
	return text.replace(/(\/\/)[^/@\s]+@/g, "$1***@");
}

/** Reads a value of an application's JSON; a webhook stands for its URL. */
export function valueAt(value: unknown, path: readonly string[]): SettingValue {
	const found = path.reduce<unknown>(
		(outer, key) => (isRecord(outer) ? outer[key] : undefined),
		value,
	);
	return toSettingValue(isRecord(found) ? found.address : found);
}

/** Reads a setting of an account or a number. */
export function fieldOf(object: object, setting: string): SettingValue {
	const key = setting === "app_id" ? "appId" : setting;
	return toSettingValue((object as Readonly<Record<string, unknown>>)[key]);
}

// --- helpers ---

function capitalize(text: string): string {
	return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}

function toSettingValue(value: unknown): SettingValue {
	if (value === undefined || value === null || value === "") return null;
	return typeof value === "boolean" ? value : String(value);
}
