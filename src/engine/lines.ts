/** @returns the parsed object; undefined for what is not a JSON object */
export function parseJsonObject(line: string): object | undefined {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
}
