import type { DeviceStatus } from '../../model/v3/device.ts';

/** What v3 needs beside what the older interface needs. */
export interface V3Deps {
	/** At most ten seconds old: asking the host for its addresses and its load takes time. */
	readonly device: () => Promise<DeviceStatus>;
	/** Wall time. */
	readonly now: () => Date;
}
