import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useKeys } from "../state/keys.ts";

export interface DialogProps {
	readonly title: string;
	readonly children: ComponentChildren;
	onClose(): void;
	/** `wide` for content that needs the room. */
	readonly size?: "normal" | "wide";
}

/** A modal dialog: it takes the focus and gives it back, and Escape closes it. */
export function Dialog({ title, children, onClose, size }: DialogProps) {
	const element = useRef<HTMLDialogElement>(null);
	const id = useId();
	useKeys(`Dialog: ${title}`, [
		{ key: "Escape", label: "Close", inFields: true, run: onClose },
	]);
	// Closed before it is taken out, it gives the focus back by itself and at once (HTML standard, section 4.11.4). An effect would do so
	// when somebody types elsewhere already.
	useLayoutEffect(() => {
		const dialog = element.current;
		dialog?.showModal();
		return () => dialog?.close();
	}, []);
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: Escape does what a click beside the dialog does
		<dialog
			ref={element}
			class={`dialog ${size ?? ""}`}
			aria-labelledby={id}
			onCancel={(event) => {
				event.preventDefault();
				onClose();
			}}
			onClick={(event) => {
				if (event.target === element.current) onClose();
			}}
		>
			<div class="dialog-body">
				<header class="dialog-head">
					<h2 id={id}>{title}</h2>
					<button
						type="button"
						class="plain"
						aria-label="Close"
						onClick={onClose}
					>
						✕
					</button>
				</header>
				{children}
			</div>
		</dialog>
	);
}

/** The buttons at the end of a form in a dialog: what it does, and Cancel. */
export function DialogButtons({
	children,
	isReady = true,
	isDangerous = false,
	onClose,
}: {
	/** The name of what it does. */
	readonly children: ComponentChildren;
	readonly isReady?: boolean;
	readonly isDangerous?: boolean;
	onClose(): void;
}) {
	return (
		<div class="row">
			<button
				type="submit"
				class={isDangerous ? "danger" : "primary"}
				disabled={!isReady}
			>
				{children}
			</button>
			<button type="button" onClick={onClose}>
				Cancel
			</button>
		</div>
	);
}
