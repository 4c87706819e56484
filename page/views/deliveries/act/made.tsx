import { showHiddenInLines } from "../../../../src/observe/plain-text.ts";
import { call } from "../../../api/client.ts";
import { Dialog } from "../../../parts/dialog.tsx";
import { ProblemBox } from "../../../parts/messages.tsx";
import { useLoaded } from "../../../state/load.ts";
import { notify, notifyError } from "../../../state/notices.ts";

/** Shows what was made of deliveries, a test or commands of curl, to be copied or saved. */
export function MadeDialog({
	kind,
	ids,
	isRevealed,
	onClose,
}: {
	readonly kind: "test" | "curl";
	readonly ids: readonly string[];
	readonly isRevealed: boolean;
	onClose(): void;
}) {
	const { value, problem } = useLoaded(`${kind} ${ids.join(" ")}`, (signal) =>
		kind === "test"
			? makeTests(ids, signal)
			: makeCurls(ids, isRevealed, signal),
	);
	return (
		<Dialog
			size="wide"
			title={kind === "test" ? "Save as a test" : "Copy as curl"}
			onClose={onClose}
		>
			{problem !== undefined && <ProblemBox problem={problem} />}
			{value !== undefined && (
				<>
					<pre class="made">{showHiddenInLines(value.text)}</pre>
					{value.notes.map((note) => (
						<p key={note} class="faint">
							{showHiddenInLines(note)}
						</p>
					))}
					<div class="row">
						<button
							type="button"
							class={kind === "curl" ? "primary" : ""}
							onClick={() => void copy(value.text, onClose)}
						>
							Copy
						</button>
						<button
							type="button"
							class={kind === "test" ? "primary" : ""}
							onClick={() => {
								save(value);
								onClose();
							}}
						>
							Save {value.name}
						</button>
					</div>
				</>
			)}
		</Dialog>
	);
}

// --- helpers ---

interface Made {
	/** The name of the file. */
	readonly name: string;
	readonly text: string;
	readonly notes: readonly string[];
}

async function makeTests(
	ids: readonly string[],
	signal: AbortSignal,
): Promise<Made> {
	const texts: string[] = [];
	const kept = new Set<string>();
	let name = "tests.yaml";
	for (const id of ids) {
		const made = await call("saveDeliveryAsTest", { params: { id }, signal });
		// Each file is a list of one test under the same key.
		texts.push(
			texts.length === 0 ? made.yaml : made.yaml.replace(/^tests:\n/, ""),
		);
		for (const field of made.kept) kept.add(field);
		if (ids.length === 1) name = made.name;
	}
	return {
		name,
		text: texts.join(""),
		notes: [
			"Stand-ins replace personal data. Put the file into tests/, and run `switchhook test`.",
			...(kept.size === 0
				? []
				: [
						`Not replaced, because the choice of the route depends on it: ${[...kept].join(", ")}.`,
					]),
		],
	};
}

async function makeCurls(
	ids: readonly string[],
	isRevealed: boolean,
	signal: AbortSignal,
): Promise<Made> {
	const commands: string[] = [];
	const notes = new Set<string>();
	for (const id of ids) {
		const made = await call("copyDeliveryAsCurl", {
			params: { id },
			query: { reveal: isRevealed },
			signal,
		});
		commands.push(made.command);
		for (const note of made.notes) notes.add(note);
	}
	return {
		name: "deliveries.sh",
		text: `${commands.join("\n\n")}\n`,
		notes: [...notes],
	};
}

async function copy(text: string, onClose: () => void): Promise<void> {
	try {
		await navigator.clipboard.writeText(text);
		notify("Copied.");
		onClose();
	} catch (error) {
		notifyError(error);
	}
}

function save({ name, text }: Made): void {
	const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
	const link = document.createElement("a");
	link.href = url;
	link.download = name;
	link.click();
	URL.revokeObjectURL(url);
}
