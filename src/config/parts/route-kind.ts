import type { Report } from "../../finding/report.ts";
import type { Place } from "../../finding/site.ts";
import { listWords } from "../../finding/suggest.ts";
import { adviseKind } from "../../kind/absent.ts";
import type { Kind, KindCatalog } from "../../kind/kind.ts";
import type { Files } from "../read/files.ts";

/** Finds the kind that a route names; undefined, with a finding, when there is none of that name. */
export function readKind(
	name: string | undefined,
	place: Place,
	{ kinds, files, report }: KindContext,
): Kind | undefined {
	const kind = name === undefined ? undefined : kinds.get(name);
	if (name === undefined || kind !== undefined) return kind;
	const file = place.isSecret() ? undefined : files.findKind(name);
	if (file !== undefined) {
		report.error(place.at(), {
			what: `the kind ${place.show(name)} cannot be used`,
			todo: `mend its file \`${file}\`, whose \`$id\` has to be the name`,
		});
		return undefined;
	}
	const advice = adviseKind(name, kinds.keys());
	const isTold = !place.isSecret();
	report.error(place.at(), {
		what: `unknown kind ${place.show(name)}`,
		expected: isTold && advice.isNone ? undefined : listKinds(kinds),
		todo: isTold ? advice.todo : undefined,
	});
	return undefined;
}

// --- helpers ---

interface KindContext {
	readonly kinds: KindCatalog;
	readonly files: Files;
	readonly report: Report;
}

/** A list that one can take in; the whole catalog is for a command to print. */
function listKinds(kinds: KindCatalog): string {
	return kinds.size > KINDS_MAX
		? "a kind that `switchhook schema` lists"
		: listWords([...kinds.keys()]);
}

const KINDS_MAX = 12;
