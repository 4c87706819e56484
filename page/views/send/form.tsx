import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { showHidden } from "../../../src/observe/plain-text.ts";
import {
	type Field,
	type Fields,
	fieldsOf,
	firstValue,
	hintOf,
	recordOf,
	type Schema,
	toNumber,
} from "./fields.ts";
import { Prose } from "./prose.tsx";

/** Changes a value at a path. Undefined takes the field away. */
export type OnChange = (path: readonly string[], value: unknown) => void;

interface ObjectProps {
	readonly schema: Schema;
	readonly value: Fields;
	readonly path: readonly string[];
	readonly onChange: OnChange;
}

/** The fields of an object, and a menu that adds others. */
export function ObjectForm({ schema, value, path, onChange }: ObjectProps) {
	const { present, absent } = fieldsOf(schema, value, path);
	const properties = recordOf(schema.properties);
	const add = (name: string): void =>
		onChange([...path, name], firstValue(recordOf(properties[name])));
	return (
		<div class="send-fields">
			{present.map((field) => (
				<FieldRow key={field.name} field={field} onChange={onChange} />
			))}
			{absent.length > 0 && (
				<select
					class="send-add"
					aria-label={`Add a field${path.length > 0 ? ` to ${path.join(".")}` : ""}`}
					value=""
					onChange={({ currentTarget }) => {
						if (currentTarget.value !== "") add(currentTarget.value);
						currentTarget.value = "";
					}}
				>
					<option value="">Add a field …</option>
					{absent.map((name) => (
						<option key={name} value={name}>
							{showHidden(name)}
						</option>
					))}
				</select>
			)}
		</div>
	);
}

// --- helpers ---

interface FieldProps {
	readonly field: Field;
	readonly onChange: OnChange;
}

function FieldRow({ field, onChange }: FieldProps) {
	const id = useId();
	const { name, path, schema, isRequired, control, value } = field;
	const description = `${schema.description ?? ""}`;
	const label = showHidden(name);
	const remove = !isRequired && (
		<button
			type="button"
			class="plain"
			aria-label={`Leave out ${path.join(".")}`}
			title="Leave it out"
			onClick={() => onChange(path, undefined)}
		>
			✕
		</button>
	);
	if (control === "object")
		return (
			<fieldset class="send-object">
				<legend>
					{label}
					{remove}
				</legend>
				{description !== "" && <Prose text={description} />}
				<ObjectForm
					schema={schema}
					value={recordOf(value)}
					path={path}
					onChange={onChange}
				/>
			</fieldset>
		);
	const hint = [hintOf(schema), description].filter(Boolean).join(". ");
	return (
		<div class="send-field">
			<label for={id} title={hint}>
				{label}
				{isRequired && (
					<span class="faint" title="required">
						{" "}
						*<span class="hidden"> required</span>
					</span>
				)}
			</label>
			<Input id={id} field={field} hint={hint} onChange={onChange} />
			{remove === false ? <span /> : remove}
		</div>
	);
}

interface InputProps extends FieldProps {
	readonly id: string;
	readonly hint: string;
}

function Input({ id, field, hint, onChange }: InputProps) {
	const { path, value, control, values } = field;
	const set = (next: unknown): void => onChange(path, next);
	switch (control) {
		case "boolean":
			return (
				<Choice
					{...{ id, hint, set, value, values: [true, false], isOpen: false }}
				/>
			);
		case "choice":
			return <Choice {...{ id, hint, set, value, values, isOpen: false }} />;
		case "known":
			return <Choice {...{ id, hint, set, value, values, isOpen: true }} />;
		case "json":
			return <JsonInput {...{ id, hint, set, value }} />;
		case "number":
			return (
				<input
					id={id}
					title={hint}
					class="mono"
					inputMode="decimal"
					autocomplete="off"
					value={textOf(value)}
					onInput={({ currentTarget }) => set(toNumber(currentTarget.value))}
				/>
			);
		default:
			return (
				<input
					id={id}
					title={hint}
					class="mono"
					autocomplete="off"
					spellcheck={false}
					value={textOf(value)}
					onInput={({ currentTarget }) => set(currentTarget.value)}
				/>
			);
	}
}

interface ValueProps {
	readonly id: string;
	readonly hint: string;
	readonly value: unknown;
	set(value: unknown): void;
}

const OTHER = "\u0000other";

/** A choice of values. An open one also takes any other text. */
function Choice({
	id,
	hint,
	value,
	values,
	isOpen,
	set,
}: ValueProps & {
	readonly values: readonly unknown[];
	readonly isOpen: boolean;
}) {
	const isOther = useSignal(false);
	const at = values.indexOf(value);
	if (isOther.value)
		return (
			<input
				id={id}
				title={hint}
				class="mono"
				autocomplete="off"
				value={textOf(value)}
				onInput={({ currentTarget }) => set(currentTarget.value)}
			/>
		);
	return (
		<select
			id={id}
			title={hint}
			value={at === -1 ? "" : String(at)}
			onChange={({ currentTarget }) => {
				if (currentTarget.value === OTHER) isOther.value = true;
				else if (currentTarget.value !== "")
					set(values[Number(currentTarget.value)]);
			}}
		>
			{at === -1 && <option value="">{showHidden(textOf(value))}</option>}
			{values.map((one, index) => (
				<option key={String(one)} value={String(index)}>
					{showHidden(String(one))}
				</option>
			))}
			{isOpen && <option value={OTHER}>another value …</option>}
		</select>
	);
}

/** JSON text. It changes the value when it can be read. */
function JsonInput({ id, hint, value, set }: ValueProps) {
	const text = useSignal(JSON.stringify(value ?? null, null, 2));
	const isWrong = useSignal(false);
	useEffect(() => {
		if (!isSame(text.peek(), value))
			text.value = JSON.stringify(value ?? null, null, 2);
	}, [value]);
	return (
		<textarea
			id={id}
			title={hint}
			class="mono"
			rows={Math.min(12, text.value.split("\n").length)}
			spellcheck={false}
			aria-invalid={isWrong.value}
			value={text.value}
			onInput={({ currentTarget }) => {
				text.value = currentTarget.value;
				try {
					set(JSON.parse(currentTarget.value));
					isWrong.value = false;
				} catch {
					isWrong.value = true;
				}
			}}
		/>
	);
}

function isSame(text: string, value: unknown): boolean {
	try {
		return JSON.stringify(JSON.parse(text)) === JSON.stringify(value ?? null);
	} catch {
		return false;
	}
}

function textOf(value: unknown): string {
	if (value === undefined || value === null) return "";
	return typeof value === "string" ? value : JSON.stringify(value);
}
