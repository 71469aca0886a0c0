/** The list in the order of a text that each of its entries has; most lists are too short to need one. */
export function inOrderOf<T>(list: readonly T[], textOf: (entry: T) => string): readonly T[] {
	if (list.length < 2) return list;
	return list.toSorted((one, other) => {
		const [before, after] = [textOf(one), textOf(other)];
		if (before === after) return 0;
		return before < after ? -1 : 1;
	});
}

/** A list of texts in order. */
export function sorted(list: readonly string[]): readonly string[] {
	return list.length < 2 ? list : list.toSorted();
}
