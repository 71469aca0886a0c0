/** What systemd says of a unit of the host. */
export interface HostUnit {
	/** systemd has a file of it that can be used: it is neither missing, nor broken, nor masked. */
	readonly isThere: boolean;
	readonly isActive: boolean;
}
