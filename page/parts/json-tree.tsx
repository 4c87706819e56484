import { showHidden } from "../../src/observe/plain-text.ts";

/** A JSON value as a tree, whose parts open and close. */
export function JsonTree({
	value,
	label,
}: {
	readonly value: unknown;
	readonly label: string;
}) {
	return (
		<section class="json-tree" aria-label={label}>
			<Value value={value} depth={0} />
		</section>
	);
}

// --- helpers ---

/** Deeper parts are closed at first. */
const OPEN_DEPTH = 3;
/** Entries of a list or an object that are drawn. */
const DRAWN_MAX = 500;

function Value({
	name,
	value,
	depth,
}: {
	readonly name?: string;
	readonly value: unknown;
	readonly depth: number;
}) {
	if (typeof value !== "object" || value === null) {
		return (
			<div class="json-leaf">
				<Name name={name} />
				<Leaf value={value} />
			</div>
		);
	}
	const entries = Object.entries(value);
	const isList = Array.isArray(value);
	if (entries.length === 0) {
		return (
			<div class="json-leaf">
				<Name name={name} />
				<span class="faint">{isList ? "[ ]" : "{ }"}</span>
			</div>
		);
	}
	const children = entries
		.slice(0, DRAWN_MAX)
		.map(([key, one]) => (
			<Value key={key} name={key} value={one} depth={depth + 1} />
		));
	const rest = entries.length - DRAWN_MAX;
	const more = rest > 0 && <div class="faint">and {rest} more: see Raw</div>;
	if (name === undefined) {
		return (
			<div class="json-root">
				{children}
				{more}
			</div>
		);
	}
	return (
		<details class="json-branch" open={depth < OPEN_DEPTH}>
			<summary>
				<Name name={name} />
				<span class="faint">
					{isList ? `list of ${entries.length}` : `${entries.length} fields`}
				</span>
			</summary>
			{children}
			{more}
		</details>
	);
}

function Name({ name }: { readonly name: string | undefined }) {
	return name === undefined ? null : (
		<span class="json-name">{showHidden(name)}</span>
	);
}

function Leaf({ value }: { readonly value: unknown }) {
	if (typeof value === "string")
		return <span class="json-text">{showHidden(value)}</span>;
	return <span class="json-value">{JSON.stringify(value) ?? "absent"}</span>;
}
