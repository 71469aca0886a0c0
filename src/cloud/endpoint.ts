/**
 * Joins a base address and a path; slashes at the seam do not matter.
 * @param base - `apiEndpoint`, with or without a path of its own
 * @param path - `/device/v3/…`
 */
export function apiUrl(base: string, path: string): string {
	return `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
}

/**
 * The address of an OData read.
 * @param resource - `device`, `release`
 * @param query - OData options without their `$`: `select`, `filter`
 */
export function odataUrl(
	base: string,
	resource: string,
	query: Readonly<Record<string, string>>,
): string {
	const options = Object.entries(query).map(
		([name, value]) => `$${name}=${encodeURIComponent(value)}`,
	);
	return apiUrl(base, `/v7/${resource}?${options.join('&')}`);
}

/** A text as an OData literal; quotes in it are doubled. */
export function odataText(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
