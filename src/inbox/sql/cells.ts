import type { Cells } from "../port/history.ts";

/**
 * Packs the numbers of a row of the history: for each slot its distance from the one before, then its value, both in LEB128. Most
 * of them take one byte, and a row takes some 20.
 */
export function packCells(cells: Cells): Uint8Array {
	const bytes: number[] = [];
	let last = 0;
	for (let at = 0; at < cells.length; at += 2) {
		const slot = cells[at] as number;
		append(bytes, slot - last);
		append(bytes, Math.round(cells[at + 1] as number));
		last = slot;
	}
	return Uint8Array.from(bytes);
}

/** Reads packed numbers. */
export function unpackCells(bytes: Uint8Array): Cells {
	const cells: number[] = [];
	let isSlot = true;
	let slot = 0;
	let number = 0;
	let factor = 1;
	for (const byte of bytes) {
		// Not shifts, which have 32 bits: an age in milliseconds may have more.
		number += (byte & 0x7f) * factor;
		factor *= 0x80;
		if (byte >= 0x80) continue;
		if (isSlot) slot += number;
		cells.push(isSlot ? slot : number);
		isSlot = !isSlot;
		number = 0;
		factor = 1;
	}
	return cells;
}

// --- helpers ---

function append(bytes: number[], number: number): void {
	let rest = number;
	while (rest >= 0x80) {
		bytes.push((rest % 0x80) + 0x80);
		rest = Math.floor(rest / 0x80);
	}
	bytes.push(rest);
}
