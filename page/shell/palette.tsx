import { useId, useState } from "preact/hooks";
import { call } from "../api/client.ts";
import { Dialog } from "../parts/dialog.tsx";
import { type Command, commands } from "../state/commands.ts";
import { useLoaded } from "../state/load.ts";
import { go, hrefOf } from "../state/location.ts";
import { VIEWS } from "../views/index.ts";

/** Finds views, actions, routes, and deliveries by their ids. */
export function Palette({ onClose }: { onClose(): void }) {
	const [text, setText] = useState("");
	const [active, setActive] = useState(0);
	const list = useId();
	const routes = useLoaded("routes", (signal) =>
		call("listRoutes", { signal }),
	);
	const found = find(text, [
		...commands.value.flatMap((read) => read()),
		...VIEWS.map(
			({ name, title }): Command => ({
				name: title,
				hint: "view",
				run: () => go(`/${name}`),
			}),
		),
		...namesOf(routes.value).map(
			(name): Command => ({
				name,
				hint: "route",
				run: () => go(hrefOf(["routes", name])),
			}),
		),
	]);
	const run = (command: Command | undefined): void => {
		if (command === undefined) return;
		onClose();
		command.run();
	};
	return (
		<Dialog title="Find" onClose={onClose}>
			<input
				class="palette-field"
				type="text"
				role="combobox"
				aria-label="A view, a route, an action, or the id of a delivery"
				aria-expanded="true"
				aria-controls={list}
				aria-activedescendant={
					found.length > 0 ? `${list}-${active}` : undefined
				}
				autoComplete="off"
				spellcheck={false}
				placeholder="A view, a route, an action, or the id of a delivery"
				value={text}
				onInput={({ currentTarget }) => {
					setText(currentTarget.value);
					setActive(0);
				}}
				onKeyDown={(event) => {
					const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
					if (step !== undefined) {
						event.preventDefault();
						setActive(
							(active + step + found.length) % Math.max(1, found.length),
						);
					} else if (event.key === "Enter") run(found[active]);
				}}
			/>
			<div id={list} class="palette-list" role="listbox" aria-label="Found">
				{found.map((command, at) => (
					<div
						key={`${command.hint} ${command.name}`}
						id={`${list}-${at}`}
						role="option"
						tabIndex={-1}
						aria-selected={at === active}
						onMouseMove={() => setActive(at)}
						onClick={() => run(command)}
						onKeyDown={({ key }) => key === "Enter" && run(command)}
					>
						<span>{command.name}</span>
						<span class="faint">{command.hint}</span>
					</div>
				))}
			</div>
			{found.length === 0 && <p class="faint">Nothing has this name.</p>}
		</Dialog>
	);
}

// --- helpers ---

const SHOWN_MAX = 12;

function namesOf(
	tree: Awaited<ReturnType<typeof call<"listRoutes">>> | undefined,
): readonly string[] {
	return (tree?.paths ?? []).flatMap(({ kinds }) =>
		kinds.flatMap(({ levels }) =>
			levels.flatMap(({ routes }) => routes.map(({ name }) => name)),
		),
	);
}

/** Names that begin with the text come first, then those that contain it. An id of a delivery opens it. */
function find(text: string, all: readonly Command[]): readonly Command[] {
	const wanted = text.trim().toLowerCase();
	const rank = ({ name }: Command): number =>
		name.toLowerCase().indexOf(wanted);
	const fits = all
		.filter((command) => rank(command) !== -1)
		.toSorted((a, b) => Math.min(1, rank(a)) - Math.min(1, rank(b)))
		.slice(0, SHOWN_MAX);
	if (!/^[0-9a-f-]{8,36}$/.test(wanted)) return fits;
	return [
		{
			name: wanted,
			hint: "delivery",
			run: () => go(hrefOf(["deliveries", wanted])),
		},
		...fits,
	];
}
