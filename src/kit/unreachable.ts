/** Ends a chain of cases: a case that was forgotten fails to compile here. */
export function unreachable(value: never): never {
	throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
