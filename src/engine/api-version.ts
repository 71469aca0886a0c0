/** What we write our requests for: Docker Engine 20.10. */
const spoken = '1.41';

export interface EngineVersions {
	/** Newest the engine speaks. */
	readonly ApiVersion?: string | undefined;
	/** Oldest it still speaks. */
	readonly MinAPIVersion?: string | undefined;
}

/**
 * The API version to ask an engine in: 1.41, or the one next to it that the engine speaks.
 * @returns as it stands in a request's path: `v1.41`
 */
export function chooseApiVersion({ ApiVersion, MinAPIVersion }: EngineVersions): string {
	if (MinAPIVersion !== undefined && compare(MinAPIVersion, spoken) > 0) return `v${MinAPIVersion}`;
	if (ApiVersion !== undefined && compare(ApiVersion, spoken) < 0) return `v${ApiVersion}`;
	return `v${spoken}`;
}

function compare(a: string, b: string): number {
	const [majorA = 0, minorA = 0] = a.split('.').map(Number);
	const [majorB = 0, minorB = 0] = b.split('.').map(Number);
	return majorA - majorB || minorA - minorB;
}
