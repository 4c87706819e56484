import { shortId } from "../../../event/id.ts";
import { parentIdOf } from "../../../inbox/port/child.ts";
import type { DeliveryRow, Dropped } from "../../../inbox/port/delivery.ts";
import type { Desk } from "../../../inbox/port/desk.ts";
import { CannotRun } from "../../io.ts";
import { formatTable } from "../../table.ts";
import { plain, toTime } from "../row.ts";

/** Explains an argument that names deliveries. */
export const ID_ARGUMENT = `or its first characters (at least 4)`;

/**
 * Finds the id for the user's input, whole or shortened, with or without dashes. Input that matches no delivery is returned
 * unchanged. Throws CannotRun with a list if it matches several.
 */
export async function completeId(
	store: Pick<Desk, "get" | "find">,
	text: string,
): Promise<string> {
	if (WHOLE.test(text)) return text;
	if ((await store.get(text)) !== undefined) return text;
	if (text.length < SHORTEST) return text;
	const found = await findBy(store, text);
	const [only] = found;
	if (only === undefined) return text;
	if (found.length === 1) return only.id;
	throw new CannotRun(describeCandidates(text, found));
}

/** Finds a delivery that somebody dropped, by the user's input, whole or shortened. */
export async function findDropped(
	store: Pick<Desk, "dropped">,
	text: string,
): Promise<Dropped | undefined> {
	return text.length < SHORTEST ? undefined : store.dropped(withDashes(text));
}

/** Reports that no delivery has this id. */
export function describeMissing(text: string): string {
	const missing = `The inbox holds no delivery ${plain(text)}.`;
	return text.length < SHORTEST
		? `${missing} Write at least ${SHORTEST} characters of its id.`
		: missing;
}

/** Shortens ids for people: each becomes the start that distinguishes it in the list. */
export function shortIds(
	rows: readonly Pick<DeliveryRow, "id">[],
): readonly string[] {
	const counts = new Map<string, number>();
	for (const { id } of rows) {
		const short = shortId(id);
		counts.set(short, (counts.get(short) ?? 0) + 1);
	}
	return rows.map(({ id }) => {
		const short = shortId(id);
		return counts.get(short) === 1 ? short : id;
	});
}

// --- helpers ---

/** Finds deliveries by the start of an id. Children are found by the start of their parent's id, and the name of their target. */
async function findBy(
	store: Pick<Desk, "find">,
	text: string,
): Promise<readonly DeliveryRow[]> {
	const parent = parentIdOf(text);
	if (parent === undefined) {
		const found = await store.find(withDashes(text), WITH_CHILDREN);
		const parents = found.filter(({ id }) => parentIdOf(id) === undefined);
		// A child may outlive its parent.
		return (parents.length > 0 ? parents : found).slice(0, CANDIDATES + 1);
	}
	const end = text.slice(parent.length);
	const found = await store.find(withDashes(parent), WITH_CHILDREN);
	return found.filter(({ id }) => id.endsWith(end)).slice(0, CANDIDATES + 1);
}

/** Candidates with as many children as a fan-out may have. */
const WITH_CHILDREN = 250;

/** A shorter start would match half of a year's deliveries. */
const SHORTEST = 4;

const CANDIDATES = 10;

const WHOLE = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

/** Normalises the start of a UUID: some programs omit the dashes, or write capitals. */
function withDashes(text: string): string {
	if (!/^[\da-f-]{1,36}$/i.test(text)) return text;
	const lower = text.toLowerCase();
	if (lower.includes("-")) return lower;
	return [
		lower.slice(0, 8),
		lower.slice(8, 12),
		lower.slice(12, 16),
		lower.slice(16, 20),
		lower.slice(20),
	]
		.filter((part) => part !== "")
		.join("-");
}

function describeCandidates(
	text: string,
	found: readonly DeliveryRow[],
): string {
	const shown = found.slice(0, CANDIDATES);
	const ids = shortIds(shown);
	const rows = shown.map(({ route, state, receivedAt }, at) => [
		`  ${plain(ids[at] ?? "")}`,
		state,
		plain(route),
		toTime(receivedAt),
	]);
	const more = found.length > shown.length ? ["  and more"] : [];
	return [
		`Several ids begin with ${plain(text)}. Write more characters:`,
		...formatTable(rows),
		...more,
	].join("\n");
}
