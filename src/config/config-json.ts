import { z } from 'zod';

const flag = z.preprocess(
	(value) =>
		typeof value === 'boolean'
			? value
			: /^(1|true|on)$/i.test(String(value))
				? true
				: /^(0|false|off|)$/i.test(String(value))
					? false
					: value,
	z.boolean({ error: 'must be a boolean (true, false, 1, 0, on, off)' }),
);

const integer = z.preprocess(
	(value) => (typeof value === 'string' && /^-?\d+(\.0*)?$/.test(value) ? Number(value) : value),
	z.number({ error: 'must be an integer' }).int('must be an integer'),
);

const milliseconds = integer.pipe(z.number().min(0, 'must not be negative'));
const port = integer.pipe(z.number().min(1, 'must be a port').max(65535, 'must be a port'));
const text = z.string({ error: 'must be a string' });
/** An empty or null URL means the key is not there. */
const url = z
	.preprocess((value) => (value === null ? '' : value), text)
	.refine((value) => value === '' || URL.canParse(value), 'must be a URL');

/** config.json (contract 3.1). Keys this table does not know are kept and written back. */
export const ConfigJson = z.looseObject({
	apiEndpoint: url.default(''),
	apiTimeout: milliseconds.default(900_000),
	listenPort: port.default(48484),
	deltaEndpoint: url.default('https://delta.balena-cloud.com'),
	logsEndpoint: url.optional(),
	registryEndpoint: text.optional(),
	uuid: text.optional(),
	apiKey: text.optional(),
	deviceApiKey: text.default(''),
	deviceId: integer.optional(),
	registered_at: integer.optional(),
	applicationId: integer.optional(),
	userId: integer.optional(),
	appUpdatePollInterval: milliseconds.default(900_000),
	bootstrapRetryDelay: milliseconds.default(30_000),
	hostname: text.optional(),
	persistentLogging: flag.default(false),
	initialDeviceName: text.optional(),
	developmentMode: flag.default(false),
	deviceType: text.optional(),
	balenaRootCA: text.optional(),
	os: z.looseObject({}).optional(),
});
/** The validated content of config.json. */
export type ConfigJson = z.infer<typeof ConfigJson>;
