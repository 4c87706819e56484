import { crc32, deflateSync, inflateSync } from "node:zlib";

/**
 * Writes a PNG again with a palette of 256 colours, which makes a picture of text a third as large. Takes what Chromium
 * writes: 8 bits, RGBA, not interlaced (PNG specification, third edition).
 */
export function toPalette(png: Buffer): Buffer {
	const width = png.readUInt32BE(16);
	const height = png.readUInt32BE(20);
	const pixels = readPixels(png, width, height);
	const counts = new Map<number, number>();
	for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
	const palette = [...counts]
		.sort(([, a], [, b]) => b - a)
		.slice(0, 256)
		.map(([color]) => color);
	const indexes = new Map(
		[...counts.keys()].map((color) => [color, nearest(color, palette)]),
	);
	const rows = Buffer.alloc((width + 1) * height);
	pixels.forEach((pixel, at) => {
		const row = Math.floor(at / width);
		rows[row * (width + 1) + 1 + (at % width)] = indexes.get(pixel) ?? 0;
	});
	const header = Buffer.from(png.subarray(16, 29));
	header[9] = 3;
	return Buffer.concat([
		png.subarray(0, 8),
		chunk("IHDR", header),
		chunk("PLTE", Buffer.from(palette.flatMap((c) => bytesOf(c).slice(0, 3)))),
		chunk("tRNS", Buffer.from(palette.map((c) => bytesOf(c)[3] ?? 255))),
		chunk("IDAT", deflateSync(rows, { level: 9 })),
		chunk("IEND", Buffer.alloc(0)),
	]);
}

// --- helpers ---

const BYTES = 4;

/** Undoes the filter of each row (section 9 of the specification). */
function readPixels(png: Buffer, width: number, height: number): Uint32Array {
	const data = inflateSync(Buffer.concat(chunksOf(png, "IDAT")));
	const length = width * BYTES;
	const out = Buffer.alloc(length * height);
	for (let row = 0; row < height; row += 1) {
		const filter = data[row * (length + 1)];
		for (let at = 0; at < length; at += 1) {
			const here = row * length + at;
			const left = at < BYTES ? 0 : (out[here - BYTES] ?? 0);
			const above = row === 0 ? 0 : (out[here - length] ?? 0);
			const corner =
				at < BYTES || row === 0 ? 0 : (out[here - length - BYTES] ?? 0);
			const guess = [
				0,
				left,
				above,
				(left + above) >> 1,
				paeth(left, above, corner),
			][filter ?? 0];
			out[here] = (data[row * (length + 1) + 1 + at] ?? 0) + (guess ?? 0);
		}
	}
	return Uint32Array.from({ length: width * height }, (_, at) =>
		out.readUInt32BE(at * BYTES),
	);
}

function paeth(left: number, above: number, corner: number): number {
	const guess = left + above - corner;
	const [a, b, c] = [left, above, corner].map((one) => Math.abs(guess - one));
	if (a === undefined || b === undefined || c === undefined) return 0;
	if (a <= b && a <= c) return left;
	return b <= c ? above : corner;
}

function chunksOf(png: Buffer, wanted: string): Buffer[] {
	const found: Buffer[] = [];
	for (let at = 8; at < png.length; ) {
		const length = png.readUInt32BE(at);
		const type = png.toString("latin1", at + 4, at + 8);
		if (type === wanted) found.push(png.subarray(at + 8, at + 8 + length));
		at += length + 12;
	}
	return found;
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(data.length);
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE(crc32(body));
	return Buffer.concat([length, body, sum]);
}

function bytesOf(color: number): number[] {
	return [color >>> 24, (color >>> 16) & 255, (color >>> 8) & 255, color & 255];
}

function nearest(color: number, palette: readonly number[]): number {
	const own = bytesOf(color);
	let best = 0;
	let least = Number.POSITIVE_INFINITY;
	palette.forEach((candidate, index) => {
		const other = bytesOf(candidate);
		const far = own.reduce(
			(sum, value, at) => sum + (value - (other[at] ?? 0)) ** 2,
			0,
		);
		if (far < least) [best, least] = [index, far];
	});
	return best;
}
