/** A decimal number of any length, so an id of 20 digits is not rounded. */
export interface Decimal {
	readonly isNegative: boolean;
	/** Without leading zeros; empty below one. */
	readonly whole: string;
	/** Without trailing zeros. */
	readonly fraction: string;
}

/** Parses a decimal string, such as `-12.50`. Returns undefined for any other string. Runs in linear time. */
export function parseDecimal(text: string): Decimal | undefined {
	const [, sign, digits = "", decimals = "", exponent] =
		DECIMAL.exec(text) ?? [];
	if (sign === undefined) return undefined;
	const shift = exponent === undefined ? 0 : Number(exponent);
	const whole =
		shift >= 0
			? digits + decimals.slice(0, shift).padEnd(shift, "0")
			: digits.slice(0, Math.max(0, digits.length + shift));
	const fraction =
		shift >= 0
			? decimals.slice(shift)
			: digits.padStart(-shift, "0").slice(shift) + decimals;
	const decimal = {
		whole: whole.slice(leadingZeros(whole)),
		fraction: fraction.slice(0, lengthWithoutZeros(fraction)),
	};
	const isZero = decimal.whole === "" && decimal.fraction === "";
	return { ...decimal, isNegative: sign === "-" && !isZero };
}

/** Compares two decimals. Negative if the first is less, 0 if they are equal. */
export function compareDecimals(a: Decimal, b: Decimal): number {
	if (a.isNegative !== b.isNegative) return a.isNegative ? -1 : 1;
	const order =
		a.whole.length - b.whole.length ||
		compareTexts(a.whole, b.whole) ||
		// Digits behind the point compare as texts do.
		compareTexts(a.fraction, b.fraction);
	return a.isNegative ? -order : order;
}

// --- helpers ---

/** JavaScript writes very large and very small numbers with an exponent. No number has more than three digits in it. */
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d{1,3}))?$/;

function leadingZeros(digits: string): number {
	let count = 0;
	while (digits[count] === "0") count += 1;
	return count;
}

function lengthWithoutZeros(digits: string): number {
	let length = digits.length;
	while (digits[length - 1] === "0") length -= 1;
	return length;
}

function compareTexts(a: string, b: string): number {
	return a === b ? 0 : a < b ? -1 : 1;
}
