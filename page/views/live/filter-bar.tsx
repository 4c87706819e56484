import { useEffect, useState } from "preact/hooks";
import { LEVELS } from "../../parts/level.tsx";
import { formatMs } from "../../parts/time.tsx";
import { setQuery } from "../../state/location.ts";
import type { FlatRoute } from "../../state/routes.ts";
import {
	CHOSEN,
	type ChosenField,
	clearFilter,
	DURATIONS,
	dotted,
	isEmpty,
	type LiveFilter,
	OUTCOMES,
} from "./filters.ts";

/** The filters. Each change is an address of its own, so Back undoes it. */
export function FilterBar({
	filter,
	routes,
}: {
	readonly filter: LiveFilter;
	readonly routes: readonly FlatRoute[];
}) {
	const values: Readonly<Record<ChosenField, readonly string[]>> = {
		route: routes.map(({ route }) => route.name),
		kind: [...new Set(routes.map(({ route }) => route.kind))],
		level: [...LEVELS],
		outcome: OUTCOMES,
	};
	return (
		<form
			class="live-filters"
			role="search"
			aria-label="Filter the webhooks"
			onSubmit={(event) => event.preventDefault()}
		>
			{CHOSEN.map((field) => (
				<Choice
					key={field}
					field={field}
					chosen={filter[field]}
					values={values[field]}
				/>
			))}
			<NumberField number={filter.number} />
			<select
				aria-label="milliseconds"
				class={filter.minMs === "" ? "" : "chosen"}
				value={filter.minMs}
				onChange={({ currentTarget }) =>
					setQuery({ minMs: currentTarget.value })
				}
			>
				<option value="">any time</option>
				{DURATIONS.map((ms) => (
					<option key={ms} value={ms}>
						{formatMs(ms)} or more
					</option>
				))}
			</select>
			{!isEmpty(filter) && (
				<button type="button" class="plain" onClick={() => clearFilter()}>
					Clear
				</button>
			)}
		</form>
	);
}

// --- helpers ---

function Choice({
	field,
	chosen,
	values,
}: {
	readonly field: ChosenField;
	readonly chosen: readonly string[];
	readonly values: readonly string[];
}) {
	const [first = "", ...others] = chosen;
	// An address can have several values, and one that is gone.
	const own = others.length > 0 || (first !== "" && !values.includes(first));
	return (
		<select
			aria-label={field}
			class={first === "" ? "" : "chosen"}
			value={own ? chosen.join(", ") : first}
			onChange={({ currentTarget }) =>
				setQuery({ [field]: currentTarget.value })
			}
		>
			<option value="">any {field}</option>
			{own && <option value={chosen.join(", ")}>{chosen.join(", ")}</option>}
			{values.map((value) => (
				<option key={value} value={value}>
					{value}
				</option>
			))}
		</select>
	);
}

/** Filters when it is complete, because each filter opens a stream of its own. */
function NumberField({ number }: { readonly number: string }) {
	const [text, setText] = useState(dotted(number));
	useEffect(() => setText(dotted(number)), [number]);
	const apply = (value: string): void => {
		if (value !== dotted(number)) setQuery({ number: value.trim() });
	};
	return (
		<input
			type="search"
			class={`number-field ${number === "" ? "" : "chosen"}`}
			aria-label="number"
			placeholder="number"
			autoComplete="off"
			spellcheck={false}
			value={text}
			onInput={({ currentTarget }) => {
				setText(currentTarget.value);
				if (currentTarget.value === "") apply("");
			}}
			onChange={({ currentTarget }) => apply(currentTarget.value)}
			onKeyDown={({ key, currentTarget }) => {
				if (key === "Enter") apply(currentTarget.value);
				if (key === "Escape") currentTarget.blur();
			}}
		/>
	);
}
