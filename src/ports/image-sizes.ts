/** What registries say of images before they are pulled. */
export interface ImageSizes {
	/**
	 * Bytes that a pull fetches at most, as the registry packs them; layers that are on the device already are counted,
	 * too. Undefined where no registry tells within a few seconds. Never rejects.
	 * @param platform - `os/architecture`, for images made for several
	 */
	sizeOf(reference: string, platform: string): Promise<number | undefined>;
}
