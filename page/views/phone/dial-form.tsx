import { useId } from "preact/hooks";
import { APPLICATION_NUMBER } from "../../../src/phone/numbers.ts";
import type { Dialable } from "../../../src/phone/switchboard.ts";

/** The numbers of the two parties, and the route whose answer URL the number has. */
export interface Numbers {
	readonly from: string;
	/** Empty for the first number that a route names. */
	readonly to: string;
	/** A route. Empty for the first that is for the number. */
	readonly answer: string;
}

/** Dials a number. */
export function DialForm({
	dialable,
	value,
	isChat,
	hasCall,
	onChange,
	onDial,
}: {
	readonly dialable: readonly Dialable[];
	readonly value: Numbers;
	readonly isChat: boolean;
	/** True while somebody calls, so that the next call is another caller. */
	readonly hasCall: boolean;
	onChange(value: Numbers): void;
	onDial(): void;
}) {
	const list = useId();
	const known = [...new Set(dialable.flatMap(({ numbers }) => numbers))];
	const answers = dialable.filter(({ kind }) => kind === "voice.answer");
	const paths = new Set(answers.map(({ path }) => path));
	return (
		<form
			class="dial-form"
			onSubmit={(event) => {
				event.preventDefault();
				onDial();
			}}
		>
			<label>
				From
				<input
					type="tel"
					required
					value={value.from}
					onInput={({ currentTarget }) =>
						onChange({ ...value, from: currentTarget.value })
					}
				/>
			</label>
			<label>
				To
				<input
					type="tel"
					list={list}
					placeholder={known[0] ?? APPLICATION_NUMBER}
					value={value.to}
					onInput={({ currentTarget }) =>
						onChange({ ...value, to: currentTarget.value })
					}
				/>
				<datalist id={list}>
					{known.map((number) => (
						<option key={number} value={number} />
					))}
				</datalist>
			</label>
			{!isChat && paths.size > 1 && (
				<label>
					Answer URL
					<select
						value={value.answer}
						onChange={({ currentTarget }) =>
							onChange({ ...value, answer: currentTarget.value })
						}
					>
						<option value="">of the number</option>
						{answers.map(({ route, path }) => (
							<option key={route} value={route}>
								{route} {path}
							</option>
						))}
					</select>
				</label>
			)}
			{!isChat && (
				<button
					type="submit"
					class={hasCall ? "" : "primary"}
					disabled={answers.length === 0}
				>
					{hasCall ? "Another caller" : "Call"}
				</button>
			)}
		</form>
	);
}
