/** A text as one word of a POSIX shell. */
export function quote(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Prints the names of the devices on this computer, a line each. */
export const LIST_DEVICES =
	`docker ps --all --filter label=io.holdfast.dind ` +
	`--format '{{.Label "io.holdfast.dind"}}' 2>/dev/null | sort -u`;
