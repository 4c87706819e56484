/** Sets a field as an own one, whatever its name: a plain assignment to `__proto__` would change the object instead. */
export function defineField(
	fields: object,
	name: string,
	value: unknown,
): void {
	Object.defineProperty(fields, name, {
		value,
		enumerable: true,
		writable: true,
		configurable: true,
	});
}
