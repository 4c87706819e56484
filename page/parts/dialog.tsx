import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
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
	useEffect(() => {
		const before = document.activeElement as HTMLElement | null;
		element.current?.showModal();
		return () => before?.focus({ preventScroll: true });
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
