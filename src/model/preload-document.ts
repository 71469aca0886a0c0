/** What a preload (`apps.json`, contract 4.10) brings. */
export interface Preload {
	/** A device's part of a v3 target document, for {@link decodeTargetDevice} and the store. */
	readonly document: Readonly<Record<string, unknown>>;
	/** Stay on this release after provisioning; absent when the file does not ask for it. */
	readonly pin?:
		| { readonly appUuid: string; readonly appId: number; readonly commit: string }
		| undefined;
	/** References of the images that are expected on the engine, each once. */
	readonly images: readonly string[];
}

/**
 * Reads `apps.json` in its v1 (2017), v2 and v3 forms.
 * @param appUuids - by app id, for the v2 form; an app that is not in it gets its id as its uuid
 * @throws {SupervisorError} PRELOAD_INVALID
 */
export function decodePreload(
	_json: unknown,
	_appUuids: Readonly<Record<string, string>> = {},
): Preload {
	return { document: {}, images: [] };
}
