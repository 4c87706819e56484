import { useState } from "preact/hooks";
import { call } from "../../api/client.ts";
import { canReveal } from "../../api/session.ts";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { LEVELS } from "../../parts/level.tsx";
import { useLoaded } from "../../state/load.ts";
import { setQuery } from "../../state/location.ts";
import { FILTERS, STATES } from "./filters.ts";

/** All filters as a form. */
export function FilterDialog({
	query,
	onClose,
}: {
	readonly query: URLSearchParams;
	onClose(): void;
}) {
	const { value } = useLoaded("routes", (signal) =>
		call("listRoutes", { signal }),
	);
	const kinds = (value?.paths ?? []).flatMap((path) => path.kinds);
	const routes = kinds.flatMap(({ levels }) =>
		levels.flatMap((level) => level.routes.map(({ name }) => name)),
	);
	const apply = (form: HTMLFormElement): void => {
		const data = new FormData(form);
		setQuery(
			Object.fromEntries(
				FILTERS.map(({ name }) => [name, data.getAll(name).map(String)]),
			),
		);
		onClose();
	};
	const first = (name: string): string => query.get(name) ?? "";
	return (
		<Dialog title="Filter" onClose={onClose}>
			<form
				class="form"
				onSubmit={(event) => {
					event.preventDefault();
					apply(event.currentTarget);
				}}
			>
				<fieldset class="checks">
					<legend>State</legend>
					{STATES.map((state) => (
						<label key={state}>
							<input
								type="checkbox"
								name="state"
								value={state}
								defaultChecked={query.getAll("state").includes(state)}
							/>{" "}
							{state}
						</label>
					))}
				</fieldset>
				<Choice
					name="route"
					title="Route"
					value={first("route")}
					options={[...new Set(routes)]}
				/>
				<Choice
					name="kind"
					title="Kind"
					value={first("kind")}
					options={[...new Set(kinds.map(({ kind }) => kind))]}
				/>
				<Choice
					name="level"
					title="Level"
					value={first("level")}
					options={LEVELS}
				/>
				<Field
					name="outcome"
					title="Outcome of the last attempt"
					value={first("outcome")}
					hint="delivered, failed, untried, or a code such as UPSTREAM_FAILED"
				/>
				<Field
					name="since"
					title="Received since"
					value={first("since")}
					hint="2h, 7d, or a time such as 2026-11-30T14:00:00Z"
				/>
				<Field
					name="until"
					title="Received before"
					value={first("until")}
					hint="written the same way"
				/>
				<Field
					name="number"
					title="Contains the number"
					value={first("number")}
					hint="international form, such as 447700900001"
				/>
				<Field
					name="key"
					title="Order key or dedupe key"
					value={first("key")}
					hint="or its only value"
				/>
				<Field
					name="text"
					title="Payload contains"
					value={first("text")}
					hint={
						canReveal.value
							? "in any case"
							: "your token has no scope reveal, so masked texts contain nothing"
					}
				/>
				<Field
					name="where"
					title="Expression"
					value={first("where")}
					hint={'payload.usage.price > 0.1 and status = "failed"'}
				/>
				<DialogButtons onClose={onClose}>Apply</DialogButtons>
			</form>
		</Dialog>
	);
}

// --- helpers ---

interface FieldProps {
	readonly name: string;
	readonly title: string;
	readonly value: string;
}

function Choice({
	name,
	title,
	value,
	options,
}: FieldProps & { readonly options: readonly string[] }) {
	// Kept here: a list that is drawn again behind the dialog must not take the choice back.
	const [chosen, setChosen] = useState(value);
	const all =
		value === "" || options.includes(value) ? options : [value, ...options];
	return (
		<label class="field">
			<span>{title}</span>
			<select
				name={name}
				value={chosen}
				onChange={({ currentTarget }) => setChosen(currentTarget.value)}
			>
				<option value="">any</option>
				{all.map((option) => (
					<option key={option} value={option}>
						{option}
					</option>
				))}
			</select>
		</label>
	);
}

function Field({
	name,
	title,
	value,
	hint,
}: FieldProps & { readonly hint: string }) {
	return (
		<label class="field">
			<span>{title}</span>
			<input
				type="text"
				name={name}
				defaultValue={value}
				autoComplete="off"
				spellcheck={false}
				placeholder={hint}
			/>
		</label>
	);
}
