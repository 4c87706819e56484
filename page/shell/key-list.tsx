import { Dialog } from "../parts/dialog.tsx";
import { type Shortcut, shortcuts } from "../state/keys.ts";

/** All keys that work now. */
export function KeyList({ onClose }: { onClose(): void }) {
	const groups = shortcuts.value.filter(
		({ title }) => !title.startsWith("Dialog"),
	);
	return (
		<Dialog title="Keys" onClose={onClose}>
			{groups.toReversed().map(({ title, keys }) => (
				<section key={title}>
					<h3>{title}</h3>
					<dl class="keys">
						{keys.map((shortcut) => (
							<div key={shortcut.key}>
								<dt>
									<Keys shortcut={shortcut} />
								</dt>
								<dd>{shortcut.label}</dd>
							</div>
						))}
					</dl>
				</section>
			))}
		</Dialog>
	);
}

// --- helpers ---

function Keys({ shortcut: { key } }: { readonly shortcut: Shortcut }) {
	return (
		<>
			{key.split(/[ +]/).map((part) => (
				<kbd key={part}>{part === "mod" ? "Ctrl or ⌘" : part}</kbd>
			))}
		</>
	);
}
