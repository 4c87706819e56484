import { computed, signal } from "@preact/signals";

/** The address of the page: the view, the rest of the path, and the query, in which all filters live. */
export interface Place {
	/** The first segment, such as `deliveries`. Empty at `/`. */
	readonly view: string;
	/** The other segments, decoded. */
	readonly path: readonly string[];
	readonly query: URLSearchParams;
}

const href = signal(location.pathname + location.search);

export const place = computed<Place>(() => {
	const url = new URL(href.value, location.origin);
	const [view = "", ...path] = url.pathname
		.slice(1)
		.split("/")
		.filter((part) => part !== "")
		.map(decode);
	return { view, path, query: url.searchParams };
});

/** Goes to an address of this page. `replace` leaves no entry in the history. */
export function go(to: string, { replace = false } = {}): void {
	if (to === href.value) return;
	if (replace) history.replaceState(null, "", to);
	else history.pushState(null, "", to);
	href.value = location.pathname + location.search;
}

/** Writes an address: a path of segments, and a query without its empty values. */
export function hrefOf(
	path: readonly string[],
	query: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): string {
	const search = new URLSearchParams();
	for (const [name, value] of Object.entries(query))
		for (const one of [value ?? []].flat())
			if (one !== "") search.append(name, one);
	const text = search.toString();
	return `/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

/** Sets fields of the query and keeps the others. Undefined, empty texts and empty lists remove a field. */
export function setQuery(
	fields: Readonly<Record<string, string | readonly string[] | undefined>>,
	options?: { readonly replace?: boolean },
): void {
	const { pathname } = new URL(href.value, location.origin);
	const search = new URLSearchParams(place.value.query);
	for (const [name, value] of Object.entries(fields)) {
		search.delete(name);
		for (const one of [value ?? []].flat())
			if (one !== "") search.append(name, one);
	}
	const text = search.toString();
	go(pathname + (text === "" ? "" : `?${text}`), options);
}

/** Follows Back and Forward, and the links of the page without loading it again. */
export function followLinks(): void {
	addEventListener("popstate", () => {
		href.value = location.pathname + location.search;
	});
	document.addEventListener("click", (event) => {
		if (event.defaultPrevented || event.button !== 0) return;
		if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
			return;
		const link = (event.target as Element).closest("a");
		if (link === null || link.target !== "" || link.hasAttribute("download"))
			return;
		if (link.origin !== location.origin || isOfServer(link.pathname)) return;
		event.preventDefault();
		go(link.pathname + link.search);
	});
}

// --- helpers ---

/** Paths that the router answers itself. */
function isOfServer(path: string): boolean {
	return /^\/(?:api|metrics|healthz|readyz|page)(?:\/|$)/.test(path);
}

function decode(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
