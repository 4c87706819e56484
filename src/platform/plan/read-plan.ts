import { isRecord } from "../../event/is-record.ts";
import { PLAN_VERSION, type Plan } from "./plan.ts";

/** Reads a plan that `plan --out` or `plan --json` wrote. Returns a sentence where it is none. */
export function readPlan(text: string): Plan | string {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return "It is not JSON.";
	}
	if (!isRecord(value) || !Array.isArray(value.accounts)) {
		return "It is not a plan.";
	}
	if (value.version !== PLAN_VERSION) {
		return `It is a plan of version ${String(value.version)}, and this release reads version ${PLAN_VERSION}. Make a new one.`;
	}
	return value.accounts.every(isAccountPlan) && Array.isArray(value.problems)
		? (value as unknown as Plan)
		: "It is not a plan as this release writes it. Make a new one.";
}

// --- helpers ---

function isAccountPlan(value: unknown): boolean {
	return (
		isRecord(value) &&
		typeof value.account === "string" &&
		Array.isArray(value.objects) &&
		value.objects.every(isObjectPlan)
	);
}

function isObjectPlan(value: unknown): boolean {
	return (
		isRecord(value) &&
		isTarget(value.target) &&
		typeof value.fingerprint === "string" &&
		Array.isArray(value.changes) &&
		value.changes.every((one) => isChange(one, value.target)) &&
		Array.isArray(value.blind) &&
		value.blind.every(
			(one) =>
				isRecord(one) &&
				BLIND.has(String(one.setting)) &&
				(one.to === null || typeof one.to === "string"),
		)
	);
}

function isTarget(value: unknown): boolean {
	if (!isRecord(value)) return false;
	switch (value.type) {
		case "account":
			return true;
		case "number":
			return (
				typeof value.country === "string" && typeof value.msisdn === "string"
			);
		case "application":
			return /^[0-9a-f-]{36}$/.test(String(value.id));
		default:
			return false;
	}
}

function isChange(value: unknown, target: unknown): boolean {
	if (!isRecord(value) || typeof value.setting !== "string") return false;
	const { path, to } = value;
	const isValue =
		to === null || typeof to === "string" || typeof to === "boolean";
	if (!isRecord(target) || target.type !== "application") {
		return isValue && path === undefined && PARAMETERS.has(value.setting);
	}
	return (
		isValue &&
		Array.isArray(path) &&
		path.length > 1 &&
		path.every((key) => typeof key === "string") &&
		path[0] === "capabilities"
	);
}

/** The parameters that a plan may contain, so that a file cannot send any others. */
const PARAMETERS: ReadonlySet<string> = new Set([
	"moCallBackUrl",
	"drCallBackUrl",
	"moHttpUrl",
	"app_id",
	"voiceCallbackType",
	"voiceCallbackValue",
	"voiceStatusCallback",
]);

const BLIND: ReadonlySet<string> = new Set([
	"httpForwardMethod",
	"voiceStatusCallback",
	"moSmppSysType",
]);
