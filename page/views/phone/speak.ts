import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { JournalEntry } from "../../../src/phone/journal.ts";

/** Whether the browser speaks what a leg hears. */
export const isSpoken = signal(false);

/** True if this browser has a voice. */
export const canSpeak = typeof speechSynthesis !== "undefined";

/** Speaks each new text of a call, and stops where it is cut. */
export function useSpeech(entries: readonly JournalEntry[]): void {
	const spoken = useRef(0);
	useEffect(() => {
		if (!canSpeak) return;
		for (const entry of entries) {
			if (entry.what !== "heard" || entry.by !== "talk") continue;
			if (entry.end === "cut" && entry.id === spoken.current)
				speechSynthesis.cancel();
			if (entry.id <= spoken.current || entry.end !== undefined) continue;
			spoken.current = entry.id;
			if (!isSpoken.value) continue;
			const words = new SpeechSynthesisUtterance(entry.text);
			if (entry.language !== undefined) words.lang = entry.language;
			speechSynthesis.speak(words);
		}
	}, [entries]);
	useEffect(() => () => (canSpeak ? speechSynthesis.cancel() : undefined), []);
}
