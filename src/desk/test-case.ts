import { stringify } from "yaml";
import { isRecord } from "../event/is-record.ts";
import type { Payload } from "../event/webhook.ts";
import { hasQueryPayload } from "../gate/body.ts";
import { FORM } from "../gate/form.ts";
import type { DeliveryDetail } from "../inbox/port/delivery.ts";
import { type FieldSetting, setFields } from "../kind/set-fields.ts";
import { toFieldValue } from "../route/conditions/condition.ts";
import { createFieldReader, parseField, type Subject } from "../route/field.ts";
import type { ServedRoute } from "../runtime/served-route.ts";
import { toSubject } from "./content.ts";
import { StandIns } from "./stand-in.ts";

/** A test of YAML or JSON that sends a stored webhook again, with stand-ins for what is personal. */
export interface SavedTest {
	readonly test: Readonly<Record<string, unknown>>;
	/** The personal fields that stay as they are, because the choice of the route depends on them. */
	readonly kept: readonly string[];
}

/**
 * Makes a test from a delivery. Returns a sentence if none can be made.
 *
 * @param routes all routes, so that stand-ins change the choice among them as little as possible
 */
export function toTest(
	detail: DeliveryDetail,
	routes: readonly ServedRoute[],
): SavedTest | string {
	const route = routes.find(({ name }) => name === detail.route);
	if (route === undefined)
		return `no route is named ${detail.route}, so no test can send it`;
	if (detail.body === undefined) return "its body was removed";
	const subject = toSubject(detail, () => route.kind);
	if (subject === undefined || !isRecord(subject.payload))
		return "its payload cannot be read";
	const { envelope, payload } = subject;
	const { method, query, headers } = envelope;
	const raw = detail.body;
	const isQuery = hasQueryPayload({ method, query, raw });
	const isForm = String(headers["content-type"] ?? "").startsWith(FORM);
	const stands = new StandIns();
	const masked = stands.replace(payload, route.kind);
	const rivals = routes.filter(({ path }) => path === route.path);
	const kept = fieldsToKeep(subject, { ...subject, payload: masked }, rivals);
	const setting = (field: string): FieldSetting => ({
		field,
		value: createFieldReader(field)(subject),
	});
	const sent = setFields({ ...masked }, kept.map(setting), route.kind);
	const beside = isQuery ? {} : besideOf(query, rivals, stands);
	const extra = headersOf(subject, rivals);
	const params = Object.entries(subject.params).map(
		([name, value]) => [name, paramOf(name, value, rivals, stands)] as const,
	);
	const isAccepted = route.mode === "accept" && detail.state !== "quarantined";
	return {
		kept,
		test: {
			name: `${route.kind.name} of ${new Date(detail.receivedAt).toISOString()} goes to ${route.name}`,
			send: route.name,
			...(method !== "" && { method }),
			as: isQuery ? "query" : isForm ? "form" : "json",
			...(params.length > 0 && { params: Object.fromEntries(params) }),
			...(Object.keys(beside).length > 0 && { query: beside }),
			...(Object.keys(extra).length > 0 && { headers: extra }),
			payload: sent as Payload,
			expect: {
				route: route.name,
				...(isAccepted && { outcome: "received" }),
			},
		},
	};
}

/** Writes a saved test as a file of `switchhook test`. */
export function toTestYaml({ test }: SavedTest): string {
	return stringify({ tests: [test] });
}

// --- helpers ---

/** Lists the payload's fields whose stand-in fits other conditions of the path than the value itself. */
function fieldsToKeep(
	subject: Subject,
	masked: Subject,
	rivals: readonly ServedRoute[],
): readonly string[] {
	const kept = new Set<string>();
	for (const { match } of rivals) {
		for (const [field, conditions] of match ?? []) {
			if (parseField(field).source !== "payload") continue;
			const read = createFieldReader(field);
			const before = toFieldValue(read(subject));
			const after = toFieldValue(read(masked));
			if (conditions.some((one) => one.fits(before) !== one.fits(after)))
				kept.add(field);
		}
	}
	return [...kept];
}

/** True if a condition of the path reads this field. */
function isMatched(field: string, rivals: readonly ServedRoute[]): boolean {
	return rivals.some(({ match }) => hasField(match, field));
}

/** Names of headers are written in any case. */
function hasField(match: ServedRoute["match"], field: string): boolean {
	if (match === undefined) return false;
	const asked = parseField(field);
	return [...match.keys()].some((one) => {
		const { source, path } = parseField(one);
		return source === asked.source && path === asked.path;
	});
}

function besideOf(
	query: string,
	rivals: readonly ServedRoute[],
	stands: StandIns,
): Readonly<Record<string, string>> {
	return Object.fromEntries(
		[...new URLSearchParams(query)].map(([name, value]) => [
			name,
			isMatched(`query.${name}`, rivals) ? value : stands.text(value),
		]),
	);
}

function paramOf(
	name: string,
	value: string,
	rivals: readonly ServedRoute[],
	stands: StandIns,
): string {
	return isMatched(`params.${name}`, rivals) ? value : stands.text(value);
}

/** Only the headers that a condition reads: others name the sender's software. */
function headersOf(
	{ headers }: Subject,
	rivals: readonly ServedRoute[],
): Readonly<Record<string, string>> {
	return Object.fromEntries(
		Object.entries(headers).flatMap(([name, value]) =>
			isMatched(`headers.${name}`, rivals) ? [[name, String(value)]] : [],
		),
	);
}
