import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

/** What the environment may say to the development cloud; the README has the table. */
export const Settings = z.object({
	USER_KEY: z.string().min(8, 'must have at least 8 characters'),
	DATA_DIR: z.string().default('/data'),
	CLOUD_HOST: z.string().default('0.0.0.0'),
	CLOUD_PORT: port.default(80),
	CLOUD_FLEETS_FILE: z.string(),
	CLOUD_POLL_FLOOR_MS: z.coerce.number().int().min(1).default(10_000),
	CLOUD_NOTIFIES_DEVICES: z.enum(['0', '1']).default('1'),
	REGISTRY_COMMAND: z.string().default('docker-registry').describe('Empty: no registry'),
	REGISTRY_PORT: port.default(5000),
	REGISTRY_UPSTREAM_PORT: port.default(5001),
	REGISTRY_NAME: z.string().default('registry.holdfast.test:5000'),
});
export type Settings = z.infer<typeof Settings>;
