import { useEffect, useRef, useState } from "preact/hooks";
import { showHidden } from "../../../src/observe/plain-text.ts";
import { count } from "../../parts/text.ts";
import { useKeys } from "../../state/keys.ts";
import { setQuery } from "../../state/location.ts";
import { FilterDialog } from "./filter-dialog.tsx";
import {
	clearFilters,
	FILTERS,
	type Filter,
	STATES,
	search,
	toggle,
} from "./filters.ts";
import type { Rows } from "./rows.ts";

/** The search, the states, and the filters that are on. */
export function FilterBar({
	filter,
	query,
	list,
}: {
	readonly filter: Filter;
	readonly query: URLSearchParams;
	readonly list: Rows;
}) {
	const [isOpen, setOpen] = useState(false);
	const field = useRef<HTMLInputElement>(null);
	useKeys("Filter", [
		{ key: "/", label: "Search", run: () => field.current?.focus() },
		{ key: "f", label: "Filter", run: () => setOpen(true) },
	]);
	const chips = chipsOf(query);
	return (
		<header class="filter-bar">
			<div class="filter-line">
				<SearchField
					field={field}
					value={filter.number ?? filter.where ?? filter.text ?? ""}
				/>
				<button
					type="button"
					aria-haspopup="dialog"
					onClick={() => setOpen(true)}
				>
					Filter <kbd aria-hidden="true">f</kbd>
				</button>
			</div>
			<div class="filter-line">
				<div class="segments" role="group" aria-label="States">
					{STATES.map((state) => (
						<button
							key={state}
							type="button"
							aria-pressed={filter.state?.includes(state) === true}
							onClick={() => toggle("state", state)}
						>
							{state}
						</button>
					))}
				</div>
				<span class="faint list-count">{sizeOf(list)}</span>
			</div>
			{chips.length > 0 && (
				<ul class="chips" aria-label="Filters">
					{chips.map(({ name, title, value }) => (
						<li key={`${name} ${value}`} class="chip">
							<span>
								{title} <b>{showHidden(value)}</b>
							</span>
							<button
								type="button"
								class="plain"
								aria-label={`Remove the filter ${title} ${showHidden(value)}`}
								onClick={() =>
									setQuery({
										[name]: query.getAll(name).filter((one) => one !== value),
									})
								}
							>
								✕
							</button>
						</li>
					))}
					<li>
						<button type="button" class="plain" onClick={clearFilters}>
							Clear all
						</button>
					</li>
				</ul>
			)}
			{isOpen && <FilterDialog query={query} onClose={() => setOpen(false)} />}
		</header>
	);
}

// --- helpers ---

function SearchField({
	field,
	value,
}: {
	readonly field: { current: HTMLInputElement | null };
	readonly value: string;
}) {
	const [typed, setTyped] = useState(value);
	useEffect(() => setTyped(value), [value]);
	return (
		<form
			class="search"
			role="search"
			onSubmit={(event) => {
				event.preventDefault();
				search(typed);
				field.current?.blur();
			}}
		>
			<input
				ref={field}
				type="search"
				aria-label="Search: text, a number, an id, or an expression"
				placeholder="Text, number, id, or status = &quot;failed&quot;"
				autoComplete="off"
				spellcheck={false}
				value={typed}
				onInput={({ currentTarget }) => setTyped(currentTarget.value)}
				onKeyDown={(event) => {
					if (event.key === "Escape") field.current?.blur();
				}}
			/>
		</form>
	);
}

/** The filters that are on, but the states, whose buttons show it. */
function chipsOf(query: URLSearchParams) {
	return FILTERS.filter(({ name }) => name !== "state").flatMap(
		({ name, title }) =>
			query
				.getAll(name)
				.filter((value) => value !== "")
				.map((value) => ({ name, title, value })),
	);
}

function sizeOf({ rows, isComplete, isLoading }: Rows): string {
	if (rows.length === 0) return "";
	const size = count(rows.length, "delivery", "deliveries");
	if (isComplete) return size;
	return isLoading ? `${size}, loading…` : `the newest ${size}`;
}
